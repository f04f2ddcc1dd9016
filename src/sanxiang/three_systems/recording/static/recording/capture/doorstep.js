// What is to be served at the door: which papers are left, their texts on the phone, what is stated of the service, and
// the receipt as it is read.
"use strict";

const Doorstep = {
  REFUSED: "拒绝签收",
  BY_BODY: "单位签收",
  RELATED: ["同住成年家属签收", "代理人签收"],

  of(app) {
    const { REFUSED, BY_BODY, RELATED } = Doorstep;
    const IN_PERSON = "直接送达";
    const LEFT = "留置送达";
    const BODIES = "法人及非法人组织";
    const OF_BODY = [BY_BODY, "代理人签收", REFUSED];
    const OF_PERSON = ["本人签收", ...RELATED, REFUSED];
    const chinaDay = (at) => new Date(+new Date(at) + 8 * 3600000).toISOString().slice(0, 10);
    const nameOf = (id, link) => `${id}.${link}.json`;

    const actOf = (task, name) => task && task.acts.find((one) => one.id === name && one.serves);
    // The papers that were chosen, as long as they are still to be served.
    const chosenOf = (act, kept) => act.serves.left.find((one) => one.link === kept.link);
    const restOf = (act) => act.fields.filter((one) => !act.serves.own.includes(one.id));
    const takesOf = (id, name) => app.takes.filter((one) => one.case === id && one.activity === name);
    const filmed = (id, name) => takesOf(id, name).some((one) => one.medium !== "photo");
    const pictured = (id, name) => takesOf(id, name).some((one) => one.medium === "photo");
    const refusing = (kept) => kept.facts.service_receipt === REFUSED;
    const trimmed = (text) => (text || "").trim();

    // ── the texts of the papers: fetched while there is a net, kept for the door ──────────────────────────────────
    const textsOf = (id, link) => app.ask("load", { place: "papers", name: nameOf(id, link) });
    const whole = (found, chosen) =>
      !!found && chosen.papers.every((paper) => found.papers.some((one) => one.code === paper.code));

    async function fetchTexts(id, link) {
      const given = { cache: "no-store", headers: { "X-Capture": "1" } };
      const answer = await fetch(`${app.base}papers/${id}/${link}`, given);
      if (!answer.ok) return false;
      const made = await answer.json();
      if (!(await app.accepted(made))) return false;
      await app.ask("save", { place: "papers", name: nameOf(id, link), data: made.body });
      return true;
    }

    function wantedTexts() {
      const wanted = new Map();
      for (const task of app.pack.tasks || []) {
        const left = task.acts.filter((act) => act.serves).flatMap((act) => act.serves.left);
        for (const chosen of left) wanted.set(nameOf(task.case, chosen.link), [task.case, chosen]);
      }
      return wanted;
    }

    // After each package: what is new is fetched, what is served is forgotten. Papers that the server does not give
    // leave the others to be fetched; a net that is gone ends it.
    async function carry() {
      const wanted = wantedTexts();
      for (const kept of await app.ask("every", { place: "papers" })) {
        const name = nameOf(kept.case, kept.link);
        if (!wanted.has(name)) await app.ask("drop", { place: "papers", name });
      }
      for (const [id, chosen] of wanted.values()) {
        if (!whole(await textsOf(id, chosen.link), chosen)) await fetchTexts(id, chosen.link);
      }
    }

    // ── what is stated, and the receipt as it is read ─────────────────────────────────────────────────────────────
    // By whom the paper can be received.
    function receivers(act) {
      const { kind, ways } = act.serves;
      const known = kind === BODIES ? OF_BODY : OF_PERSON;
      const kinds = kind ? known : [...new Set([...OF_PERSON, ...OF_BODY])];
      return kinds.filter((one) => ways[IN_PERSON].includes(one) || (one === REFUSED && ways[LEFT].includes(one)));
    }

    const personalRefusal = (act) => act.serves.ways[IN_PERSON].includes(REFUSED);
    const ofReceiver = (facts) => (RELATED.includes(facts.service_receipt) ? true : facts.service_receipt === BY_BODY);

    function stated(act, kept) {
      const { facts } = kept;
      const told = Fields.stated({ ...act, fields: restOf(act) }, facts);
      told.service_receipt = facts.service_receipt;
      told.service_manner = refusing(kept) && !personalRefusal(act) ? LEFT : IN_PERSON;
      const asked = [
        "served_to",
        ...(ofReceiver(facts) ? ["served_relation"] : []),
        ...(refusing(kept) ? ["refusal_reason", "service_witness"] : []),
      ];
      for (const name of asked) if (trimmed(facts[name])) told[name] = trimmed(facts[name]);
      if (kept.unfilmed && !filmed(kept.case, act.id)) {
        told.recording_mode = "不录音录像";
        told.recording_reason = kept.unfilmed.trim();
      }
      return told;
    }

    function receipt(task, act, kept, at) {
      const told = stated(act, kept);
      const papers = chosenOf(act, kept).papers.map((one) => ({ name: one.name, code: `核验码 ${one.code}` }));
      const other = told.served_party === "被申请人" && act.serves.other;
      const names = { ...task.names, "party.name": other || task.names["party.name"] };
      const person = (id) => app.pack.people.find((one) => one.id === id) || { name: "", certificate: "" };
      const facts = { ...told, served_papers: papers, signed_on: chinaDay(at) };
      return Reading.compose([act.serves.reading], names, kept.officers.map(person), facts);
    }

    // Asked where the service may have to be filmed in full: from what is first done at the door (an item ticked, who
    // receives it chosen) to the signature. The form may be opened and the paper chosen on the way there.
    const times = (act, kept, over) => Reading.times(app, act.fields, kept.facts, kept.begun, over ? kept : null);

    const holds = (task, act, kept) =>
      !!kept.signed && !!chosenOf(act, kept) && kept.signed.text === receipt(task, act, kept, kept.signed.at);

    // ── what is missing ───────────────────────────────────────────────────────────────────────────────────────────
    function lacksOfPapers(act, kept) {
      const chosen = chosenOf(act, kept);
      if (!chosen) return ["送达哪一份文书"];
      const whom = !chosen.whom.length || chosen.whom.includes(kept.facts.served_party);
      return whom ? [] : ["向哪一方送达"];
    }

    function lacksOfReceiver({ facts }, refused) {
      return [
        facts.service_receipt ? "" : "由谁签收",
        trimmed(facts.served_to) ? "" : refused ? "受送达人" : "签收人",
        RELATED.includes(facts.service_receipt) && !trimmed(facts.served_relation) ? "与受送达人的关系" : "",
      ].filter(Boolean);
    }

    function lacksOfRefusal(act, { facts, case: id }) {
      const seen = filmed(id, act.id) || pictured(id, act.id);
      const witness = seen || trimmed(facts.service_witness) || personalRefusal(act);
      return [
        trimmed(facts.refusal_reason) ? "" : "拒收的原因",
        witness ? "" : "见证人，或者拍照、录像记录送达过程",
      ].filter(Boolean);
    }

    function lacking(act, kept, task) {
      const { facts } = kept;
      const refused = refusing(kept);
      const film = filmed(task.case, act.id);
      const hasToFilm = refused ? act.duties.length > 0 : act.duties.some((one) => one.always);
      const papers = lacksOfPapers(act, kept);
      const fields = Fields.missing({ fields: restOf(act), tables: [] }, facts);
      return [
        ...(chosenOf(act, kept) ? [...fields, ...papers] : [...papers, ...fields]),
        ...lacksOfReceiver(kept, refused),
        ...(refused ? lacksOfRefusal(act, kept) : []),
        ...(!film && !trimmed(kept.unfilmed) && hasToFilm ? ["录音录像，或者不录音录像的理由"] : []),
      ];
    }

    return {
      ...{ actOf, chosenOf, restOf, takesOf, filmed, refusing, ofReceiver },
      ...{ textsOf, whole, fetchTexts, carry, receivers, stated, receipt, times, holds, lacking },
    };
  },
};
