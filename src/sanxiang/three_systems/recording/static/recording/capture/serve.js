// A paper is handed over at the door (送达): which paper, who receives it, its text on the screen; or the refusal, with a
// witness, photos or a film. Without a net too: the server judges when it arrives.
"use strict";

const Serve = {
  of(app) {
    const { REFUSED, BY_BODY } = Doorstep;
    const door = Doorstep.of(app);
    const receipt = Receipt.of(app, door);
    const draftOf = (id, name) => ({ place: "drafts", name: `${id}.${name}.serve.json` });

    // ── the draft ─────────────────────────────────────────────────────────────────────────────────────────────────
    function onlyDue(left) {
      const [first, second] = left;
      return first.due && !(second || {}).due ? first.link : "";
    }

    async function draft(id, act, task) {
      const kept = (await app.ask("load", draftOf(id, act.id))) || {
        case: id,
        link: onlyDue(act.serves.left),
        facts: {},
        officers: [...new Set([app.pack.officer, ...task.officers])],
        unfilmed: "",
      };
      if (!door.chosenOf(act, kept)) {
        kept.link = "";
        delete kept.signed;
      }
      return kept;
    }

    // What this phone has served and sent already is not offered; a paper for several sides is.
    function offered(id, act) {
      const open = (one) => !one.answer || one.answer.state === "done";
      const mine = app.queued.filter((one) => one.sent.case === id && one.sent.act === act.id && open(one));
      const served = new Set(mine.map((one) => one.sent.link));
      return act.serves.left.filter((one) => one.whom.length > 1 || !served.has(one.link));
    }

    // ── parts of the form ─────────────────────────────────────────────────────────────────────────────────────────
    const ticks = (title, ...inside) => h("fieldset", { class: "field check" }, h("legend", {}, title), ...inside);

    function radio(name, value, label, checked, chosen) {
      const input = h("input", { type: "radio", name, value, checked, onchange: () => chosen(value) });
      return h("label", { class: "tick" }, input, h("span", {}, label));
    }

    function text(kept, key, label, note, given = {}) {
      const typed = () => {
        if (input.value) kept.facts[key] = input.value;
        else delete kept.facts[key];
        note();
      };
      const make = { id: `v-${key}`, maxlength: "50", ...given, oninput: typed };
      const input = h(given.rows ? "textarea" : "input", make);
      input.value = kept.facts[key] || "";
      return app.labelled(`v-${key}`, label, input);
    }

    function linkLabel(one) {
      const names = one.papers.map((paper) => paper.name).join("、");
      return `${names}${one.due ? "" : "（可以送达）"}`;
    }

    function sidesOf(act, chosen) {
      const asks = act.fields.find((one) => one.id === "served_party");
      if (!chosen || !asks) return [];
      return chosen.whom.length ? chosen.whom : asks.choices;
    }

    function notLoaded(id, chosen, drawWhat) {
      const load = async () => {
        if (await door.fetchTexts(id, chosen.link).catch(() => false)) drawWhat();
        else app.say("没有下载成：没有网络，或者文书已经送达、改动过");
      };
      const told = "这份文书的全文还没有下载到手机，收件人只能看您带去的原件。";
      return h("p", { class: "card warn" }, told, app.button("现在下载", load));
    }

    // Who receives it, and what is asked of him.
    function receiverFields(act, kept, note) {
      const { facts } = kept;
      if (facts.served_to === undefined) {
        const known = act.fields.find((one) => one.id === "served_to");
        if (known && known.value) facts.served_to = known.value;
      }
      const refused = door.refusing(kept);
      const relation =
        facts.service_receipt === BY_BODY
          ? "签收人在单位的职务（法定代表人、主要负责人、负责收件的人）"
          : "与受送达人的关系（代理人写委托权限）";
      const why = { rows: "3", maxlength: "500" };
      const witness = "见证人（基层组织或者所在单位的代表；拍照、录像记录了送达过程的可以没有）";
      return [
        facts.service_receipt ? text(kept, "served_to", refused ? "受送达人" : "签收人", note) : null,
        door.ofReceiver(facts) ? text(kept, "served_relation", relation, note) : null,
        refused ? text(kept, "refusal_reason", "拒收的原因（照当事人的话写）", note, why) : null,
        refused ? text(kept, "service_witness", witness, note) : null,
      ].filter(Boolean);
    }

    function filmsCard(act, kept, note, drawFilms) {
      const id = kept.case;
      const mine = door.takesOf(id, act.id);
      const then = (made) => async () => {
        await made();
        drawFilms();
      };
      const buttons = [
        app.button(
          "录像",
          then(() => app.start("video", id, act.id)),
        ),
        app.button(
          "录音",
          then(() => app.start("audio", id, act.id)),
        ),
        app.button(
          "拍照",
          then(() => app.photo(id, act.id)),
        ),
      ];
      const asks = act.duties.length && !door.filmed(id, act.id);
      const title = `送达过程的记录（${mine.length}）`;
      return app.card(title, app.takesList(mine), h("p", {}, buttons), asks ? unfilmed(kept, note) : null);
    }

    function unfilmed(kept, note) {
      const typed = () => {
        kept.unfilmed = input.value;
        note();
      };
      const input = h("input", { id: "v-unfilmed", maxlength: "200", oninput: typed });
      input.value = kept.unfilmed;
      return app.labelled("v-unfilmed", "不录音录像的理由（应当录而没有录的要写）", input);
    }

    // ── the end of the form: to be read and signed, signed, or to be signed anew ────────────────────────────────────
    function unsignedEnd(refused, go) {
      const help = refused
        ? "写好以后核对送达回证，见证人在屏幕上签名；文书留在当事人的住所。"
        : "写好以后把手机交给收件人，看完文书和送达回证再签收。";
      const label = refused ? "核对送达回证，记下拒收" : "请收件人阅看、签收";
      const title = refused ? "拒收的经过" : "收件人阅看、签收";
      return [app.card(title, app.muted(help), app.button(label, go, "primary"))];
    }

    function changedEnd(when, again, go) {
      return [
        h(
          "section",
          { class: "card bad" },
          h("h2", {}, "内容改过，要重新签收"),
          h("p", {}, `${when} 看的不是现在的内容，那次的签收不再有效。`),
          app.button(again, go, "primary"),
        ),
      ];
    }

    function signedEnd(when, { signed }, refused, again, go) {
      const title = refused ? `${when} 拒收，留置送达` : `${when} 看完后签收`;
      return [
        h(
          "section",
          { class: "card ok" },
          h("h2", {}, title),
          signed.picture ? app.picture(signed.picture, "收件人的签名") : null,
          signed.witness ? app.picture(signed.witness, "见证人的签名") : null,
          app.button(again, go),
        ),
        app.submit("送达完成，送回机关"),
      ];
    }

    function endParts(task, act, kept, go) {
      const refused = door.refusing(kept);
      if (!kept.signed) return unsignedEnd(refused, go);
      const when = app.moment(kept.signed.at);
      const again = refused ? "再记一次拒收" : "请收件人重新阅看、签收";
      if (!door.holds(task, act, kept)) return changedEnd(when, again, go);
      return signedEnd(when, kept, refused, again, go);
    }

    // ── the form ──────────────────────────────────────────────────────────────────────────────────────────────────
    async function serve(id, name) {
      const task = app.task(id);
      const act = door.actOf(task, name);
      if (!act) {
        location.hash = task ? `#task/${id}` : "";
        return null;
      }
      await app.look();
      const kept = await draft(id, act, task);
      if (kept.key && app.queued.some((one) => one.id === kept.key)) {
        await app.ask("drop", draftOf(id, name));
        location.hash = `#queued/${kept.key}`;
        return null;
      }
      return form(task, act, kept);
    }

    async function form(task, act, kept) {
      const id = task.case;
      const rest = door.restOf(act);
      const problem = h("p", { id: "missing", class: "need", role: "alert" });
      const [what, who, films, end] = ["", "", "", ""].map(() => h("div", {}));

      const keep = () =>
        app
          .ask("save", { ...draftOf(id, act.id), data: kept })
          .catch((full) => (problem.textContent = `没有存好：${full.message}`));
      const note = () => {
        problem.textContent = "";
        keep();
        Fields.depends(sheet, { fields: rest }, kept.facts);
        drawEnd();
      };
      const atDoor = () => {
        if (!kept.begun) {
          kept.begun = new Date().toISOString();
          door.times(act, kept, false);
          const shown = sheet.querySelector("#f-started_on_site");
          if (shown) shown.value = kept.facts.started_on_site || "";
        }
        note();
      };
      const choose = (key) => (value) => {
        if (key === "link") kept.link = value;
        else kept.facts[key] = value;
        if (key === "service_receipt") atDoor();
        else note();
        drawWhat();
        drawWho();
      };
      const go = async () => {
        door.times(act, kept, true);
        const without = door.lacking(act, kept, task);
        if (without.length) {
          problem.textContent = `还缺：${without.join("、")}`;
          problem.scrollIntoView({ block: "center" });
          return;
        }
        await keep();
        location.hash = `#receipt/${id}/${act.id}`;
      };
      const factRadio = (key, label) => (value) =>
        radio(key, value, label(value), kept.facts[key] === value, choose(key));

      async function drawWhat() {
        const chosen = door.chosenOf(act, kept);
        const found = chosen ? await door.textsOf(id, chosen.link) : null;
        if (chosen !== door.chosenOf(act, kept)) return; // another one was chosen meanwhile
        const sides = sidesOf(act, chosen);
        const there = chosen && door.whole(found, chosen);
        const texts = there
          ? h("details", { class: "card" }, h("summary", {}, "先看一遍文书全文"), found.papers.map(receipt.sheet))
          : chosen && notLoaded(id, chosen, drawWhat);
        const radios = sides.map(factRadio("served_party", (side) => side));
        what.replaceChildren(...[sides.length ? ticks("向哪一方送达", radios) : null, texts].filter(Boolean));
      }
      const drawWho = () => who.replaceChildren(...receiverFields(act, kept, note));
      const drawFilms = () => films.replaceChildren(filmsCard(act, kept, note, drawFilms));
      const drawEnd = () => end.replaceChildren(...endParts(task, act, kept, go));

      const left = offered(id, act);
      const links = left.map((one) => radio("link", one.link, linkLabel(one), one.link === kept.link, choose("link")));
      const receiver = factRadio("service_receipt", (one) => (one === REFUSED ? "拒绝签收（留置送达）" : one));
      const flags = rest.filter((one) => one.kind === "flag");
      const others = rest.filter((one) => one.kind !== "flag" && one.id !== "served_party");
      const submitted = (event) => {
        event.preventDefault();
        receipt.send(task, act, kept, problem);
      };
      const sheet = h(
        "form",
        { "data-typed": "1", onsubmit: submitted },
        app.team(kept, note),
        ticks("送达哪一份文书", left.length ? null : app.empty("都已办理，等待送回机关。"), links),
        what,
        ticks("由谁签收", door.receivers(act).map(receiver)),
        who,
        app.group(flags, "逐项做到并核对", kept, atDoor),
        others.map((one) => Fields.field(one, kept.facts, note)),
        films,
        problem,
        end,
      );
      Fields.depends(sheet, { fields: rest }, kept.facts);
      drawWho();
      drawFilms();
      drawEnd();
      await drawWhat();
      await keep();
      const where = app.muted([task.title, task.address].filter(Boolean).join(" · "));
      return { parts: [app.back(`#task/${id}`), h("h1", {}, act.name), where, sheet], redraw: drawFilms };
    }

    return { carry: door.carry, pages: { serve, receipt: receipt.page } };
  },
};
