// What a party reads before it signs: the whole record as it will stand on the paper, in large type, to its end; then it
// signs, refuses, or says what is wrong. What it signed is bound to what it read: another text asks for another signature.
"use strict";

const Reading = {
  SIGNED: "已签名", REFUSED: "拒绝签名", OWN: new Set(["signature", "refusal_reason", "witness", "record_objection"]),

  // ── the text: line by line the same as documents/readings.py composes it ────────────────────────────────────────────
  plain(value) {
    if (typeof value === "boolean") return value ? "是" : "否";
    if (Array.isArray(value)) return value.map(Reading.plain).join("、");
    return value === undefined || value === null ? "" : Reading.moment(Reading.clean(String(value)));
  },
  clean: (text) => text.replace(/\r\n/g, "\n").replace(/\t/g, " ").replace(/[\r\v\f\u0085\u2028\u2029]/g, "\n").replace(/[\u00ad\u200b\u2060\ufeff\ufe0e\ufe0f]/g, "").split("\n").map((line) => line.trim()).filter(Boolean).join("\n"),
  moment(text) {
    const day = (at) => `${at.getUTCFullYear()}年${at.getUTCMonth() + 1}月${at.getUTCDate()}日`;
    const china = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)$/.test(text) ? new Date(Date.parse(text) + 8 * 3600000) : null;
    if (china && !Number.isNaN(+china)) return `${day(china)}${china.getUTCHours()}时${china.getUTCMinutes()}分`;
    return /^\d{4}-\d\d-\d\d$/.test(text) && new Date(`${text}T00:00Z`).toJSON()?.startsWith(text) ? day(new Date(`${text}T00:00Z`)) : text;
  },
  compose(papers, names, officers, facts) {
    const { plain } = Reading, of = (name) => plain(facts[name]);
    const known = { ...names, officers: officers.map((one) => (one.certificate ? `${one.name}（执法证号：${one.certificate}）` : one.name)).join("、"), hours: of("started_on_site") || of("ended_on_site") ? `${of("started_on_site")}至${of("ended_on_site")}` : "" };
    const kinds = {
      head: (part) => [part.text], say: (part) => [part.text],
      line: (part, value) => (value || !part.only ? [`${part.text}：${value}`] : []),
      tick: (part) => (facts[part.of[0]] === true || !part.only ? [`${facts[part.of[0]] === true ? "☑" : "☐"} ${part.text}`] : []),
      prose: (part, value) => (value ? value.split("\n") : []),
      asks: (part) => (facts[part.of[0]] || []).flatMap((row) => [`问：${plain(row.question)}`, `答：${plain(row.answer)}`]),
      rows: (part) => (facts[part.of[0]] || []).map((row, at) => `${at + 1}. ${part.of.slice(1).map((name) => plain(row[name])).filter(Boolean).join("　")}`),
    };
    return papers.flatMap((paper) => [names["agency.name"], paper.title, ...paper.parts.flatMap((part) => kinds[part.kind](part, part.of[0] in known ? known[part.of[0]] : ["line", "prose"].includes(part.kind) ? of(part.of[0]) : ""))]).join("\n");
  },

  // Start and end of an activity: from the certificate shown or the form opened, to the signature or the sending (`over`,
  // which remembers what was put in, so that the last signature counts). No recording states them.
  times(app, fields, facts, begun, over) {
    const shift = app.contact ? new Date(app.contact.server) - new Date(app.contact.device) : 0, has = (name) => fields.some((one) => one.id === name);
    const minute = (at) => new Date(+new Date(at) + shift + 8 * 3600000).toISOString().slice(0, 16);
    if (has("started_on_site") && !facts.started_on_site) facts.started_on_site = minute(begun || Date.now());
    if (over && has("ended_on_site") && (!facts.ended_on_site || facts.ended_on_site === over.over)) facts.ended_on_site = over.over = minute(Date.now());
    return facts;
  },

  // The text as the party reads it: heads, lines, nothing that could be taken for a button.
  sheet: (papers, text) => h("article", { class: "sheet", lang: "zh-CN", tabindex: "0" }, Reading.lines(papers, text)),
  lines(papers, text) {
    const titles = new Set(papers.map((one) => one.title)), heads = new Set(papers.flatMap((one) => one.parts.filter((part) => part.kind === "head").map((part) => part.text)));
    return text.split("\n").map((line) => (titles.has(line) ? h("h1", {}, line) : heads.has(line) ? h("h2", {}, line) : h("p", {}, line)));
  },

  // What may be done at the end of a text shows once the end was in sight. The button goes on by hand, by key and by
  // whatever reads the screen aloud; who pressed it stands on the first choice then.
  toTheEnd(app, choose, box) {
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches, end = h("p", { class: "muted sheet-end" }, "—— 全文到此为止 ——");
    const more = app.button("往下看", () => window.scrollBy({ top: window.innerHeight * 0.75, behavior: calm ? "auto" : "smooth" }), "primary"), foot = h("div", { class: "foot" }, more, choose);
    const seen = new IntersectionObserver((found) => {
      if (!found.some((one) => one.isIntersecting || (one.boundingClientRect.height && one.boundingClientRect.bottom < 0))) return;
      const held = document.activeElement === more, first = choose.querySelector("button, canvas, input, a");
      choose.hidden = false; more.hidden = true; foot.classList.add("done"); seen.disconnect();
      if (box) end.scrollIntoView({ block: "center" });
      if (held && first) { if (first.tagName === "CANVAS") first.tabIndex = -1; first.focus({ preventScroll: true }); }
    }, { rootMargin: "0px 0px -100px 0px" }); // in sight above the button, not behind it
    seen.observe(end);
    return box ? [end, box, foot] : [end, foot];
  },

  of(app) {
    // What the server gets: the fields of the act, and what was said of the signature while reading.
    function stated(a, facts) {
      const told = Fields.stated(a, facts);
      for (const name of Reading.OWN) if (a.reads.length && facts[name] && (facts.signature === Reading.REFUSED || !["refusal_reason", "witness"].includes(name))) told[name] = facts[name];
      return told;
    }
    const textOf = (t, a, kept) => Reading.compose(a.reads, t.names, kept.officers.map((id) => app.pack.people.find((one) => one.id === id) || { name: "", certificate: "" }), { ...a.held, ...stated(a, kept.facts) });
    // Asked while reading, not on the form; a witness who is asked for in any case is.
    const own = (a, field) => a.reads.length > 0 && Reading.OWN.has(field.id) && (field.id === "signature" || !field.with || field.with.fact === "signature");
    // A signature holds for the text that was read, and for no other.
    const holds = (t, a, kept) => !!kept.signed && kept.signed.text === textOf(t, a, kept);
    const now = () => new Date(Date.now() + (app.contact ? new Date(app.contact.server) - new Date(app.contact.device) : 0));
    // It is put in before it is read: nothing is added to a signed text. What the officer typed stays.
    const fixTimes = (a, kept, over) => Reading.times(app, a.fields, kept.facts, kept.begun, over ? kept : null);
    // The certificate shown begins an activity whose form is not open yet; papers are served from their open form.
    async function begins(opening) {
      const t = opening && app.task(opening.case), a = t && t.acts.find((one) => one.id === opening.activity), draft = a && { place: "drafts", name: `${t.case}.${a.id}.json` };
      if (!a || a.serves || await app.ask("load", draft)) return;
      const data = { facts: {}, officers: [...new Set([app.pack.officer, ...t.officers])], begun: new Date().toISOString() };
      await app.ask("save", { ...draft, data }).catch((e) => app.say(`没有存好：${e.message}`));
    }

    async function page(id, name) {
      const t = app.task(id), a = t && t.acts.find((one) => one.id === name), draft = `${id}.${name}.json`;
      const kept = a && await app.ask("load", { place: "drafts", name: draft });
      if (!kept) { location.hash = `#act/${id}/${name}`; return; }
      await app.look();
      fixTimes(a, kept, true);
      const keep = () => app.ask("save", { place: "drafts", name: draft, data: kept });
      const text = textOf(t, a, kept), back = `#act/${id}/${name}`, problem = h("p", { class: "need", role: "alert" });
      await keep();
      const done = async (signed, bookmark, note = "") => {
        kept.signed = { text, at: now().toISOString(), ...signed }; kept.facts.signature = signed.way;
        await keep();
        if (app.recording) app.recording.mark(bookmark, note);
        app.say(signed.way === Reading.SIGNED ? "已签名" : app.recording ? "已记下拒绝签名，录像里作了标记" : "已记下拒绝签名；没有正在进行的录制");
        location.hash = back;
      };
      const field = (key, label, area) => { const input = h(area ? "textarea" : "input", { id: `r-${key}`, rows: area ? "3" : null, maxlength: area ? "1000" : "50" }); input.value = kept.facts[key] || ""; return [input, h("div", { class: "field" }, h("label", { for: `r-${key}` }, label), input)]; };
      const choose = h("div", { class: "choose", hidden: true }), box = h("div", {});
      const open = (...inside) => { problem.textContent = ""; box.replaceChildren(...inside, problem); box.scrollIntoView({ block: "center" }); };
      function signing() {
        const pad = Fields.pad();
        pad.canvas.addEventListener("pointerdown", () => { problem.textContent = ""; });
        open(h("p", {}, "看过全文、没有异议的，请在框内签名"), pad.canvas, app.button("重写", () => pad.clear()), app.button("签好了", () => { const picture = pad.png(); if (picture) done({ way: Reading.SIGNED, picture }, "签名"); else problem.textContent = "框里还没有签名"; }, "primary"));
      }
      function refusing() {
        const [reason, one] = field("refusal_reason", "拒绝签名的原因（必填）", true), [witness, other] = field("witness", "见证人（有见证人的写姓名）");
        open(one, other, app.button("记下拒绝签名", () => {
          if (!reason.value.trim()) { problem.textContent = "还缺：拒绝签名的原因"; return; }
          kept.facts.refusal_reason = reason.value.trim();
          if (witness.value.trim()) kept.facts.witness = witness.value.trim(); else delete kept.facts.witness;
          done({ way: Reading.REFUSED, picture: "" }, Reading.REFUSED, kept.facts.refusal_reason);
        }, "primary"));
      }
      function objecting() {
        const [words, one] = field("record_objection", "哪里有遗漏、有差错，照当事人的话写", true);
        words.setAttribute("maxlength", "5000");
        open(one, app.button("写入笔录，从头再看", async () => {
          if (words.value.trim()) kept.facts.record_objection = words.value.trim(); else delete kept.facts.record_objection;
          delete kept.signed; await keep(); app.say(words.value.trim() ? "已写在笔录末尾，请再看一遍" : "没有异议"); page(id, name);
        }, "primary"), app.link("回去改正笔录", back));
      }
      choose.append(app.button("签名", signing, "primary"), app.button("有异议、补正", objecting), app.button("拒绝签名", refusing));
      app.put(app.back(back), h("p", { class: "muted" }, "请当事人看完全文。案号和音像记录一栏由系统另外写明。"), Reading.sheet(a.reads, text), ...Reading.toTheEnd(app, choose, box));
    }

    // On the form: whether the party has read and signed, and what is to be done about it.
    function card(t, a, kept, go) {
      const when = kept.signed && new Date(kept.signed.at).toLocaleTimeString("zh-CN", { hour12: false, timeZone: "Asia/Shanghai" });
      if (!kept.signed) return h("section", { class: "card" }, h("h2", {}, "当事人核对、签名"), h("p", { class: "muted" }, "写好以后把手机交给当事人，看完全文再签名、拒签或者提出异议。"), app.button("请当事人阅看全文", go, "primary"));
      if (!holds(t, a, kept)) return h("section", { class: "card bad" }, h("h2", {}, "内容改过，要重新签名"), h("p", {}, `当事人 ${when} 看的不是现在的内容，那次的${kept.signed.way === Reading.SIGNED ? "签名" : "拒签"}不再有效。`), app.button("请当事人重新阅看", go, "primary"));
      return h("section", { class: "card ok" }, h("h2", {}, kept.signed.way === Reading.SIGNED ? `当事人 ${when} 看完全文后签名` : `当事人 ${when} 看完全文后拒绝签名`), kept.signed.picture ? h("img", { class: "signed", alt: "当事人的签名", src: `data:image/png;base64,${kept.signed.picture}` }) : h("p", {}, kept.facts.refusal_reason, kept.facts.witness ? `（见证人：${kept.facts.witness}）` : ""), app.button("重新阅看、签名", go));
    }

    return { page, card, holds, stated, own, fixTimes, begins };
  },
};
