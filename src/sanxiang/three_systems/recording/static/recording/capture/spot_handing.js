// The paper of a penalty on the spot is read, signed or refused, and handed over; or spoilt.
"use strict";

const SpotHanding = {
  of(app, rules, papers) {
    const { REFUSED, SIGNED, HANDED } = SpotRules;
    const usualReceipt = (facts) => SIGNED[facts.party_kind] || "本人签收";
    const receiverOf = (facts) =>
      (facts.party_kind === "法人及非法人组织" ? facts.legal_representative : facts.party_name) || "";

    async function printedOf(number) {
      const blocks = await app.ask("every", { place: "blanks" });
      return blocks.flatMap((one) => one.blanks).find((one) => one.number === number);
    }

    // ── parts of the page ─────────────────────────────────────────────────────────────────────────────────────────
    function signBox(name, label, kept, keep) {
      const box = h("div", { class: "card", "data-sign": name });
      const drop = async () => {
        delete kept.signs[name];
        await keep();
        draw();
      };
      const take = async (drawn) => {
        if (!drawn) {
          app.say("还没有签名");
          return;
        }
        kept.signs[name] = drawn;
        if (name === "party") kept.signed_at = rules.now().toISOString();
        await keep();
        draw();
      };
      const draw = () => {
        if (kept.signs[name]) {
          box.replaceChildren(h("p", {}, label), app.picture(kept.signs[name], label), app.button("重签", drop));
          return;
        }
        const pad = Fields.pad();
        box.replaceChildren(
          h("p", {}, `请${label}在屏幕上签名`),
          pad.canvas,
          app.button("重写", () => pad.clear()),
          app.button("签好了", () => take(pad.png())),
        );
      };
      draw();
      return { box, draw };
    }

    function text(name, label, handed, keep, more = {}) {
      const typed = () => {
        handed[name] = input.value;
        return keep();
      };
      const input = h("input", { id: `h-${name}`, ...more, oninput: typed });
      input.value = handed[name] || "";
      return app.labelled(`h-${name}`, label, input);
    }

    async function spoil(kept) {
      const id = crypto.randomUUID();
      const at = new Date().toISOString();
      const facts = { blank_reason: kept.handed.spoilt };
      const data = { id, pass: app.pack.pass, at, number: kept.blank, outcome: "spoilt", facts };
      await app.ask("save", { place: "ended", name: `${id}.json`, data });
      kept.blank = "";
      kept.signs = {};
      delete kept.handed.spoilt;
      await rules.save(kept);
      location.hash = `#spot/${kept.id}`;
    }

    function spoilBox(kept, keep, problem) {
      const asked = () => {
        if ((kept.handed.spoilt || "").trim()) return spoil(kept);
        problem.textContent = "还缺：作废的原因";
        return null;
      };
      return h(
        "details",
        { class: "card" },
        h("summary", {}, "这份写坏了，作废"),
        text("spoilt", "作废的原因", kept.handed, keep, { maxlength: "500" }),
        app.button("作废这个编号", asked),
      );
    }

    function receiptSelect(facts, handed, chosen) {
      const kinds = [...new Set([usualReceipt(facts), "代理人签收", REFUSED])];
      const options = kinds.map((one) => app.option(one, one, one === handed.service_receipt));
      const changed = (event) => chosen(event.target.value);
      const select = h("select", { id: "h-receipt", onchange: changed }, options);
      return app.labelled("h-receipt", "签收情况", select);
    }

    // ── the page ──────────────────────────────────────────────────────────────────────────────────────────────────
    async function page(id) {
      await app.look();
      const kept = await rules.load(id);
      if (app.queued.some((one) => one.id === id)) {
        location.hash = `#given/${id}`;
        return null;
      }
      if (!kept || !kept.blank || !rules.told()) {
        location.hash = "#spot";
        return null;
      }
      const printed = await printedOf(kept.blank);
      const facts = rules.factsOf(kept);
      const { handed } = kept;
      if (handed.served_to === undefined) handed.served_to = receiverOf(facts);
      if (!handed.service_receipt) handed.service_receipt = usualReceipt(facts);
      return pageOf(kept, printed, facts, handed);
    }

    function pageOf(kept, printed, facts, handed) {
      const problem = h("p", { id: "missing", role: "alert" });
      let sheet = papers.paper(papers.viewOf(kept, printed));
      const keep = async () => {
        problem.textContent = "";
        await rules.save(kept);
        const drawn = papers.paper(papers.viewOf(kept, printed));
        sheet.replaceWith(drawn);
        sheet = drawn;
      };

      const party = signBox("party", "当事人", kept, keep);
      const why = h(
        "div",
        {},
        text("refusal_reason", "拒绝签收的原因", handed, keep, { maxlength: "500" }),
        text("service_witness", "见证人", handed, keep, { maxlength: "50" }),
      );
      const gate = h("div", { hidden: !kept.signs.party }, party.box);
      const [end, foot] = Reading.toTheEnd(app, gate, null);
      if (kept.signs.party) foot.classList.add("done");
      const show = () => {
        party.box.hidden = handed.service_receipt === REFUSED;
        why.hidden = !party.box.hidden;
      };
      const receipt = receiptSelect(facts, handed, async (chosen) => {
        handed.service_receipt = chosen;
        delete kept.signs.party;
        await keep();
        party.draw();
        show();
      });
      const finish = async () => {
        const without = await lacking(kept, handed);
        if (without.length) problem.textContent = `还缺：${without.join("、")}`;
        else await hand(kept, papers.viewOf(kept, printed));
      };
      show();
      return [
        h("div", { class: "screen" }, app.back(`#spot/${kept.id}`)),
        sheet,
        h(
          "div",
          { class: "screen" },
          end,
          receipt,
          text("served_to", "签收人", handed, keep, { maxlength: "50" }),
          why,
          foot,
          kept.officers.map((one) => signBox(one, `执法人员${rules.person(one).name}`, kept, keep).box),
          problem,
          app.button("已经交付当事人", finish, "primary"),
          spoilBox(kept, keep, problem),
        ),
      ];
    }

    async function lacking(kept, handed) {
      const refused = handed.service_receipt === REFUSED;
      const unsigned = kept.officers.filter((one) => !kept.signs[one]);
      await app.look();
      const recording = app.takes.some((one) => kept.takes.includes(one.take) && !one.ended);
      return [
        ...unsigned.map((one) => `${rules.person(one).name}的签名`),
        !refused && !kept.signs.party ? "当事人的签名" : "",
        !refused && !handed.served_to ? "签收人" : "",
        refused && !handed.refusal_reason ? "拒绝签收的原因" : "",
        recording ? "先结束正在进行的录制" : "",
      ].filter(Boolean);
    }

    // ── handed over ───────────────────────────────────────────────────────────────────────────────────────────────
    function handedFacts(kept) {
      const handed = Object.entries(kept.handed).filter(([name, value]) => HANDED.has(name) && value);
      const facts = {
        ...kept.facts,
        ...Object.fromEntries(handed),
        service_manner: "直接送达",
        service_place: rules.factsOf(kept).place || "",
      };
      if (facts.service_receipt !== REFUSED) {
        delete facts.refusal_reason;
        delete facts.service_witness;
      }
      return facts;
    }

    function fileName(who) {
      return who === "party" ? "当事人签名.png" : `${rules.person(who).name}签名-${who.slice(0, 4)}.png`;
    }

    // The acts of the case, one after another, as the server is to do them.
    function stepsDone(kept, facts, files, deciding) {
      const mine = kept.takes.filter((take) => app.takes.some((one) => one.take === take));
      const made = rules.stepsOf(kept).map((step) => {
        const serving = step.emits === "document.served";
        const times = Reading.times(app, step.fields, { ...facts }, kept.began, {});
        return {
          act: step.id,
          signed: serving || step.id === deciding.id,
          link: serving ? deciding.id : "",
          facts: Fields.stated(step, times),
          recordings: step.emits === "investigation.concluded" ? mine : [],
          files: serving ? files.map((one) => one.name) : [],
        };
      });
      const { filing } = rules.told();
      return filing ? [...made, { act: filing, facts: {}, now: true }] : made;
    }

    function stated(kept, view, deciding) {
      const { category, procedure, department } = rules.told();
      const facts = handedFacts(kept);
      const files = Object.entries(kept.signs).map(([who, data]) => ({ name: fileName(who), data }));
      const steps = stepsDone(kept, facts, files, deciding);
      const shown = papers.textOf(view);
      return {
        pass: app.pack.pass,
        case: kept.case,
        act: deciding.id,
        facts,
        steps,
        officers: kept.officers,
        recordings: steps.flatMap((one) => one.recordings || []),
        opening: kept.case ? null : { category, procedure, department },
        blank: kept.blank,
        shown,
        done_at: new Date().toISOString(),
        contact: app.contact,
        files,
        signed: kept.signs.party ? { text: shown, at: kept.signed_at, picture: fileName("party") } : null,
      };
    }

    // The same id for draft and act: however often a phone dies in between, it stands once.
    async function hand(kept, view) {
      const { id } = kept;
      const deciding = rules.stepsOf(kept).find((one) => one.emits === "decision.made");
      const told = { id, officer: app.pack.officer, title: rules.named(kept), name: deciding.name, answer: null };
      const data = { ...told, sent: stated(kept, view, deciding), paper: view };
      await app.ask("save", { place: "acts", name: `${id}.json`, data });
      await app.ask("drop", { place: "spots", name: `${id}.json` });
      await app.look();
      app.say("已存在手机里，有网络时自动送达");
      location.hash = `#given/${id}`;
    }

    function given(id) {
      const one = app.queued.find((act) => act.id === id);
      if (!one || !one.paper) {
        location.hash = "#spot";
        return null;
      }
      const links = [app.link("送达的情况", `#queued/${id}`), app.button("打印", () => window.print())];
      return [h("div", { class: "screen" }, app.back("#spot"), h("p", {}, links)), papers.paper(one.paper)];
    }

    return { page, given };
  },
};
