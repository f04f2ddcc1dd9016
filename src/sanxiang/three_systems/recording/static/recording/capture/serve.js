// A paper is handed over at the door (送达): which paper, who receives it, its text on the screen, the receipt that is read
// and signed; or the refusal, with a witness, photos or a film. Without a net too: the server judges when it arrives.
"use strict";

const Serve = {
  of(app) {
    const REFUSED = "拒绝签收", IN_PERSON = "直接送达", LEFT = "留置送达", RELATED = ["同住成年家属签收", "代理人签收"];
    const BODIES = "法人及非法人组织", OF_BODY = ["单位签收", "代理人签收", REFUSED], OF_PERSON = ["本人签收", "同住成年家属签收", "代理人签收", REFUSED];
    const now = () => new Date(Date.now() + (app.contact ? new Date(app.contact.server) - new Date(app.contact.device) : 0));
    const chinaDay = (at) => new Date(+new Date(at) + 8 * 3600000).toISOString().slice(0, 10);
    const draftOf = (id, name) => `${id}.${name}.serve.json`, nameOf = (id, link) => `${id}.${link}.json`;
    const actOf = (t, name) => t && t.acts.find((one) => one.id === name && one.serves);
    const one = (a, kept) => a.serves.left.find((x) => x.link === kept.link);
    const textsOf = (id, link) => app.ask("load", { place: "papers", name: nameOf(id, link) });
    const whole = (found, chosen) => !!found && chosen.papers.every((paper) => found.papers.some((x) => x.code === paper.code));

    // ── the texts of the papers: fetched while there is a net, kept for the door ─────────────────────────────────────
    async function fetchTexts(id, link) {
      const answer = await fetch(`${app.base}papers/${id}/${link}`, { cache: "no-store", headers: { "X-Capture": "1" } });
      if (!answer.ok) return false;
      const made = await answer.json();
      if (!(await app.accepted(made))) return false;
      await app.ask("save", { place: "papers", name: nameOf(id, link), data: made.body });
      return true;
    }
    // After each package: what is new is fetched, what is served is forgotten. Papers that the server does not give leave
    // the others to be fetched; a net that is gone ends it.
    async function carry() {
      const wanted = new Map((app.pack.tasks || []).flatMap((t) => t.acts.filter((a) => a.serves).flatMap((a) => a.serves.left.map((x) => [nameOf(t.case, x.link), [t.case, x]]))));
      for (const kept of await app.ask("every", { place: "papers" })) if (!wanted.has(nameOf(kept.case, kept.link))) await app.ask("drop", { place: "papers", name: nameOf(kept.case, kept.link) });
      for (const [id, chosen] of wanted.values()) if (!whole(await textsOf(id, chosen.link), chosen)) await fetchTexts(id, chosen.link);
    }

    // ── what is stated, and the receipt as it is read ────────────────────────────────────────────────────────────────
    const refusing = (kept) => kept.facts.service_receipt === REFUSED;
    const takesOf = (id, name) => app.takes.filter((x) => x.case === id && x.activity === name);
    const pictured = (id, name) => takesOf(id, name).some((x) => x.medium === "photo");
    const filmed = (id, name) => takesOf(id, name).some((x) => x.medium !== "photo");
    const open = (a) => { const kinds = a.serves.kind === BODIES ? OF_BODY : a.serves.kind ? OF_PERSON : [...new Set([...OF_PERSON, ...OF_BODY])]; return kinds.filter((x) => a.serves.ways[IN_PERSON].includes(x) || (x === REFUSED && a.serves.ways[LEFT].includes(x))); };
    function stated(a, kept) {
      const plain = { ...a, fields: a.fields.filter((f) => !a.serves.own.includes(f.id)) }, told = Fields.stated(plain, kept.facts), of = kept.facts, refused = refusing(kept);
      told.service_receipt = of.service_receipt;
      told.service_manner = refused && !a.serves.ways[IN_PERSON].includes(REFUSED) ? LEFT : IN_PERSON;
      for (const name of ["served_to", ...(RELATED.includes(of.service_receipt) || of.service_receipt === "单位签收" ? ["served_relation"] : []), ...(refused ? ["refusal_reason", "service_witness"] : [])]) if ((of[name] || "").trim()) told[name] = of[name].trim();
      if (kept.unfilmed && !filmed(kept.case, a.id)) { told.recording_mode = "不录音录像"; told.recording_reason = kept.unfilmed.trim(); }
      return told;
    }
    function receipt(t, a, kept, at) {
      const papers = one(a, kept).papers.map((x) => ({ name: x.name, code: `核验码 ${x.code}` })), told = stated(a, kept);
      const names = { ...t.names, "party.name": told.served_party === "被申请人" && a.serves.other ? a.serves.other : t.names["party.name"] };
      const officers = kept.officers.map((id) => app.pack.people.find((x) => x.id === id) || { name: "", certificate: "" });
      return Reading.compose([a.serves.reading], names, officers, { ...told, served_papers: papers, signed_on: chinaDay(at) });
    }
    // Asked where the service may have to be filmed in full: from what is first done at the door (an item ticked, who receives
    // it chosen) to the signature. The form may be opened and the paper chosen on the way there.
    const times = (a, kept, over) => Reading.times(app, a.fields, kept.facts, kept.begun, over ? kept : null);
    const holds = (t, a, kept) => !!kept.signed && !!one(a, kept) && kept.signed.text === receipt(t, a, kept, kept.signed.at);
    function lacking(a, kept, t) {
      const of = kept.facts, fields = a.fields.filter((f) => !a.serves.own.includes(f.id)), without = Fields.missing({ fields, tables: [] }, of);
      if (!one(a, kept)) without.unshift("送达哪一份文书");
      else if (one(a, kept).whom.length && !one(a, kept).whom.includes(of.served_party)) without.push("向哪一方送达");
      if (!of.service_receipt) without.push("由谁签收");
      if (!(of.served_to || "").trim()) without.push(refusing(kept) ? "受送达人" : "签收人");
      if (RELATED.includes(of.service_receipt) && !(of.served_relation || "").trim()) without.push("与受送达人的关系");
      if (refusing(kept)) {
        if (!(of.refusal_reason || "").trim()) without.push("拒收的原因");
        if (!filmed(t.case, a.id) && !pictured(t.case, a.id) && !(of.service_witness || "").trim() && !a.serves.ways[IN_PERSON].includes(REFUSED)) without.push("见证人，或者拍照、录像记录送达过程");
      }
      if (!filmed(t.case, a.id) && !(kept.unfilmed || "").trim() && (refusing(kept) ? a.duties.length : a.duties.some((d) => d.always))) without.push("录音录像，或者不录音录像的理由");
      return without;
    }

    // ── the form ─────────────────────────────────────────────────────────────────────────────────────────────────────
    async function page(id, name) {
      const t = app.task(id), a = actOf(t, name);
      if (!a) { location.hash = t ? `#task/${id}` : ""; return; }
      await app.look();
      const kept = (await app.ask("load", { place: "drafts", name: draftOf(id, name) })) || { case: id, link: a.serves.left[0].due && !(a.serves.left[1] || {}).due ? a.serves.left[0].link : "", facts: {}, officers: [...new Set([app.pack.officer, ...t.officers])], unfilmed: "" };
      if (!one(a, kept)) { kept.link = ""; delete kept.signed; }
      if (kept.key && app.queued.some((x) => x.id === kept.key)) { await app.ask("drop", { place: "drafts", name: draftOf(id, name) }); location.hash = `#queued/${kept.key}`; return; }
      const problem = h("p", { id: "missing", class: "need", role: "alert" }), keep = () => app.ask("save", { place: "drafts", name: draftOf(id, name), data: kept }).catch((e) => { problem.textContent = `没有存好：${e.message}`; });
      const left = a.serves.left.filter((x) => x.whom.length > 1 || !app.queued.some((q) => q.sent.case === id && q.sent.act === name && q.sent.link === x.link && (!q.answer || q.answer.state === "done")));
      const what = h("div", {}), who = h("div", {}), films = h("div", {}), end = h("div", {});
      const note = () => { problem.textContent = ""; keep(); Fields.depends(form, { fields: rest }, kept.facts); drawEnd(); };
      const rest = a.fields.filter((f) => !a.serves.own.includes(f.id));
      const atDoor = () => { if (!kept.begun) { kept.begun = new Date().toISOString(); times(a, kept, false); const shown = form.querySelector("#f-started_on_site"); if (shown) shown.value = kept.facts.started_on_site || ""; } note(); };
      const text = (key, label, extra = {}) => { const area = extra.rows, input = h(area ? "textarea" : "input", { id: `v-${key}`, maxlength: "50", ...extra, oninput: () => { if (input.value) kept.facts[key] = input.value; else delete kept.facts[key]; note(); } }); input.value = kept.facts[key] || ""; return h("div", { class: "field" }, h("label", { for: `v-${key}` }, label), input); };
      const pick = (group, options, value, label, chosen) => options.map((x) => h("label", { class: "tick" }, h("input", { type: "radio", name: group, value: value(x), checked: chosen(x), onchange: (e) => { if (group === "link") kept.link = e.target.value; else kept.facts[group] = e.target.value; if (group === "service_receipt") atDoor(); else note(); drawWhat(); drawWho(); } }), h("span", {}, label(x))));

      async function drawWhat() {
        const chosen = one(a, kept), found = chosen ? await textsOf(id, chosen.link) : null;
        const asks = a.fields.find((f) => f.id === "served_party"), sides = !chosen || !asks ? [] : chosen.whom.length ? chosen.whom : asks.choices;
        what.replaceChildren(...[sides.length ? h("fieldset", { class: "field check" }, h("legend", {}, "向哪一方送达"), pick("served_party", sides, (x) => x, (x) => x, (x) => kept.facts.served_party === x)) : null,
          !chosen ? null : whole(found, chosen) ? h("details", { class: "card" }, h("summary", {}, "先看一遍文书全文"), found.papers.map((x) => sheet(x))) : h("p", { class: "card warn" }, "这份文书的全文还没有下载到手机，收件人只能看您带去的原件。", app.button("现在下载", async () => { if (await fetchTexts(id, chosen.link).catch(() => false)) drawWhat(); else app.say("没有下载成：没有网络，或者文书已经送达、改动过"); }))].filter(Boolean));
      }
      function drawWho() {
        const of = kept.facts, body = of.service_receipt === "单位签收";
        if (of.served_to === undefined) { const known = a.fields.find((f) => f.id === "served_to"); if (known && known.value) of.served_to = known.value; }
        who.replaceChildren(...[of.service_receipt ? text("served_to", refusing(kept) ? "受送达人" : "签收人") : null,
          RELATED.includes(of.service_receipt) || body ? text("served_relation", body ? "签收人在单位的职务（法定代表人、主要负责人、负责收件的人）" : "与受送达人的关系（代理人写委托权限）") : null,
          refusing(kept) ? [text("refusal_reason", "拒收的原因（照当事人的话写）", { rows: "3", maxlength: "500" }), text("service_witness", "见证人（基层组织或者所在单位的代表；拍照、录像记录了送达过程的可以没有）")] : null].flat().filter(Boolean));
      }
      function drawFilms() {
        const mine = takesOf(id, name);
        films.replaceChildren(h("section", { class: "card" }, h("h2", {}, `送达过程的记录（${mine.length}）`), mine.length ? h("ul", { class: "list" }, mine.map((x) => h("li", {}, `${app.clock(x.began)} ${app.MEDIA[x.medium]} `, h("span", { class: "muted" }, app.state(x))))) : h("p", { class: "empty" }, "还没有录音录像和照片。"),
          h("p", {}, app.button("录像", async () => { await app.start("video", id, name); drawFilms(); }), app.button("录音", async () => { await app.start("audio", id, name); drawFilms(); }), app.button("拍照", async () => { await app.photo(id, name); drawFilms(); })),
          a.duties.length && !filmed(id, name) ? unfilmed() : null));
      }
      function unfilmed() { const input = h("input", { id: "v-unfilmed", maxlength: "200", oninput: () => { kept.unfilmed = input.value; note(); } }); input.value = kept.unfilmed; return h("div", { class: "field" }, h("label", { for: "v-unfilmed" }, "不录音录像的理由（应当录而没有录的要写）"), input); }
      function drawEnd() {
        const when = kept.signed && new Date(kept.signed.at).toLocaleString("zh-CN", { hour12: false, timeZone: "Asia/Shanghai" }), go = async () => { times(a, kept, true); const without = lacking(a, kept, t); if (without.length) { problem.textContent = `还缺：${without.join("、")}`; problem.scrollIntoView({ block: "center" }); return; } await keep(); location.hash = `#receipt/${id}/${name}`; };
        const again = refusing(kept) ? "再记一次拒收" : "请收件人重新阅看、签收";
        if (!kept.signed) end.replaceChildren(h("section", { class: "card" }, h("h2", {}, refusing(kept) ? "拒收的经过" : "收件人阅看、签收"), h("p", { class: "muted" }, refusing(kept) ? "写好以后核对送达回证，见证人在屏幕上签名；文书留在当事人的住所。" : "写好以后把手机交给收件人，看完文书和送达回证再签收。"), app.button(refusing(kept) ? "核对送达回证，记下拒收" : "请收件人阅看、签收", go, "primary")));
        else if (!holds(t, a, kept)) end.replaceChildren(h("section", { class: "card bad" }, h("h2", {}, "内容改过，要重新签收"), h("p", {}, `${when} 看的不是现在的内容，那次的签收不再有效。`), app.button(again, go, "primary")));
        else end.replaceChildren(h("section", { class: "card ok" }, h("h2", {}, refusing(kept) ? `${when} 拒收，留置送达` : `${when} 看完后签收`), kept.signed.picture ? h("img", { class: "signed", alt: "收件人的签名", src: `data:image/png;base64,${kept.signed.picture}` }) : null, kept.signed.witness ? h("img", { class: "signed", alt: "见证人的签名", src: `data:image/png;base64,${kept.signed.witness}` }) : null, app.button(again, go)), h("button", { class: "btn primary", type: "submit" }, "送达完成，送回机关"));
      }
      const form = h("form", { "data-typed": "1", onsubmit: async (event) => { event.preventDefault(); await send(t, a, kept, problem); } }, app.team(kept, note),
        h("fieldset", { class: "field check" }, h("legend", {}, "送达哪一份文书"), left.length ? null : h("p", { class: "empty" }, "都已办理，等待送回机关。"), pick("link", left, (x) => x.link, (x) => `${x.papers.map((p) => p.name).join("、")}${x.due ? "" : "（可以送达）"}`, (x) => x.link === kept.link)), what,
        h("fieldset", { class: "field check" }, h("legend", {}, "由谁签收"), pick("service_receipt", open(a), (x) => x, (x) => (x === REFUSED ? "拒绝签收（留置送达）" : x), (x) => kept.facts.service_receipt === x)), who,
        app.group(rest.filter((f) => f.kind === "flag"), "逐项做到并核对", kept, atDoor), rest.filter((f) => f.kind !== "flag" && f.id !== "served_party").map((f) => Fields.field(f, kept.facts, note)), films, problem, end);
      app.put(app.back(`#task/${id}`), h("h1", {}, a.name), h("p", { class: "muted" }, [t.title, t.address].filter(Boolean).join(" · ")), form);
      Fields.depends(form, { fields: rest }, kept.facts); drawWho(); drawFilms(); drawEnd(); await drawWhat(); await keep();
      app.onRedraw(drawFilms);
    }
    const sheet = (paper) => h("article", { class: "sheet", lang: "zh-CN", tabindex: "0", "aria-label": paper.name }, h("h2", {}, paper.name), paper.text.split("\n").map((line) => h("p", {}, line)), h("p", { class: "muted" }, `核验码 ${paper.code}，和纸质文书上印的一致才是同一份`));

    // ── in the hand of whoever receives it ───────────────────────────────────────────────────────────────────────────
    async function receiptPage(id, name) {
      const t = app.task(id), a = actOf(t, name), kept = a && await app.ask("load", { place: "drafts", name: draftOf(id, name) });
      if (!kept || !one(a, kept) || lacking(a, kept, t).length) { location.hash = `#serve/${id}/${name}`; return; }
      times(a, kept, true);
      const found = await textsOf(id, kept.link), back = `#serve/${id}/${name}`, text = receipt(t, a, kept, now()), refused = refusing(kept);
      const problem = h("p", { class: "need", role: "alert" }), box = h("div", {}), choose = h("div", { class: "choose", hidden: true });
      const done = async (drawn) => {
        times(a, kept, true);
        kept.signed = { text, at: now().toISOString(), device: new Date().toISOString(), picture: "", witness: "", ...drawn };
        await app.ask("save", { place: "drafts", name: draftOf(id, name), data: kept });
        if (app.recording) app.recording.mark(refused ? "拒绝签名" : "签名", refused ? kept.facts.refusal_reason : "");
        app.say(refused ? "已记下拒收" : "已签收"); location.hash = back;
      };
      const draw = (words, label, took) => { const pad = Fields.pad(); pad.canvas.addEventListener("pointerdown", () => { problem.textContent = ""; }); problem.textContent = ""; box.replaceChildren(h("p", {}, words), pad.canvas, app.button("重写", () => pad.clear()), app.button(label, () => { const png = pad.png(); if (png) took(png); else problem.textContent = "框里还没有签名"; }, "primary"), problem); box.scrollIntoView({ block: "center" }); };
      if (!refused) choose.append(app.button("签收", () => draw(`${kept.facts.served_to}看过文书和送达回证，请在框内签名`, "签好了", (png) => done({ picture: png })), "primary"), app.link("拒绝签收、改填", back));
      else if ((kept.facts.service_witness || "").trim()) choose.append(app.button("见证人签名", () => draw(`见证人${kept.facts.service_witness}请在框内签名`, "签好了", (png) => done({ witness: png })), "primary"), app.button("见证人在纸质回证上签名", () => done({})));
      else choose.append(app.button("记下拒收，文书留在住所", () => done({}), "primary"));
      app.put(app.back(back), h("p", { class: "muted" }, refused ? "核对送达回证的内容。" : "请看完文书和送达回证，再在末尾签收。"), whole(found, one(a, kept)) ? found.papers.map(sheet) : h("p", { class: "card warn" }, "文书全文没有在手机上，请看纸质原件。"), h("article", { class: "sheet", lang: "zh-CN", tabindex: "0" }, Reading.lines([a.serves.reading], text)), ...Reading.toTheEnd(app, choose, box));
    }

    async function send(t, a, kept, problem) {
      const without = lacking(a, kept, t), mine = () => takesOf(t.case, a.id);
      if (!holds(t, a, kept)) without.push("收件人重新阅看、签收");
      await app.look();
      if (mine().some((x) => !x.ended)) without.push("先结束正在进行的录制");
      if (without.length) { problem.textContent = `还缺：${without.join("、")}`; return; }
      const files = [["收件人签名.png", kept.signed.picture], ["见证人签名.png", kept.signed.witness]].filter(([, data]) => data).map(([file, data]) => ({ name: file, data }));
      // Done when it was signed, however long it takes until it is sent: terms run from that day.
      const sent = { pass: app.pack.pass, case: t.case, act: a.id, link: kept.link, facts: stated(a, kept), officers: kept.officers, recordings: mine().map((x) => x.take), done_at: kept.signed.device, contact: app.contact, files, signed: { text: kept.signed.text, at: kept.signed.at, picture: kept.signed.picture ? files[0].name : "", witness: kept.signed.witness ? "见证人签名.png" : "" } };
      const key = kept.key || (kept.key = crypto.randomUUID());
      try { await app.ask("save", { place: "drafts", name: draftOf(t.case, a.id), data: kept }); await app.ask("save", { place: "acts", name: `${key}.json`, data: { id: key, officer: app.pack.officer, title: t.title, name: `送达${one(a, kept).titles}`, sent, answer: null } }); } catch (e) { problem.textContent = `没有存好，请清理手机空间后再点一次：${e.message}`; return; }
      await app.ask("drop", { place: "drafts", name: draftOf(t.case, a.id) });
      await app.look();
      app.say("已存在手机里，有网络时自动送回"); location.hash = `#queued/${key}`;
    }

    return { page, receiptPage, carry };
  },
};
