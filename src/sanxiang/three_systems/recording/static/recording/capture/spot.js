// A penalty decided on the spot (当场处罚): the form, the numbered paper that the party gets, the signatures. What is
// asked and where the limits are comes with the task package; the server judges when it arrives.
"use strict";

const Spot = {
  of(app) {
    // What the paper itself asks when it is handed over, not the form.
    const HANDED = new Set(["blank_number", "served_to", "served_relation", "service_manner", "service_receipt", "service_place", "service_witness", "service_announced_on", "mail_number", "refusal_reason"]);
    const SIGNED = { 自然人: "本人签收", 个体工商户: "本人签收", 法人及非法人组织: "单位签收" }, REFUSED = "拒绝签收";
    const spot = () => app.pack && app.pack.on_spot && app.pack.on_spot.procedure ? app.pack.on_spot : null;
    const load = (id) => app.ask("load", { place: "spots", name: `${id}.json` });
    const save = (kept) => app.ask("save", { place: "spots", name: `${kept.id}.json`, data: kept });
    // By the clock of the server as it was met last: a paper of the wrong day is a wrong paper.
    const now = () => new Date(Date.now() + (app.contact ? new Date(app.contact.server) - new Date(app.contact.device) : 0));
    const today = () => new Date(+now() + 8 * 3600000).toISOString().slice(0, 10);
    const person = (id) => app.pack.people.find((one) => one.id === id) || { id, name: "", certificate: "" };
    const stepsOf = (kept) => { const t = kept.case ? app.task(kept.case) : null; return t && t.on_spot && t.on_spot.steps ? t.on_spot.steps : spot().steps; };
    const all = (kept) => ({ ...kept.held, ...kept.facts });
    const fined = (facts) => (facts.sanctions || []).some((row) => row.kind === "罚款");

    // ── numbers ─────────────────────────────────────────────────────────────────────────────────────────────────────
    // A number is free while no draft, no paper and no end of it stands on this phone.
    async function free() {
      const [blocks, ended, drafts] = await Promise.all(["blanks", "ended", "spots"].map((place) => app.ask("every", { place })));
      const gone = new Set([...ended.map((one) => one.number), ...drafts.map((one) => one.blank), ...app.queued.map((one) => one.sent.blank)]);
      return blocks.filter((one) => !one.officer || one.officer === app.pack.officer).flatMap((one) => one.blanks).filter((one) => !gone.has(one.number));
    }

    // The key is written down before it is asked with: a phone that dies on the way gets the same block again.
    async function takeOut() {
      const asking = (await app.ask("load", { place: "state", name: "asking.json" })) || { key: crypto.randomUUID() };
      await app.ask("save", { place: "state", name: "asking.json", data: asking });
      let answer;
      try { answer = await fetch(`${app.base}blanks/${asking.key}`, { method: "PUT", body: JSON.stringify({ pass: app.pack.pass }), headers: { "X-Capture": "1" }, cache: "no-store" }); } catch { app.say("没有网络，领不到编号；有网络时再点一次"); return; }
      let told = {};
      try { told = await answer.json(); } catch { /* no body of ours */ }
      if (!answer.ok) { if (answer.status < 500) await app.ask("drop", { place: "state", name: "asking.json" }); app.say(told.text || "没有领到编号，请再试一次"); return; }
      if (!(await app.accepted(told))) { app.say("编号的签名不对，没有使用"); return; }
      await app.ask("save", { place: "blanks", name: `${asking.key}.json`, data: { ...told.body, officer: app.pack.officer } });
      await app.ask("drop", { place: "state", name: "asking.json" });
      app.say(`领到 ${told.body.blanks.length} 个编号`);
      pages.spot();
    }

    // One tab at a time, so that two do not choose the same number.
    const reserve = (kept) => navigator.locks.request("sanxiang-blank", async () => {
      if (!kept.blank) { await app.look(); const [one] = await free(); if (one) { kept.blank = one.number; await save(kept); } }
      return kept.blank;
    });

    async function begin(t) {
      const facts = t && !t.on_spot.steps ? Object.fromEntries(Object.entries({ party_name: t.party, party_address: t.address, party_phone: t.phone }).filter(([, value]) => value)) : {};
      const kept = { id: crypto.randomUUID(), case: t && t.on_spot.steps ? t.case : "", held: (t && t.on_spot.held) || {}, began: new Date().toISOString(), facts, officers: [...new Set([app.pack.officer, ...(t ? t.officers : [])])], takes: [], blank: "", signs: {}, handed: {} };
      await save(kept);
      location.hash = `#spot/${kept.id}`;
    }

    // ── what does not go on the spot ────────────────────────────────────────────────────────────────────────────────
    function barred(facts) {
      return spot().bars.filter((bar) => {
        if (bar.when.fact && !bar.when.values.includes(String(facts[bar.when.fact] ?? ""))) return false;
        const rows = (facts[bar.table] || []).filter((row) => bar.kinds.includes(row.kind));
        return rows.length > 0 && (!bar.at_least || rows.reduce((sum, row) => sum + Math.round(Number(row[bar.column] || 0) * 100), 0) >= bar.at_least);
      });
    }

    function lacking(kept, fields) {
      const facts = all(kept), without = Fields.missing({ fields: fields.filter((one) => one.kind !== "table"), tables: fields.filter((one) => one.kind === "table") }, facts);
      if (fined(facts) && !facts.collected_on_spot) without.push("当场收缴罚款的情形");
      if (fined(facts) && facts.collected_on_spot === "不当场收缴" && !facts.payment_bank) without.push("代收罚款的机构");
      if (fined(facts) && facts.sanctions.some((row) => row.kind === "罚款" && !(Number(row.amount) > 0))) without.push("罚款的金额");
      if (kept.officers.length < spot().officers) without.push(`执法人员不少于 ${spot().officers} 名`);
      return without;
    }

    // The fields of all steps, each once, in order; kinds of sanction that never go on the spot are not offered.
    function sections(kept) {
      const seen = new Set(HANDED), never = new Set(spot().bars.filter((bar) => !bar.at_least && !bar.when.fact).flatMap((bar) => bar.kinds));
      return stepsOf(kept).map((step) => ({ step, fields: [...step.fields, ...step.tables].filter((one) => !seen.has(one.id) && seen.add(one.id)).map((one) => (one.id === "sanctions" ? { ...one, columns: one.columns.map((column) => (column.id === "kind" ? { ...column, choices: column.choices.filter((kind) => !never.has(kind)) } : column)) } : one)) })).filter((one) => one.fields.length);
    }

    function chooser(kept, redraw) {
      const { items, standards } = spot(), chosen = items.find((one) => one.code === kept.facts.item_code);
      return [
        items.length ? h("div", { class: "field" }, h("label", { for: "item" }, "执法事项"), h("select", { id: "item", onchange: (e) => { if (e.target.value) kept.facts.item_code = e.target.value; else delete kept.facts.item_code; redraw(); } }, h("option", { value: "" }, "请选择"), items.map((one) => h("option", { value: one.code, selected: one === chosen }, one.name))), chosen && chosen.basis ? h("p", { class: "help" }, `依据：${chosen.basis}`) : null) : null,
        standards.length ? h("details", { class: "card" }, h("summary", {}, "裁量基准"), standards.map((one) => h("p", {}, h("strong", {}, one.name), h("br"), `${one.circumstances}：${one.range}`, h("br"), app.button("写入裁量理由", () => { kept.facts.discretion_reasons = `${kept.facts.discretion_reasons || ""}对照裁量基准“${one.name}”，${one.circumstances}：${one.range}。`; redraw(); })))) : null,
      ];
    }

    const named = (kept) => { const facts = all(kept); return [facts.party_name || "当事人待填", facts.case_name].filter(Boolean).join(" · "); };

    async function home() {
      await app.look();
      const drafts = (await app.ask("every", { place: "spots" })), numbers = await free(), done = app.queued.filter((one) => one.paper);
      for (const one of drafts.filter((x) => app.queued.some((q) => q.id === x.id))) await app.ask("drop", { place: "spots", name: `${one.id}.json` });
      const lost = (await app.ask("every", { place: "ended" })).filter((one) => one.refused || one.problem);
      const open = drafts.filter((one) => !app.queued.some((q) => q.id === one.id));
      app.put(app.back("#"), h("h1", {}, "当场处罚"),
        h("section", { class: `card ${numbers.length ? "" : "warn"}` }, h("h2", {}, `编号决定书还有 ${numbers.length} 份`), h("p", { class: "muted" }, "编号在有网络的时候领取，没有网络也能填写、交付。写坏的作废，不用的在电脑上退回。"), app.button("领取编号决定书", takeOut)),
        lost.map((one) => h("section", {}, h("h2", {}, `作废 ${one.number}`), app.notTaken(one.refused ? one.refused.text : one.problem, "ended", `${one.id}.json`))),
        h("p", {}, app.button("新的当场处罚", () => begin(null), "primary")),
        open.length ? h("section", { class: "card" }, h("h2", {}, `还没有交付（${open.length}）`), h("ul", { class: "list" }, open.map((one) => h("li", {}, h("a", { href: `#spot/${one.id}` }, named(one), h("span", { class: "muted" }, `${app.clock(one.began)} 开始${one.blank ? ` · ${one.blank}` : ""}`)))))) : null,
        done.length ? h("section", { class: "card" }, h("h2", {}, `已经交付（${done.length}）`), h("ul", { class: "list" }, done.map((one) => h("li", {}, h("a", { href: `#given/${one.id}` }, one.title, h("span", { class: "muted" }, `${one.sent.blank} · ${{ here: "系统没有收下，只在本机", waits: "等待送达", done: "已办成", kept: "已送达，还不能办成" }[app.standing(one)]}`)))))) : null);
    }

    async function form(id) {
      await app.look();
      const kept = await load(id);
      if (!kept || !spot() || app.queued.some((one) => one.id === id)) { location.hash = "#spot"; return; }
      const parts = sections(kept), fields = parts.flatMap((one) => one.fields), found = stepsOf(kept).find((one) => one.emits === "investigation.concluded");
      if (fields.some((one) => one.id === "source_on") && !kept.facts.source_on) kept.facts.source_on = today();
      if (fields.some((one) => one.id === "payment_bank") && !kept.facts.payment_bank && spot().agency.bank) kept.facts.payment_bank = spot().agency.bank;
      const bars = h("div", { id: "barred", role: "alert" }), problem = h("p", { id: "missing", role: "alert" });
      const watch = () => { const against = barred(all(kept)); bars.replaceChildren(...(against.length ? [h("div", { class: "card bad" }, h("p", {}, "不能当场处罚："), h("ul", {}, against.map((one) => h("li", {}, one.text, " ", h("small", { class: "muted" }, one.law)))))] : [])); Fields.depends(sheet, { fields }, all(kept)); return against; };
      const note = () => { problem.textContent = ""; kept.signs = {}; save(kept); watch(); };
      const again = async () => { kept.signs = {}; await save(kept); const at = window.scrollY; await form(id); window.scrollTo(0, at); };
      const own = async (take) => { if (take) { kept.takes.push(take); await save(kept); await app.look(); drawOwn(); } };
      const film = async (medium) => { await app.start(medium, kept.case, found.id); if (app.recording) own(app.recording.take); };
      const list = h("div", {}), drawOwn = () => { const mine = app.takes.filter((one) => kept.takes.includes(one.take)); list.replaceChildren(mine.length ? h("ul", { class: "list" }, mine.map((one) => h("li", {}, `${app.clock(one.began)} ${app.MEDIA[one.medium]} `, h("span", { class: "muted" }, app.state(one))))) : h("p", { class: "empty" }, "还没有录音录像和照片。")); };
      const sheet = h("form", { onsubmit: async (event) => { event.preventDefault(); const without = lacking(kept, fields), against = watch(); if (without.length || against.length) { problem.textContent = [without.length ? `还缺：${without.join("、")}` : "", against.map((one) => one.text).join("；")].filter(Boolean).join("。"); return; } if (!(await reserve(kept))) { problem.textContent = "手机里没有编号决定书：联网时在“当场处罚”里领取。没有编号的决定书不能当场交付。"; return; } location.hash = `#paper/${id}`; } },
        app.team(kept, note), chooser(kept, again),
        parts.map(({ step, fields: mine }) => h("section", {}, h("h2", {}, step.name), app.group(mine.filter((f) => f.kind === "flag"), "逐项做到并核对", kept, note), mine.filter((f) => f.kind !== "flag" && f.kind !== "table").map((f) => Fields.field(f, kept.facts, note)), mine.filter((f) => f.kind === "table").map((f) => Fields.table(f, kept.facts, note)))),
        bars, h("section", { class: "card" }, h("h2", {}, "现场的记录"), list, h("p", {}, app.button("录像", () => film("video")), app.button("录音", () => film("audio")), app.button("拍照", async () => own(await app.photo(kept.case, found.id))))),
        problem, h("button", { class: "btn primary", type: "submit" }, "填写决定书，请当事人看"), app.button("不处罚了，删去这份草稿", async () => { if (kept.blank) { problem.textContent = `编号 ${kept.blank} 已经填写：先在决定书页上作废，再删去草稿`; return; } await app.ask("drop", { place: "spots", name: `${id}.json` }); location.hash = "#spot"; }));
      app.put(app.back("#spot"), h("h1", {}, "当场处罚"), h("p", { class: "muted" }, (app.task(kept.case) || { title: kept.case ? "已登记的案件" : "新的案件" }).title), sheet);
      drawOwn(); watch(); save(kept);
    }

    // ── the paper ───────────────────────────────────────────────────────────────────────────────────────────────────
    const viewOf = (kept, printed) => ({ ...printed, day: today(), facts: all(kept), officers: kept.officers.map(person).map(({ id, name, certificate }) => ({ id, name, certificate })), agency: spot().agency, terms: spot().terms, signs: kept.signs, handed: kept.handed, signed_at: kept.signed_at || "" });
    const money = (row) => [row.kind, row.amount ? `人民币 ${Number(row.amount).toFixed(2)} 元` : "", row.text].filter(Boolean).join("，");
    const dated = (day) => day.replace(/^(\d+)-0?(\d+)-0?(\d+)$/, "$1年$2月$3日");
    const stopped = (text) => (/[。；]$/.test(text) ? text : `${text}。`);
    const picture = (data, alt) => (data ? h("img", { class: "signed", alt, src: `data:image/png;base64,${data}` }) : "＿＿＿＿＿＿");

    const cleaned = (value) => (typeof value === "string" ? Reading.clean(value) : Array.isArray(value) ? value.map(cleaned) : value && typeof value === "object" ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, cleaned(one)])) : value);

    function paper(view) {
      const f = cleaned(view.facts), p = (...text) => h("p", {}, ...text), when = view.signed_at ? new Date(view.signed_at).toLocaleString("zh-CN", { hour12: false, timeZone: "Asia/Shanghai" }) : "";
      return h("article", { class: "paper", lang: "zh-CN" },
        h("h1", {}, view.agency.name || ""), h("h2", {}, "当场行政处罚决定书"), h("p", { class: "number" }, `编号：${view.number}`),
        p(`当事人：${f.party_name || ""}${f.legal_representative ? `　法定代表人（负责人）：${f.legal_representative}` : ""}`), f.party_credit_code || f.party_id_number ? p(`证件号码（统一社会信用代码）：${f.party_credit_code || f.party_id_number}`) : null, f.party_address ? p(`住所（住址）：${f.party_address}`) : null,
        p(`${dated(view.day)}，执法人员${view.officers.map((one) => `${one.name}（执法证号 ${one.certificate}）`).join("、")}在${f.place || ""}检查时，出示执法证件，当场查明下列违法事实：`), p(stopped(f.violation_facts || "")),
        (f.evidence_list || []).length ? p(`上述事实有下列证据证明：${f.evidence_list.map((row) => row.name).filter(Boolean).join("、")}。`) : null,
        p("执法人员当场告知了拟作出的处罚内容、事实、理由、依据和依法享有的权利。", f.defence_statement ? `当事人陈述、申辩：${stopped(f.defence_statement)}` : "当事人当场未提出陈述、申辩。"), f.decision_reasons ? p(stopped(f.decision_reasons)) : null, f.discretion_reasons ? p(stopped(f.discretion_reasons)) : null,
        p(`依据${(f.legal_basis || []).map((row) => `《${String(row.law || "").replace(/[《》]/g, "")}》${row.article || ""}`).join("、")}和《行政处罚法》第五十一条、第五十二条，决定给予下列处罚：`), h("ol", {}, (f.sanctions || []).filter((row) => row.kind).map((row) => h("li", {}, money(row)))), f.correction_order ? p(stopped(f.correction_order)) : null,
        fined(f) ? p(f.collected_on_spot !== "不当场收缴" ? `罚款由执法人员当场收缴（${f.collected_on_spot}），出具财政部门统一制发的专用票据；不出具的，当事人有权拒绝缴纳。` : `当事人应当自收到本决定书之日起${view.terms.payment}内将罚款缴至${f.payment_bank}。到期不缴纳的，每日按罚款数额的${view.terms.late_fee}加处罚款，加处罚款的数额不超出罚款的数额。确有经济困难的，可以申请延期或者分期缴纳。`) : null,
        p(`如不服本决定，应当先自收到本决定书之日起${view.terms.reconsideration}内向${view.agency.review_body || "＿＿＿＿"}申请行政复议；对行政复议决定不服的，可以自收到行政复议决定书之日起${view.terms.suit_after_review}内依法向${view.agency.court || "＿＿＿＿"}提起行政诉讼。`),
        h("p", { class: "signs" }, "执法人员（签名）：", view.officers.map((one) => picture(view.signs[one.id], `${one.name}的签名`))),
        view.handed.service_receipt === REFUSED ? p(`当事人拒绝签收：${view.handed.refusal_reason || ""}${view.handed.service_witness ? `　见证人：${view.handed.service_witness}` : ""}　${when}`) : h("p", { class: "signs" }, `当事人（签收）：${view.handed.served_to || ""}`, picture(view.signs.party, "当事人的签名"), when),
        h("p", { class: "right" }, view.agency.name || "", h("br"), dated(view.day)), h("p", { class: "muted" }, "一份当场交付当事人，一份报所属行政机关备案。决定的文号在报备时编排，凭本编号查询。"),
        view.qr ? h("figure", {}, h("img", { alt: "扫码核对编号", src: `data:image/svg+xml;utf8,${encodeURIComponent(view.qr)}` }), h("figcaption", {}, "报回机关以后，扫码核对")) : null);
    }

    // What the party read before it signed: any change of the facts takes the signatures back. The server composes the
    // same from what arrives (spot_text.py); the code is no part of it.
    const textOf = (view) => [...paper({ ...view, qr: "", signs: {}, handed: {}, signed_at: "" }).querySelectorAll(":scope > :not(ol), :scope > ol > li")].map((one) => one.textContent).filter(Boolean).join("\n");

    async function paperPage(id) {
      await app.look();
      const kept = await load(id);
      if (app.queued.some((one) => one.id === id)) { location.hash = `#given/${id}`; return; }
      if (!kept || !kept.blank || !spot()) { location.hash = "#spot"; return; }
      const printed = (await app.ask("every", { place: "blanks" })).flatMap((one) => one.blanks).find((one) => one.number === kept.blank), facts = all(kept), handed = kept.handed;
      if (handed.served_to === undefined) handed.served_to = facts.party_kind === "法人及非法人组织" ? facts.legal_representative || "" : facts.party_name || "";
      if (!handed.service_receipt) handed.service_receipt = SIGNED[facts.party_kind] || "本人签收";
      const problem = h("p", { id: "missing", role: "alert" }), keep = async () => { problem.textContent = ""; await save(kept); sheet.replaceWith(sheet = paper(viewOf(kept, printed))); };
      let sheet = paper(viewOf(kept, printed));
      const sign = (name, label) => {
        const box = h("div", { class: "card", "data-sign": name }), draw = () => {
          if (kept.signs[name]) { box.replaceChildren(h("p", {}, label), picture(kept.signs[name], label), app.button("重签", async () => { delete kept.signs[name]; await keep(); draw(); })); return; }
          const pad = Fields.pad();
          box.replaceChildren(h("p", {}, `请${label}在屏幕上签名`), pad.canvas, app.button("重写", () => pad.clear()), app.button("签好了", async () => { const drawn = pad.png(); if (!drawn) { app.say("还没有签名"); return; } kept.signs[name] = drawn; if (name === "party") kept.signed_at = now().toISOString(); await keep(); draw(); }));
        };
        draw();
        return box;
      };
      const text = (name, label, extra = {}) => { const input = h("input", { id: `h-${name}`, ...extra, oninput: async () => { handed[name] = input.value; await keep(); } }); input.value = handed[name] || ""; return h("div", { class: "field" }, h("label", { for: `h-${name}` }, label), input); };
      const party = sign("party", "当事人"), why = h("div", {}, text("refusal_reason", "拒绝签收的原因", { maxlength: "500" }), text("service_witness", "见证人", { maxlength: "50" })), receipts = [...new Set([SIGNED[facts.party_kind] || "本人签收", "代理人签收", REFUSED])];
      const gate = h("div", { hidden: !kept.signs.party }, party), [end, foot] = Reading.toTheEnd(app, gate, null);
      if (kept.signs.party) foot.classList.add("done");
      const shown = () => { party.hidden = handed.service_receipt === REFUSED; why.hidden = !party.hidden; };
      const receipt = h("select", { id: "h-receipt", onchange: async (e) => { handed.service_receipt = e.target.value; delete kept.signs.party; await keep(); shown(); } }, receipts.map((one) => h("option", { value: one, selected: one === handed.service_receipt }, one)));
      const finish = async () => {
        const without = kept.officers.filter((one) => !kept.signs[one]).map((one) => `${person(one).name}的签名`), refusing = handed.service_receipt === REFUSED;
        if (!refusing && !kept.signs.party) without.push("当事人的签名");
        if (!refusing && !handed.served_to) without.push("签收人");
        if (refusing && !handed.refusal_reason) without.push("拒绝签收的原因");
        await app.look();
        if (app.takes.some((one) => kept.takes.includes(one.take) && !one.ended)) without.push("先结束正在进行的录制");
        if (without.length) { problem.textContent = `还缺：${without.join("、")}`; return; }
        await hand(kept, viewOf(kept, printed));
      };
      const spoil = h("details", { class: "card" }, h("summary", {}, "这份写坏了，作废"), text("spoilt", "作废的原因", { maxlength: "500" }), app.button("作废这个编号", async () => {
        if (!(handed.spoilt || "").trim()) { problem.textContent = "还缺：作废的原因"; return; }
        const ended = crypto.randomUUID();
        await app.ask("save", { place: "ended", name: `${ended}.json`, data: { id: ended, pass: app.pack.pass, at: new Date().toISOString(), number: kept.blank, outcome: "spoilt", facts: { blank_reason: handed.spoilt } } });
        kept.blank = ""; kept.signs = {}; delete handed.spoilt; await save(kept);
        location.hash = `#spot/${id}`;
      }));
      app.put(h("div", { class: "screen" }, app.back(`#spot/${id}`)), sheet, h("div", { class: "screen" }, end,
        h("div", { class: "field" }, h("label", { for: "h-receipt" }, "签收情况"), receipt), text("served_to", "签收人", { maxlength: "50" }), why, foot, kept.officers.map((one) => sign(one, `执法人员${person(one).name}`)), problem, app.button("已经交付当事人", finish, "primary"), spoil));
      shown();
    }

    // The same id for draft and act: however often a phone dies in between, it stands once.
    async function hand(kept, view) {
      const facts = { ...kept.facts, ...Object.fromEntries(Object.entries(kept.handed).filter(([name, value]) => HANDED.has(name) && value)), service_manner: "直接送达", service_place: all(kept).place || "" };
      if (facts.service_receipt !== REFUSED) { delete facts.refusal_reason; delete facts.service_witness; }
      const steps = stepsOf(kept), deciding = steps.find((one) => one.emits === "decision.made"), files = Object.entries(kept.signs).map(([who, data]) => ({ name: `${who === "party" ? "当事人" : person(who).name}签名${who === "party" ? "" : `-${who.slice(0, 4)}`}.png`, data }));
      const made = steps.map((step) => { const serving = step.emits === "document.served"; return { act: step.id, signed: serving || step === deciding, link: serving ? deciding.id : "", facts: Fields.stated(step, Reading.times(app, step.fields, { ...facts }, kept.began, {})), recordings: step.emits === "investigation.concluded" ? kept.takes.filter((one) => app.takes.some((t) => t.take === one)) : [], files: serving ? files.map((one) => one.name) : [] }; });
      if (spot().filing) made.push({ act: spot().filing, facts: {}, now: true });
      const sent = { pass: app.pack.pass, case: kept.case, act: deciding.id, facts, steps: made, officers: kept.officers, recordings: made.flatMap((one) => one.recordings || []), opening: kept.case ? null : { category: spot().category, procedure: spot().procedure, department: spot().department }, blank: kept.blank, shown: textOf(view), done_at: new Date().toISOString(), contact: app.contact, files, signed: kept.signs.party ? { text: textOf(view), at: kept.signed_at, picture: "当事人签名.png" } : null };
      await app.ask("save", { place: "acts", name: `${kept.id}.json`, data: { id: kept.id, officer: app.pack.officer, title: named(kept), name: deciding.name, sent, answer: null, paper: view } });
      await app.ask("drop", { place: "spots", name: `${kept.id}.json` });
      await app.look();
      app.say("已存在手机里，有网络时自动送达");
      location.hash = `#given/${kept.id}`;
    }

    async function given(id) {
      const one = app.queued.find((x) => x.id === id);
      if (!one || !one.paper) { location.hash = "#spot"; return; }
      app.put(h("div", { class: "screen" }, app.back("#spot"), h("p", {}, app.link("送达的情况", `#queued/${id}`), app.button("打印", () => window.print()))), paper(one.paper));
    }

    const pages = { spot: (id) => (spot() ? (id ? form(id) : home()) : app.put(app.back("#"), h("p", { class: "empty" }, "这里没有当场处罚。"))), paper: paperPage, given };
    return { pages, begin, textOf };
  },
};
