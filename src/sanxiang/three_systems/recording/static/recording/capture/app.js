// The pages of the phone app. Everything on them comes from the task package and from what stands on this phone; nothing
// here needs a net but sending.
"use strict";

(async () => {
  const told = document.body.dataset, main = document.getElementById("main"), bar = document.getElementById("bar");
  const strip = document.getElementById("strip"), live = document.getElementById("live");
  const BASE = new URL(told.base, location.href).href, SLICE = /AppleWebKit(?!.*Chrome)/.test(navigator.userAgent) ? 4000 : 2000;
  const RATE = { video: 1_500_000, audio: 64_000 }, LEAST = 30 * 60, STOP = 5 * 60;
  let pack = null, contact = null, sending = { state: "idle", text: "" }, takes = [], queued = [], exempts = [], room = {}, rec = null, lockFree = null, level, opening = null, gone = null, shown = null, drawn = null, refused = null, redraw = null;

  // ── the keeper ────────────────────────────────────────────────────────────────────────────────────────────────────
  const keeper = new Worker(told.keeper), waiting = new Map();
  let asked = 0;
  const ask = (act, given = {}) => new Promise((done, failed) => { asked += 1; waiting.set(asked, { done, failed }); keeper.postMessage({ id: asked, act, told: given }, given.buffer ? [given.buffer] : []); });
  keeper.onmessage = ({ data }) => {
    if (data.id) { const one = waiting.get(data.id); waiting.delete(data.id); if (data.problem) one.failed(Object.assign(new Error(data.full ? "手机空间已满，请先清理" : data.problem), { full: data.full })); else one.done(data.answer); return; }
    if (data.event === "sending") { sending = { state: data.state, text: data.text }; if (data.contact) contact = data.contact; }
    fresh(["sealed", "answered", "problem"].includes(data.event) || data.state === "idle");
  };

  const later = { at: 0 };
  function fresh(draw = false) { later.draw = later.draw || draw; clearTimeout(later.at); later.at = setTimeout(async () => { const whole = later.draw; later.draw = false; await look(); if (whole && !editing()) route(); }, 60); }
  const editing = () => /^#(act|serve|read|receipt|along|exempt|explain|sign|spot\/|paper)/.test(location.hash) || !!main.querySelector("form[data-typed]");
  async function look() {
    [takes, queued, exempts, room] = await Promise.all([ask("list"), ask("every", { place: "acts" }), ask("every", { place: "exempts" }), ask("room")]);
    drawStrip(); drawLive();
    if (redraw) redraw(); // what a form shows of the state, without touching what is being typed
  }

  async function contactNow() {
    try {
      const before = Date.now(), answer = await (await fetch(`${BASE}contact`, { cache: "no-store" })).json();
      contact = { server: answer.server, device: new Date((before + Date.now()) / 2).toISOString(), nonce: answer.nonce };
      await ask("configure", { contact });
      return answer;
    } catch { return null; }
  }

  // ── whether a package is ours ─────────────────────────────────────────────────────────────────────────────────────
  // The canonical bytes of RFC 8785: JSON without space, members sorted.
  const canonical = (value) => (Array.isArray(value) ? `[${value.map(canonical).join(",")}]` : value && typeof value === "object" ? `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}` : JSON.stringify(value));
  const bytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  const fingerprint = async (key) => Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes(key))), (b) => b.toString(16).padStart(2, "0")).join("").slice(0, 16).replace(/(.{4})(?=.)/g, "$1 ");
  async function vouched(made, key) {
    try {
      const point = await crypto.subtle.importKey("raw", bytes(key), { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
      return await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, point, bytes(made.signature), new TextEncoder().encode(canonical(made.body)));
    } catch { return false; }
  }
  // The key that this phone met first; another one is used only after somebody has compared it.
  async function keyOf() {
    const kept = await ask("load", { place: "state", name: "key.json" });
    if (kept && kept.key === told.key) return kept.key;
    if (kept) { refused = { text: "服务器换了签名钥匙，任务包没有更新。请向管理员核对下面的新指纹，一致再改用；不一致说明网络不可信。", was: await fingerprint(kept.key), is: await fingerprint(told.key) }; return kept.key; }
    await ask("save", { place: "state", name: "key.json", data: { key: told.key } });
    return told.key;
  }
  const FORGED = "任务包的签名不对，没有使用：内容被改过，或者不是本系统发的。已有的任务和记录不受影响；请换一个网络重新打开，仍然这样请联系管理员。";
  const warnings = () => (refused ? h("div", { class: "card bad", role: "alert" }, h("p", {}, refused.text), refused.is ? [h("p", {}, `原来的指纹 ${refused.was}`), h("p", {}, `新的指纹 ${refused.is}`), button("已向管理员核对一致，改用新钥匙", async () => { await ask("save", { place: "state", name: "key.json", data: { key: told.key } }); refused = null; await fetchPackage(); route(); })] : null) : null);
  async function accepted(made) {
    refused = null;
    if (await vouched(made, await keyOf())) return true;
    refused = refused || { text: FORGED };
    return false;
  }

  async function fetchPackage() {
    const third = pack && pack.third || location.hash.startsWith("#third=");
    try {
      const key = location.hash.startsWith("#third=") ? location.hash.slice(7) : pack && pack.pass;
      const answer = await fetch(`${BASE}${third ? "third" : `package${along.asked()}`}`, { cache: "no-store", headers: third ? { "X-Pass": key } : {} });
      if (!answer.ok) return answer.status;
      const made = await answer.json();
      if (!(await accepted(made))) return 0;
      pack = made.body; await ask("save", { place: "state", name: "package.json", data: { body: made.body, signature: made.signature } });
      if (third) { await ask("configure", { pass: pack.pass }); history.replaceState(null, "", "#"); } else serve.carry().catch(() => {});
      return 200;
    } catch { return 0; }
  }

  // ── words ─────────────────────────────────────────────────────────────────────────────────────────────────────────
  const clock = (text) => new Date(text).toLocaleTimeString("zh-CN", { hour12: false });
  const mb = (bytes) => (bytes / 1048576).toFixed(bytes < 10485760 ? 1 : 0);
  const span = (s) => (s >= 3600 ? `${Math.floor(s / 3600)} 小时 ${Math.floor(s % 3600 / 60)} 分` : `${Math.floor(s / 60)} 分 ${Math.floor(s % 60)} 秒`);
  const left = (medium = "video") => Math.max(0, ((room.quota || 0) - (room.usage || 0)) * 8 / RATE[medium]);
  const offset = () => (contact ? Math.round((new Date(contact.server) - new Date(contact.device)) / 1000) : null);
  const task = (id) => pack && pack.tasks.find((one) => one.case === id);
  const actOf = (t, id) => t && t.acts.find((one) => one.id === id);
  const MEDIA = { video: "录像", audio: "录音", photo: "照片" };
  const button = (text, onclick, kind = "") => h("button", { type: "button", class: `btn ${kind}`, onclick }, text);
  const link = (text, href, kind = "") => h("a", { class: `btn ${kind}`, href }, text);
  const put = (...inside) => { main.replaceChildren(...inside.flat().filter(Boolean)); window.scrollTo(0, 0); };
  const say = (text) => { const old = document.getElementById("said"); if (old) old.remove(); const made = h("p", { id: "said", role: "alert" }, text); document.body.append(made); setTimeout(() => made.remove(), 5000); };

  function drawStrip() {
    const bytes = takes.filter((one) => !one.sealed).reduce((sum, one) => sum + one.bytes * (1 - one.sent / Math.max(1, one.count)), 0);
    const pieces = takes.filter((one) => !one.sealed).reduce((sum, one) => sum + one.count - one.sent, 0), off = offset();
    const net = { idle: navigator.onLine ? "网络正常" : "没有网络", sending: "正在上传", waiting: "等网络", login: "要重新登录" }[sending.state];
    strip.replaceChildren(
      rec ? h("span", { class: rec.state === "recording" ? "rec" : "warn" }, rec.state === "recording" ? `● ${span((Date.now() - rec.began) / 1000)}` : "录制中断") : "",
      h("span", { class: sending.state === "login" || !navigator.onLine ? "warn" : "" }, net),
      h("span", {}, pieces ? `待上传 ${pieces} 段 ${mb(bytes)} MB` : "已全部上传"),
      h("span", { class: left() < LEAST ? "warn" : "" }, `可录 ${span(left())}`),
      h("span", { class: off !== null && Math.abs(off) > 60 ? "warn" : "" }, off === null ? "时钟未核对" : `时钟偏差 ${-off > 0 ? "+" : ""}${-off} 秒`));
  }

  // ── pages ─────────────────────────────────────────────────────────────────────────────────────────────────────────
  const pages = {
    home() {
      const loose = takes.filter((one) => !one.running && !one.ended), gaps = takes.filter((one) => one.open_gaps);
      const here = queued.filter((one) => standing(one) === "here"), refused = queued.filter((one) => standing(one) === "kept"), waits = queued.filter((one) => standing(one) === "waits");
      const needs = [
        ...loose.map((one) => h("li", {}, h("a", { href: `#take/${one.take}` }, `${clock(one.began)} 的${MEDIA[one.medium]}意外中断，还没有结束`))),
        ...gaps.map((one) => h("li", {}, h("a", { href: `#take/${one.take}` }, `${clock(one.began)} 的${MEDIA[one.medium]}有 ${one.open_gaps} 处中断没有说明`))),
        ...takes.filter((one) => one.problem).map((one) => h("li", {}, h("a", { href: `#take/${one.take}` }, `${clock(one.began)} 的${MEDIA[one.medium]}系统没有收下，只在这台手机里`))),
        ...here.map((one) => h("li", {}, h("a", { href: `#queued/${one.id}` }, `${one.title}：${one.name}系统没有收下，只在这台手机里`))),
        ...refused.map((one) => h("li", {}, h("a", { href: `#queued/${one.id}` }, `${one.title}：${one.name}已送达，还不能办成`))),
        ...waits.map((one) => h("li", {}, h("a", { href: `#queued/${one.id}` }, `${one.title}：${one.name}等待送达`))),
      ];
      const expired = pack && new Date(pack.until) < new Date();
      put(
        h("h1", {}, pack && pack.third ? "第三方记录" : "现场记录"), pack ? h("p", { class: "muted" }, `${pack.agency_name || ""} ${pack.name} · 任务包 ${clock(pack.made || pack.until)}`) : null,
        warnings(), sending.state === "login" || !pack ? h("div", { class: "card warn" }, h("p", {}, pack ? "登录已经失效。录制不受影响；重新登录后自动继续上传。" : "先联网登录一次，下载今天的任务；之后没有网络也能用。"), link("登录", `${told.login}?next=${encodeURIComponent(told.base)}`, "primary")) : null,
        expired ? h("div", { class: "card warn" }, h("p", {}, "任务包已经过期，联网后会自动更新；这期间照常可以记录。")) : null,
        needs.length ? h("section", { class: "card" }, h("h2", {}, `还要处理（${needs.length}）`), h("ul", { class: "list" }, needs)) : null,
        along.list(),
        h("section", { class: "card" }, h("h2", {}, `本机的记录（${takes.length}）`), takes.length ? h("ul", { class: "list" }, [...takes].reverse().map((one) => h("li", {}, h("a", { href: `#take/${one.take}` }, `${clock(one.began)} ${MEDIA[one.medium]}`, h("span", { class: "muted" }, state(one)))))) : h("p", { class: "empty" }, "还没有记录。")),
        pack && !pack.third ? h("p", {}, pack.on_spot && pack.on_spot.procedure ? link("当场处罚", "#spot") : null, link("亮证", "#card"), link("规范用语", "#phrases")) : null, rules(), caps());
    },

    task(id) {
      const t = task(id);
      if (!t) { put(h("p", { class: "empty" }, "任务包里没有这件案件。"), link("返回", "#")); return; }
      put(back("#"), h("h1", {}, t.title), h("p", { class: "muted" }, [t.number, t.address, t.party].filter(Boolean).join(" · ")),
        t.only ? h("p", {}, "只记录这一项活动；录完自动上传到委托机关。") : null, rules(),
        t.acts.map((a) => h("section", { class: "card" }, h("h2", {}, a.name), a.help ? h("p", { class: "muted" }, a.help) : null,
          a.duties.length ? h("p", {}, "音像要求：", a.duties.map((d) => h("span", { class: `chip ${d.duty === "全程" ? "bad" : ""}` }, `${d.duty}${d.always ? "" : "（视情形）"}`)), h("br"), h("small", { class: "muted" }, a.duties.map((d) => d.law).join("；"))) : null,
          exempt.standing(id, a.id) ? h("p", {}, h("span", { class: "chip" }, `免予录音录像：${exempt.standing(id, a.id).text}`)) : null,
          a.serves && a.serves.left.some((x) => x.due) ? h("p", {}, h("span", { class: "chip" }, `待送达：${a.serves.left.filter((x) => x.due).map((x) => x.titles).join("、")}`)) : null,
          h("p", {}, a.serves ? link("去送达", `#serve/${id}/${a.id}`, "primary") : link("填写", `#act/${id}/${a.id}`, "primary"), button("录像", () => start("video", id, a.id)), button("录音", () => start("audio", id, a.id))))),
        h("label", { class: "btn" }, "用手机相机拍摄", h("input", { type: "file", accept: "video/*,image/*", capture: "environment", hidden: true, onchange: (e) => { if (e.target.files[0]) fromCamera(e.target.files[0], id, t.only || (t.acts[0] || {}).id); } })),
        t.only ? h("p", {}, button("开始录像", () => start("video", id, t.only), "primary"), button("录音", () => start("audio", id, t.only))) : h("p", {}, pack.on_spot && pack.on_spot.procedure ? button("当场处罚", () => spot.begin(t)) : null, link("亮证", "#card"), link("规范用语", "#phrases")));
    },

    async act(id, name) {
      const t = task(id), a = actOf(t, name);
      if (!a) { location.hash = ""; return; }
      const draft = `${id}.${name}.json`, kept = (await ask("load", { place: "drafts", name: draft })) || { facts: {}, officers: [...new Set([pack.officer, ...t.officers])] };
      kept.begun = kept.begun || new Date().toISOString(); reading.fixTimes(a, kept, false);
      const keep = () => ask("save", { place: "drafts", name: draft, data: kept }).catch((e) => { document.getElementById("missing").textContent = `没有存好：${e.message}`; });
      const note = () => { keep(); Fields.depends(form, a, kept.facts); drawSign(); };
      const made = takes.filter((one) => one.case === id && one.activity === name), asked = a.fields.filter((f) => !reading.own(a, f));
      const sign = h("div", {}), problem = h("p", { id: "missing", role: "alert" });
      const read = async () => { const without = Fields.missing({ fields: asked, tables: a.tables }, kept.facts); if (without.length) { problem.textContent = `先写好再请当事人看，还缺：${without.join("、")}`; problem.scrollIntoView({ block: "center" }); return; } await keep(); location.hash = `#read/${id}/${name}`; };
      const free = h("div", {}), drawFree = () => free.replaceChildren(t.only ? "" : exempt.card(id, name) || "");
      const drawSign = () => { if (a.reads.length) sign.replaceChildren(reading.card(t, a, kept, read)); };
      const form = h("form", { onsubmit: (event) => { event.preventDefault(); send(); } },
        team(kept, note),
        group(asked.filter((f) => f.kind === "flag"), "逐项做到并核对", kept, note), asked.filter((f) => f.kind !== "flag").map((f) => Fields.field(f, kept.facts, note)), a.tables.map((f) => Fields.table(f, kept.facts, note)),
        h("section", { class: "card" }, h("h2", {}, `本环节的记录（${made.length}）`), made.length ? h("ul", { class: "list" }, made.map((one) => h("li", {}, `${clock(one.began)} ${MEDIA[one.medium]} `, h("span", { class: "muted" }, state(one))))) : h("p", { class: "empty" }, "还没有录音录像和照片。"), h("p", {}, button("拍照", () => photo(id, name)))), free,
        sign, problem, h("button", { class: "btn primary", type: "submit" }, `${a.name}：完成并送达`));
      const send = async () => {
        if (!kept.signed) reading.fixTimes(a, kept, true); const without = Fields.missing(a, kept.facts), signed = kept.signed;
        if (signed && !reading.holds(t, a, kept)) without.push("内容改过，请当事人重新阅看、签名");
        if (rec && rec.state !== "ended" && opening && opening.activity === name) without.push("先结束正在进行的录制");
        if (without.length) { problem.textContent = `还缺：${without.join("、")}`; return; }
        await look();
        if (takes.some((one) => one.case === id && one.activity === name && !one.ended)) { problem.textContent = "还有录制没有结束：请先结束，或者在“还要处理”里处理意外中断的录制"; return; }
        const waits = exempt.standing(id, name);
        if (waits && !["approved", "refused"].includes(waits.state) && !waits.bad) say("免予录音录像还没有批准：送达后先留着，批准了自动再办");
        const sent = { pass: pack.pass, case: id, act: name, facts: reading.stated(a, kept.facts), officers: kept.officers, recordings: takes.filter((one) => one.case === id && one.activity === name && one.ended).map((one) => one.take), done_at: new Date().toISOString(), contact, signed: signed ? { text: signed.text, at: signed.at, picture: signed.picture ? "当事人签名.png" : "" } : null, files: signed && signed.picture ? [{ name: "当事人签名.png", data: signed.picture }] : [] };
        const key = crypto.randomUUID();
        try { await ask("save", { place: "acts", name: `${key}.json`, data: { id: key, officer: pack.officer, title: t.title, name: a.name, sent, answer: null } }); } catch (e) { problem.textContent = `没有存好，请清理手机空间后再点一次：${e.message}`; return; }
        await ask("drop", { place: "drafts", name: draft });
        say("已存在手机里，录音录像传完后自动送达"); location.hash = `#queued/${key}`;
      };
      put(back(`#task/${id}`), h("h1", {}, a.name), h("p", { class: "muted" }, t.title), form);
      Fields.depends(form, a, kept.facts); drawSign(); drawFree(); redraw = drawFree;
    },

    take(id) {
      const one = takes.find((x) => x.take === id);
      if (!one) { put(back("#"), h("p", { class: "empty" }, "这份记录已经不在本机。")); return; }
      const t = task(one.case), sealed = one.sealed;
      put(back("#"), h("h1", {}, `${clock(one.began)} 的${MEDIA[one.medium]}`), h("p", {}, t ? t.title : "还没有关联到案件"), h("p", { class: "muted" }, `${state(one)} · ${one.count} 段 · ${mb(one.bytes)} MB`),
        one.problem ? notTaken(one.problem, "takes/" + id, "sent.json") : null,
        !one.ended && !one.running ? h("div", { class: "card warn" }, h("p", {}, "上次录制没有正常结束（程序退出、关机或者来电）。已经录下的都在。继续录制，中间断开的时间会如实记下；或者就此结束。"), button("继续录制", () => goOn(one), "primary"), button("就此结束", async () => { await ask("finish", { take: id, open: true, cause: "程序异常退出" }); say("录制结束；断开的时间要说明原因"); fresh(true); })) : null,
        sealed ? h("div", { class: "card" }, h("p", {}, `已封存：片段链${sealed.problems.length ? `有问题：${sealed.problems.join("；")}` : "完整"}，来源等级 ${sealed.grade}`), h("p", { class: "code" }, `链末 ${sealed.head}`)) : null,
        one.gaps.map((gap) => h("section", { class: "card" }, h("h2", {}, `${clock(gap.from)}–${clock(gap.to)} 中断`), h("p", { class: "muted" }, `系统判断：${gap.cause || "不明"}`), gap.waiting ? h("p", {}, "说明已存在手机里，联网后自动送达。") : explainForm(id, gap))));
    },

    queued(id) {
      const one = queued.find((x) => x.id === id);
      if (!one) { put(back("#"), h("p", { class: "empty" }, "没有这次办理。")); return; }
      const answer = one.answer, at = standing(one), mine = !one.officer || !pack || one.officer === pack.officer, open = takes.filter((t) => one.sent.recordings.includes(t.take) && (!t.sealed || t.gaps.length));
      put(back("#"), h("h1", {}, one.name), h("p", { class: "muted" }, `${one.title} · 办理时间 ${clock(one.sent.done_at)}`),
        at === "here" ? notTaken(one.refused ? one.refused.text : answer.reasons[0].text, "acts", `${id}.json`) : null, at === "waits" ? h("div", { class: "card" }, h("p", {}, "在手机里等待送达。"), open.map((t) => h("p", {}, h("a", { href: `#take/${t.take}` }, t.open_gaps ? "录音录像的中断要先说明原因" : t.sealed ? "中断说明等待送达" : `录音录像还在上传（${t.sent}/${t.count}）`)))) : null,
        at === "done" ? h("p", { class: "card ok" }, `已经办成，记入案卷。${one.paper && answer.number ? `决定的文号是 ${answer.number}。` : ""}`) : null, one.paper ? h("p", {}, link("现场所交的决定书", `#given/${id}`)) : null,
        at === "kept" ? h("div", { class: "card bad" }, h("p", {}, "系统已经收下，现在还不能办成，原因如下。内容没有丢，可以在电脑上补正后再办。"), h("ul", {}, answer.reasons.map((r) => h("li", {}, r.text, r.missing && r.missing.length ? `：${r.missing.join("、")}` : "", r.law ? h("small", { class: "muted" }, ` ${r.law}`) : null))), mine ? link("去补正", `${told.base}arrived/${id}/`) : h("p", {}, "由办理人登录后补正。")) : null);
    },

    card() {
      const c = pack && pack.certificate;
      put(back("#"), h("h1", {}, "亮证"), c && c.number ? h("div", { class: "card certificate" }, h("p", {}, pack.agency_name), h("h2", {}, pack.name), h("p", {}, `执法证号 ${c.number}`), h("p", {}, `有效期至 ${c.until}`), h("img", { alt: "扫码核对执法证", src: `data:image/svg+xml;utf8,${encodeURIComponent(c.code)}` }), h("p", { class: "muted" }, "当事人扫码可以在公示门户核对证件")) : h("p", { class: "empty" }, "没有在有效期内的执法证。"), rec ? button("已亮证（标记）", () => { rec.mark("亮证"); say("已标记"); }, "primary") : null);
    },

    phrases() {
      const stages = Object.entries((pack && pack.phrases) || {});
      put(back("#"), h("h1", {}, "规范用语"), stages.length ? stages.map(([stage, lines]) => h("section", { class: "card" }, h("h2", {}, stage), lines.map((line) => h("button", { type: "button", class: "phrase", onclick: () => { if (rec) { rec.mark(stage, line.fact); say(`已标记“${stage}”`); } } }, line.text)))) : h("p", { class: "empty" }, "还没有规范用语。"));
    },
  };

  // Who takes part, the others folded away.
  const team = (kept, note) => h("fieldset", { class: "field" }, h("legend", {}, "执法人员"), h("div", { class: "ticks" }, ...people(kept, (p) => h("label", { class: "tick" }, h("input", { type: "checkbox", checked: kept.officers.includes(p.id), onchange: (e) => { kept.officers = kept.officers.filter((x) => x !== p.id); if (e.target.checked) kept.officers.push(p.id); note(); } }), h("span", {}, p.name)))));
  const people = (kept, draw) => {
    const chosen = pack.people.filter((p) => kept.officers.includes(p.id)), others = pack.people.filter((p) => !kept.officers.includes(p.id));
    return [...chosen.map(draw), h("details", {}, h("summary", {}, "其他同行人员"), others.map(draw))];
  };
  // The agency's rules for the device, where recording starts.
  const rules = () => {
    const u = pack && pack.usage;
    if (!u || !u.rows) return null;
    return h("details", { class: "card" }, h("summary", {}, `${u.kind}使用规定（第 ${u.number} 版，${u.effective} 起施行）`), u.rows.map((row) => h("p", {}, h("strong", {}, row.element), h("br"), row.text)));
  };
  // Where an act stands: only here, for the server did not take it; waiting to be sent; done; kept by the server, not done yet.
  const standing = (one) => (one.refused || (one.answer && one.answer.state === "problem") ? "here" : !one.answer ? "waits" : one.answer.state === "done" ? "done" : "kept");
  const notTaken = (text, place, name) => h("div", { class: "card bad" }, h("p", {}, `系统没有收下，只存在这台手机里：${text}`), h("p", { class: "muted" }, "内容没有丢。登录的人不对的，换人登录后自动再送；其他原因处理好以后点“再送”。清除浏览器的数据或者卸载会丢失它。"), button("再送", async () => { await ask("again", { place, name }); say("正在再送"); fresh(true); }, "primary"));
  const back = (href) => h("p", {}, h("a", { href, class: "back" }, "‹ 返回"));
  const group = (fields, title, kept, note) => (fields.length ? h("fieldset", { class: "field check" }, h("legend", {}, title), fields.map((f) => Fields.field(f, kept.facts, note))) : null);
  const state = (one) => (one.running ? "正在录制" : !one.ended ? "意外中断" : one.problem ? "系统没有收下，只在本机" : one.sealed ? (one.open_gaps ? "已封存，中断待说明" : "已封存") : `已传 ${one.sent}/${one.count} 段${one.open_gaps ? "，中断待说明" : ""}`);
  const caps = () => (navigator.mediaDevices && window.MediaRecorder && navigator.storage && navigator.storage.getDirectory ? null : h("p", { class: "card bad" }, "这个浏览器不能现场录制（钉钉、支付宝等应用内的浏览器常见）。请复制网址，用系统浏览器打开；或者用手机相机拍摄，回来上传。"));

  function explainForm(take, gap) {
    const facts = { gap_cause: pack.causes.includes(gap.cause) ? gap.cause : "", ...gap.facts }, pick = (id, label, options, value) => h("div", { class: "field" }, h("label", { for: id }, label), h("select", { id, name: id, onchange: (e) => { facts[id] = e.target.value; after.hidden = facts.gap_given !== "事后书面说明"; } }, h("option", { value: "" }, "请选择"), options.map((o) => h("option", { value: o, selected: o === value }, o))));
    const area = (id, label) => h("div", { class: "field" }, h("label", { for: id }, label), h("textarea", { id, name: id, rows: "2", oninput: (e) => { facts[id] = e.target.value; } }, facts[id] || ""));
    const after = area("gap_why_after", "不能在录像中说明的客观原因"), problem = h("p", { role: "alert", class: "need" }, gap.problem || "");
    after.hidden = facts.gap_given !== "事后书面说明";
    const form = h("form", { oninput: () => { form.dataset.typed = "1"; }, onsubmit: async (event) => { event.preventDefault(); try { const { waiting } = await ask("explained", { take, gap: gap.id, facts }); say(waiting ? "已存在手机里，联网后自动送达" : "已说明"); delete form.dataset.typed; fresh(true); location.hash = `#take/${take}`; } catch (e) { problem.textContent = e.message; } } },
      pick("gap_cause", "中断原因", pack.causes, facts.gap_cause), area("gap_text", "中断说明"), pick("gap_given", "说明的方式", pack.given, facts.gap_given), after, problem, h("button", { class: "btn primary", type: "submit" }, "提交说明"));
    return form;
  }

  // ── recording ─────────────────────────────────────────────────────────────────────────────────────────────────────
  const kinds = { video: ["video/webm;codecs=vp8,opus", "video/mp4", "video/webm"], audio: ["audio/webm;codecs=opus", "audio/mp4", "audio/webm"] };
  const tools = () => ({
    keeper: ask, slice: window.SLICE || SLICE, wall: () => Date.now(), mono: () => performance.now(), changed: () => drawLive(),
    camera: (medium) => navigator.mediaDevices.getUserMedia({ audio: true, video: medium === "video" ? { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } } : false }).then(listen),
    recorder: (stream, medium) => { const type = kinds[medium].find((one) => MediaRecorder.isTypeSupported(one)); return new MediaRecorder(stream, { mimeType: type, videoBitsPerSecond: RATE.video, audioBitsPerSecond: RATE.audio }); },
  });

  function listen(stream) {
    level = undefined;
    try {
      const context = new AudioContext(), meter = context.createAnalyser(), data = new Float32Array(1024);
      context.createMediaStreamSource(stream).connect(meter);
      clearInterval(listen.at);
      listen.at = setInterval(() => { if (context.state !== "running") return; meter.getFloatTimeDomainData(data); level = Math.max(level || 0, ...data.map(Math.abs)); }, 200);
    } catch { /* no meter: the check of data alone */ }
    return stream;
  }

  async function begin(medium, id, name) {
    await look();
    if (room.quota && left(medium) < LEAST) throw new Error(`手机空间不够录 30 分钟（现在只够 ${span(left(medium))}），请先清理空间`);
    const take = crypto.randomUUID();
    opening = { v: 1, take, pass: pack ? pack.pass : "", medium, source: "phone", case: id || "", activity: name || "", officers: pack ? [...new Set([pack.officer, ...((task(id) || {}).officers || [])])] : [], device: navigator.userAgent.slice(0, 60), began: new Date().toISOString(), contact };
    if (!pack) throw new Error("先联网登录一次，下载任务包");
    return take;
  }

  async function held() {
    return new Promise((done) => navigator.locks.request("sanxiang-recording", { ifAvailable: true }, (lock) => { if (!lock) { done(false); return undefined; } done(true); return new Promise((free) => { lockFree = free; }); }));
  }

  async function start(medium, id, name) {
    if (rec && rec.state !== "ended") { say("已经在录制"); return; }
    if (!(await held())) { say("另一个页面正在录制，请回到那个页面"); return; }
    try {
      const take = await begin(medium, id, name);
      rec = new Recorder(tools());
      rec.began = Date.now();
      await rec.start(take, opening);
      try { gone = await navigator.wakeLock.request("screen"); } catch { /* says so in the live bar */ }
    } catch (problem) { free(); rec = null; say(problem.name === "NotAllowedError" ? "没有拿到摄像头和麦克风的权限，请在浏览器设置里允许" : `没有开始录制：${problem.message}`); }
    fresh();
  }

  async function goOn(one) {
    if (!(await held())) { say("另一个页面正在录制，请回到那个页面"); return; }
    rec = new Recorder(tools()); rec.began = Date.now(); opening = { activity: one.activity };
    try { await rec.resume(one.take, "程序异常退出"); } catch (problem) { free(); rec = null; say(`没有继续录制：${problem.message}`); }
    fresh(true);
  }

  function free() { if (lockFree) lockFree(); lockFree = null; if (gone) gone.release().catch(() => {}); gone = null; }
  async function end() { if (!rec || rec.ending) return; rec.ending = true; let kept; try { kept = await rec.end(); } catch (problem) { rec.ending = false; say(`没有结束成，录下的都在：${problem.message}`); return; } const lost = rec.marks.length; rec = null; free(); opening = null; say(lost ? `录制结束；手机空间不足，最后 ${lost} 个标记没有存下，请在中断说明里写明` : kept && kept.gaps && kept.gaps.length ? "录制结束，自动上传；没有录到的时间要说明原因" : "录制结束，自动上传"); fresh(true); }

  async function photo(id, name) {
    try {
      const stream = rec && rec.state === "recording" && rec.medium === "video" ? rec.stream : await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1920 } } });
      const video = h("video", { muted: true, playsinline: true }); video.srcObject = stream; await video.play();
      await new Promise((done) => { if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(done); else setTimeout(done, 300); });
      const canvas = h("canvas", { width: video.videoWidth, height: video.videoHeight });
      canvas.getContext("2d").drawImage(video, 0, 0);
      if (rec) rec.mark("拍照"); // as it is taken: once the picture is kept, the recording may have ended
      if (!rec || stream !== rec.stream) stream.getTracks().forEach((track) => track.stop());
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.9)), before = opening, take = await begin("photo", id, name), now = new Date().toISOString(), mine = opening;
      opening = before;
      await ask("begin", { take, opening: JSON.stringify(mine) });
      await ask("add", { take, buffer: await blob.arrayBuffer(), told: { run: 0, type: "image/jpeg", from: now, to: now, mono: [performance.now(), performance.now()] } });
      await ask("finish", { take });
      say("照片已存"); fresh(!editing());
      return take;
    } catch (problem) { say(`没有拍成：${problem.message}`); return ""; }
  }

  // How long a file of the camera lasts, in milliseconds; 0 where it does not say.
  const lasts = (file) => new Promise((done) => {
    const seen = h("video", { preload: "metadata" }), url = URL.createObjectURL(file), told = () => { URL.revokeObjectURL(url); done(seen.duration > 0 && seen.duration < 172800 ? Math.round(seen.duration * 1000) : 0); };
    seen.onloadedmetadata = told; seen.onerror = told; setTimeout(told, file.type.startsWith("image/") ? 0 : 5000); seen.src = url;
  });

  // What the phone's own camera made (来源等级 B): taken in as it is, in parts. A file bears the time of its end.
  async function fromCamera(file, id, name) {
    try {
      const long = await lasts(file), before = opening, take = await begin(file.type.startsWith("image/") ? "photo" : file.type.startsWith("audio/") ? "audio" : "video", id, name), mine = opening, to = new Date(file.lastModified).toISOString(), at = new Date(file.lastModified - long).toISOString();
      opening = before; mine.source = "camera"; mine.began = at;
      await ask("begin", { take, opening: JSON.stringify(mine) });
      for (let from = 0; from < file.size; from += 4194304) await ask("add", { take, buffer: await file.slice(from, from + 4194304).arrayBuffer(), told: { run: 0, type: file.type, from: at, to, mono: [0, long] } });
      await ask("finish", { take });
      say("已存在手机里，自动上传"); fresh(!editing());
    } catch (problem) { say(`没有接收：${problem.message}`); }
  }

  function drawLive() {
    live.hidden = !rec;
    document.body.classList.toggle("recording", !!rec);
    if (rec) {
      const one = takes.find((x) => x.take === rec.take), gaps = one ? one.open_gaps : 0;
      const key = `${rec.state}|${rec.warning}|${rec.take}|${rec.told}|${gaps}`;
      if (shown !== key) { shown = key; live.replaceChildren(...liveParts(gaps)); }
      const at = live.querySelector("[data-time]");
      if (at) at.textContent = `${span((Date.now() - rec.began) / 1000)} · 已存 ${rec.count} 段 · 已传 ${one ? one.sent : 0} 段`;
    } else { shown = null; }
    drawBar();
  }

  function liveParts(gaps) {
    const running = rec.state === "recording", video = h("video", { muted: true, playsinline: true, autoplay: true, hidden: rec.medium !== "video" || !running });
    if (running) video.srcObject = rec.stream;
    return [
      h("div", { class: "line" }, h("strong", { class: running ? "on" : "warn" }, running ? `● 正在${rec.medium === "video" ? "录像" : "录音"}` : rec.state === "paused" ? "已暂停" : `中断：${rec.cause}`), h("span", { "data-time": "" })), video,
      rec.warning ? h("p", { class: "card bad", role: "alert" }, rec.warning) : null,
      running && !rec.told ? h("p", { class: "notice" }, "您好，现在开始录音录像，请您知悉。", button("已告知", () => { rec.told = true; rec.mark("开始告知"); say("已记下开始告知"); })) : null,
      running ? h("div", { class: "marks" }, pack.marks.map((kind) => button(kind, () => { rec.mark(kind); if (kind === "亮证") reading.begins(opening); if (navigator.vibrate) navigator.vibrate(40); say(`已标记“${kind}”`); }))) : h("p", {}, "断开的时间会如实记下，结束后要说明原因。", button("继续录制", () => rec.again().catch((e) => say(`没有继续录制：${e.message}`)), "primary")),
      gaps ? h("p", {}, link(`说明中断（${gaps}）`, `#take/${rec.take}`)) : null,
      h("div", { class: "line" }, running ? button("暂停", () => rec.pause("人工暂停")) : null, button("结束录制", end, "stop")),
    ].filter(Boolean);
  }

  function drawBar() {
    const [where, id, name] = location.hash.slice(1).split("/"), at = ["task", "act", "serve"].includes(where) ? [id, name] : ["", ""];
    const t = task(at[0]), only = t && (at[1] || t.only || (t.acts[0] || {}).id), key = `${at[0]}|${only}|${!!rec}`;
    if (drawn === key) return; // a button that is replaced under a finger is not pressed
    drawn = key;
    bar.replaceChildren(
      button("拍照", () => photo(at[0], only)), rec ? button("■ 结束", end, "big stop") : button("● 开始记录", () => start("video", at[0], only), "big"), button("录音", () => start("audio", at[0], only)));
  }

  const reading = Reading.of({ ask, put, button, link, back, say, look, task, get pack() { return pack; }, get takes() { return takes; }, get contact() { return contact; }, get recording() { return rec; } });
  const exempt = Exempt.of({ get along() { return along; }, ask, put, link, back, say, look, task, notTaken, get pack() { return pack; }, get exempts() { return exempts; }, get contact() { return contact; } });
  const spot = Spot.of({ ask, put, button, link, back, say, look, clock, state, group, team, start, photo, accepted, notTaken, standing, MEDIA, base: BASE, task, get pack() { return pack; }, get takes() { return takes; }, get queued() { return queued; }, get contact() { return contact; }, get recording() { return rec; } });
  const shared = { ask, put, button, link, back, say, look, clock, state, group, team, start, photo, accepted, notTaken, standing, MEDIA, base: BASE, task, fetchPackage, refresh, onRedraw: (draw) => { redraw = draw; }, get pack() { return pack; }, get takes() { return takes; }, get queued() { return queued; }, get contact() { return contact; }, get recording() { return rec; } };
  const serve = Serve.of(shared), along = Along.of(shared);
  Object.assign(pages, spot.pages, { read: reading.page, exempt: exempt.page, serve: serve.page, receipt: serve.receiptPage, along: along.page });

  // ── life ──────────────────────────────────────────────────────────────────────────────────────────────────────────
  function route() { const [name, ...given] = location.hash.slice(1).split("/"); document.body.classList.toggle("reading", ["read", "receipt"].includes(name)); redraw = null; (pages[name] || pages.home)(...given); drawBar(); }
  window.addEventListener("hashchange", async () => { await look(); route(); });
  // What the desk answered; a package anew where a case went on, but never under somebody's hands.
  async function refresh() { if (!(await along.news()) && !along.stale()) return; if (along.stale() && !editing() && !rec) await fetchPackage(); fresh(true); }
  window.addEventListener("online", () => { ask("upload"); fresh(); refresh(); });
  window.addEventListener("offline", () => fresh());
  document.addEventListener("visibilitychange", () => { const on = document.visibilityState === "visible"; if (rec) rec.visible(on); if (on) { ask("upload"); fresh(); refresh(); } else if (rec && rec.recorder && rec.recorder.state === "recording") rec.recorder.requestData(); });
  setInterval(() => { if (rec) { rec.check(level); level = level === undefined ? undefined : 0; drawLive(); drawStrip(); if (room.quota && left(rec.medium) < STOP && rec.state === "recording") { rec.interrupt("存储空间不足"); say("手机空间快满，录制已安全停止"); } } }, 1000);
  setInterval(() => { if (rec) ask("room").then((found) => { room = found; }); }, 15000);

  window.sanxiang = { get recorder() { return rec; }, ask, look, start, end, photo, get takes() { return takes; }, get pack() { return pack; }, get queued() { return queued; }, refresh, spotText: spot.textOf };
  await ask("configure", { base: BASE });
  const kept = await ask("load", { place: "state", name: "package.json" });
  if (kept && await accepted(kept)) pack = kept.body;
  await along.load();
  if (pack && pack.third) await ask("configure", { pass: pack.pass });
  await look(); route();
  if ("serviceWorker" in navigator) navigator.serviceWorker.register(told.worker, { scope: told.base }).catch(() => say("离线使用没有启用，请用 https 打开"));
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
  await contactNow(); await fetchPackage(); await ask("upload"); await look(); if (!editing()) route();
  document.body.dataset.ready = "1";
})();
