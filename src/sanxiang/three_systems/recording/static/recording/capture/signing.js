// A party reads the whole record as it will stand on the paper, in large type, to its end; then it signs, refuses, or
// says what is wrong. What it signed is bound to what it read: another text asks for another signature.
"use strict";

const Signing = {
  SIGNED: "已签名",
  REFUSED: "拒绝签名",
  OWN: new Set(["signature", "refusal_reason", "witness", "record_objection"]),

  of(app) {
    const { SIGNED, REFUSED, OWN } = Signing;
    const draftOf = (id, name) => ({ place: "drafts", name: `${id}.${name}.json` });
    const now = () => new Date(Date.now() + Reading.ahead(app.contact));

    // ── what was read and signed ──────────────────────────────────────────────────────────────────────────────────
    // What the server gets: the fields of the act, and what was said of the signature while reading.
    function stated(act, facts) {
      const told = Fields.stated(act, facts);
      if (!act.reads.length) return told;
      for (const name of OWN) {
        const ofRefusal = ["refusal_reason", "witness"].includes(name);
        if (facts[name] && (facts.signature === REFUSED || !ofRefusal)) told[name] = facts[name];
      }
      return told;
    }

    const person = (id) => app.pack.people.find((one) => one.id === id) || { name: "", certificate: "" };
    function textOf(task, act, kept) {
      const facts = { ...act.held, ...stated(act, kept.facts) };
      return Reading.compose(act.reads, task.names, kept.officers.map(person), facts);
    }

    // Asked while reading, not on the form; a witness who is asked for in any case is.
    function own(act, field) {
      if (!act.reads.length || !OWN.has(field.id)) return false;
      return field.id === "signature" || !field.with || field.with.fact === "signature";
    }

    // A signature holds for the text that was read, and for no other.
    const holds = (task, act, kept) => !!kept.signed && kept.signed.text === textOf(task, act, kept);

    // It is put in before it is read: nothing is added to a signed text. What the officer typed stays.
    const fixTimes = (act, kept, over) => Reading.times(app, act.fields, kept.facts, kept.begun, over ? kept : null);

    // The certificate shown begins an activity whose form is not open yet; papers are served from their open form.
    async function begins(opening) {
      const task = opening && app.task(opening.case);
      const act = app.actOf(task, opening && opening.activity);
      if (!act || act.serves) return;
      const draft = draftOf(task.case, act.id);
      if (await app.ask("load", draft)) return;
      const officers = [...new Set([app.pack.officer, ...task.officers])];
      const data = { facts: {}, officers, begun: new Date().toISOString() };
      await app.ask("save", { ...draft, data }).catch((problem) => app.say(`没有存好：${problem.message}`));
    }

    // ── in the hand of the party ──────────────────────────────────────────────────────────────────────────────────
    function field(key, label, facts, given) {
      const input = h(given.rows ? "textarea" : "input", { id: `r-${key}`, ...given });
      input.value = facts[key] || "";
      return [input, app.labelled(`r-${key}`, label, input)];
    }

    function keepTrimmed(facts, key, text) {
      if (text.trim()) facts[key] = text.trim();
      else delete facts[key];
    }

    function signing(open, done, problem) {
      const pad = Fields.pad();
      pad.canvas.addEventListener("pointerdown", () => (problem.textContent = ""));
      const signed = () => {
        const picture = pad.png();
        if (picture) done({ way: SIGNED, picture }, "签名");
        else problem.textContent = "框里还没有签名";
      };
      open(
        h("p", {}, "看过全文、没有异议的，请在框内签名"),
        pad.canvas,
        app.button("重写", () => pad.clear()),
        app.button("签好了", signed, "primary"),
      );
    }

    function refusing(open, done, problem, facts) {
      const reason = "拒绝签名的原因（必填）";
      const [why, first] = field("refusal_reason", reason, facts, { rows: "3", maxlength: "1000" });
      const [who, second] = field("witness", "见证人（有见证人的写姓名）", facts, { maxlength: "50" });
      const refused = () => {
        if (!why.value.trim()) {
          problem.textContent = "还缺：拒绝签名的原因";
          return;
        }
        facts.refusal_reason = why.value.trim();
        keepTrimmed(facts, "witness", who.value);
        done({ way: REFUSED, picture: "" }, REFUSED, facts.refusal_reason);
      };
      open(first, second, app.button("记下拒绝签名", refused, "primary"));
    }

    function objecting(open, wrote, facts, back) {
      const label = "哪里有遗漏、有差错，照当事人的话写";
      const [words, one] = field("record_objection", label, facts, { rows: "3", maxlength: "5000" });
      const written = () => {
        keepTrimmed(facts, "record_objection", words.value);
        wrote(words.value.trim() ? "已写在笔录末尾，请再看一遍" : "没有异议");
      };
      open(one, app.button("写入笔录，从头再看", written, "primary"), app.link("回去改正笔录", back));
    }

    function saidOf(way) {
      if (way === SIGNED) return "已签名";
      return app.recording ? "已记下拒绝签名，录像里作了标记" : "已记下拒绝签名；没有正在进行的录制";
    }

    async function read(id, name) {
      const address = `#read/${id}/${name}`;
      const back = `#act/${id}/${name}`;
      const task = app.task(id);
      const act = app.actOf(task, name);
      const kept = act && (await app.ask("load", draftOf(id, name)));
      if (!kept) {
        location.hash = back;
        return null;
      }
      await app.look();
      fixTimes(act, kept, true);
      const keep = () => app.ask("save", { ...draftOf(id, name), data: kept });
      const text = textOf(task, act, kept);
      await keep();

      const problem = h("p", { class: "need", role: "alert" });
      const box = h("div", {});
      const open = (...inside) => {
        problem.textContent = "";
        box.replaceChildren(...inside, problem);
        box.scrollIntoView({ block: "center" });
      };
      const done = async (signed, bookmark, note = "") => {
        kept.signed = { text, at: now().toISOString(), ...signed };
        kept.facts.signature = signed.way;
        await keep();
        if (app.recording) app.recording.mark(bookmark, note);
        app.say(saidOf(signed.way));
        location.hash = back;
      };
      const wrote = async (said) => {
        delete kept.signed;
        await keep();
        app.say(said);
        app.again(address);
      };
      const choose = h(
        "div",
        { class: "choose", hidden: true },
        app.button("签名", () => signing(open, done, problem), "primary"),
        app.button("有异议、补正", () => objecting(open, wrote, kept.facts, back)),
        app.button("拒绝签名", () => refusing(open, done, problem, kept.facts)),
      );
      return [
        app.back(back),
        app.muted("请当事人看完全文。案号和音像记录一栏由系统另外写明。"),
        Reading.sheet(act.reads, text),
        ...Reading.toTheEnd(app, choose, box),
      ];
    }

    // ── on the form: whether the party has read and signed, and what is to be done about it ─────────────────────────
    function unsignedCard(go) {
      return app.card(
        "当事人核对、签名",
        app.muted("写好以后把手机交给当事人，看完全文再签名、拒签或者提出异议。"),
        app.button("请当事人阅看全文", go, "primary"),
      );
    }

    function changedCard(when, way, go) {
      const text = `当事人 ${when} 看的不是现在的内容，那次的${way === SIGNED ? "签名" : "拒签"}不再有效。`;
      return h(
        "section",
        { class: "card bad" },
        h("h2", {}, "内容改过，要重新签名"),
        h("p", {}, text),
        app.button("请当事人重新阅看", go, "primary"),
      );
    }

    function signedCard(when, { signed, facts }, go) {
      const witness = facts.witness ? `（见证人：${facts.witness}）` : "";
      const title = `当事人 ${when} 看完全文后${signed.way === SIGNED ? "签名" : "拒绝签名"}`;
      return h(
        "section",
        { class: "card ok" },
        h("h2", {}, title),
        signed.picture ? app.picture(signed.picture, "当事人的签名") : h("p", {}, facts.refusal_reason, witness),
        app.button("重新阅看、签名", go),
      );
    }

    function card(task, act, kept, go) {
      if (!kept.signed) return unsignedCard(go);
      const zone = { hour12: false, timeZone: "Asia/Shanghai" };
      const when = new Date(kept.signed.at).toLocaleTimeString("zh-CN", zone);
      return holds(task, act, kept) ? signedCard(when, kept, go) : changedCard(when, kept.signed.way, go);
    }

    return { card, holds, stated, own, fixTimes, begins, pages: { read } };
  },
};
