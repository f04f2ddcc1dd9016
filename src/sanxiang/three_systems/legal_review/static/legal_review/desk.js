// The desk of a review: the open paper or recording, keys, and the draft that is kept. The form works without it.
const root = document.querySelector("[data-desk]");
const one = (selector, inside = root) => inside.querySelector(selector);
const every = (selector, inside = root) => [...inside.querySelectorAll(selector)];
const form = one("[data-form]"), back = one("[data-return]"), view = one("[data-view]"), panes = one(".rv-panes");
document.documentElement.classList.add("rv-scripted");

const say = (text) => { const kept = one("[data-kept]"); if (kept) kept.textContent = text; };

// ── three panes, one at a time where there is no room for three ──────────────────────────────────────────────────────
const show = (name) => {
  panes.dataset.shown = name;
  for (const tab of every("[data-tab]")) {
    if (tab.dataset.tab === name) tab.setAttribute("aria-current", "true"); else tab.removeAttribute("aria-current");
  }
};
for (const tab of every("[data-tab]")) tab.addEventListener("click", (event) => { event.preventDefault(); show(tab.dataset.tab); });

// ── what is open in the middle ───────────────────────────────────────────────────────────────────────────────────────
const links = every("[data-material]"), since = one("[data-since]"), bar = one("[data-bar]"), place = one("[data-place]");
const open = { link: null, pdf: null, page: 1, zoom: 1, media: null, turn: 0 };
let library = null;

const told = (text) => { const line = document.createElement("p"); line.className = "sx-muted"; line.textContent = text; view.replaceChildren(line); };
const clock = (seconds) => {
  const whole = Math.floor(seconds), parts = [Math.floor(whole / 60) % 60, whole % 60].map((part) => String(part).padStart(2, "0"));
  return whole >= 3600 ? `${Math.floor(whole / 3600)}:${parts.join(":")}` : parts.join(":");
};
const seconds = (text) => text.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
const tellPlace = () => {
  place.textContent = open.pdf ? `${open.page} / ${open.pdf.numPages}` : open.media ? clock(open.media.currentTime) : "";
};
const paint = async () => {
  const turn = ++open.turn, sheet = await open.pdf.getPage(open.page);
  const width = sheet.getViewport({ scale: 1 }).width, fit = Math.max(view.clientWidth - 4, 280) / width;
  const port = sheet.getViewport({ scale: fit * open.zoom }), sharp = window.devicePixelRatio || 1;
  const canvas = document.createElement("canvas");
  canvas.width = port.width * sharp; canvas.height = port.height * sharp;
  canvas.style.width = `${port.width}px`; canvas.style.height = `${port.height}px`;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `${open.link.dataset.name}第${open.page}页`);
  await sheet.render({ canvas, canvasContext: canvas.getContext("2d"), viewport: port, transform: sharp === 1 ? null : [sharp, 0, 0, sharp, 0, 0] }).promise;
  if (turn !== open.turn) return;
  view.replaceChildren(canvas);
  view.dataset.page = open.page;
  tellPlace();
};
const showPdf = async (link, page) => {
  library ||= await import(root.dataset.pdf);
  library.GlobalWorkerOptions.workerSrc = root.dataset.worker;
  const turn = ++open.turn, pdf = await library.getDocument({ url: link.href, isEvalSupported: false }).promise;
  if (turn !== open.turn) return;
  Object.assign(open, { pdf, page: Math.min(Math.max(page, 1), pdf.numPages) });
  await paint();
};
const showMedia = (link, kind, at) => {
  const media = document.createElement(kind);
  Object.assign(media, { src: link.href, controls: true, preload: "metadata" });
  media.addEventListener("timeupdate", tellPlace);
  media.addEventListener("loadedmetadata", () => { media.currentTime = at; tellPlace(); });
  media.addEventListener("error", () => told("这份录音录像不能在这里播放，请点“单独打开”。"));
  open.media = media;
  view.replaceChildren(media);
};
const bring = async (link, at = 0) => {
  if (!link) return;
  difference(false);
  if (open.link !== link) open.zoom = 1;
  Object.assign(open, { link, pdf: null, media: null, turn: open.turn + 1 });
  for (const other of links) if (other === link) other.setAttribute("aria-current", "true"); else other.removeAttribute("aria-current");
  one("[data-title]").textContent = link.dataset.name;
  one("[data-alone]").href = link.href;
  bar.hidden = false;
  view.dataset.open = link.dataset.material;
  delete view.dataset.page;
  told("正在打开……");
  tellPlace();
  const kind = link.dataset.kind;
  if (kind === "pdf") {
    const turn = open.turn;
    try { await showPdf(link, at || 1); } catch { if (open.link === link && open.turn >= turn) told("这份文书不能在这里显示，请点“单独打开”。"); }
  } else if (kind === "image") {
    const picture = new Image();
    Object.assign(picture, { src: link.href, alt: link.dataset.name });
    view.replaceChildren(picture);
  } else if (kind === "audio" || kind === "video") showMedia(link, kind, at);
  else told("这种文件不能在这里显示，请点“单独打开”下载后查看。");
};
const difference = (on = since && since.hidden) => {
  if (!since) return;
  since.hidden = !on;
  view.hidden = on;
  for (const button of every("[data-go$='+'], [data-go$='-'], [data-alone], [data-place]")) button.hidden = on;
  one("[data-title]").textContent = on ? "和上次送审的差异" : open.link?.dataset.name || "";
  if (on) { bar.hidden = false; show("centre"); }
};
const turnTo = (by) => {
  if (!open.pdf) return;
  const next = open.page + by;
  if (next >= 1 && next <= open.pdf.numPages) { open.page = next; paint(); }
};
const skip = (by) => { if (open.media) open.media.currentTime = Math.max(0, open.media.currentTime + by); };
const stepTo = (by) => {
  const link = links[links.indexOf(open.link) + by];
  if (link) { bring(link); link.scrollIntoView({ block: "nearest" }); if (panes.dataset.shown === "right") show("centre"); }
};
for (const link of links) link.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  bring(link);
  show("centre");
});
for (const row of every("[data-bring]")) row.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  bring(links.find((link) => link.dataset.material === row.dataset.bring), Number(row.dataset.at));
  show("centre");
});
const tools = {
  "page-": () => turnTo(-1), "page+": () => turnTo(1), "difference": () => difference(),
  "zoom-": () => { open.zoom = Math.max(.5, open.zoom - .25); if (open.pdf) paint(); },
  "zoom+": () => { open.zoom = Math.min(3, open.zoom + .25); if (open.pdf) paint(); },
};
for (const button of every("[data-go]")) button.addEventListener("click", tools[button.dataset.go]);

// ── points ───────────────────────────────────────────────────────────────────────────────────────────────────────────
const points = every("[data-point]");
let current = null;
const field = (point, name) => one(`[name="review_points.${point.dataset.point}.${name}"]`, point);
const chosen = (point, name) => one(`[name="review_points.${point.dataset.point}.${name}"]:checked`, point)?.value || "";
const lacking = (point) => {
  const finding = chosen(point, "finding"), found = [];
  if (!finding) return ["结论"];
  if (finding !== "不适用" && !field(point, "anchor").value.trim()) found.push("出处");
  if (finding === "存在问题" && !field(point, "note").value.trim()) found.push("问题的说明");
  if ("pinned" in point.dataset && !chosen(point, "earlier")) found.push("上次的问题是否解决");
  return found;
};
const jumps = (point) => {
  const holder = one("[data-jumps]", point), text = field(point, "anchor").value;
  holder.replaceChildren(...[...text.matchAll(/材料(\d+)《[^》]*》(?:第(\d+)页|((?:\d+:)?\d{1,2}:\d{2}))?/g)].map((found) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "btn btn-small", textContent: `看${found[0]}` });
    button.addEventListener("click", () => { bring(links.find((link) => link.dataset.material === found[1]), found[3] ? seconds(found[3]) : Number(found[2] || 0)); show("centre"); });
    return button;
  }));
};
const judge = () => {
  let left = 0;
  for (const point of points) {
    const lacks = lacking(point), sign = one("[data-lacks]", point);
    sign.textContent = lacks.length ? `缺${lacks.join("、")}` : "✓";
    sign.classList.toggle("done", !lacks.length);
    left += lacks.length > 0;
    jumps(point);
  }
  const line = one("[data-open-points]");
  if (line) line.textContent = left ? `还有 ${left} 个要点没有审完` : "要点都审完了";
};
const goTo = (point) => {
  if (!point) return;
  current = point;
  show("left");
  const earlier = field(point, "earlier");
  const target = earlier && !chosen(point, "earlier") ? earlier : one(`[name$=".finding"]:checked`, point) || field(point, "finding");
  target.focus({ preventScroll: true });
  point.scrollIntoView({ block: "nearest" });
};
const here = () => {
  if (!open.link || (since && !since.hidden)) return "";
  if (open.pdf) return `${open.link.dataset.name}第${open.page}页`;
  return open.media ? `${open.link.dataset.name}${clock(open.media.currentTime)}` : open.link.dataset.name;
};
const anchorHere = (point) => {
  const text = here();
  if (!point) { say("先按数字键选一个要点"); return; }
  if (!text) { say("先打开一份材料，再取出处"); return; }
  const box = field(point, "anchor");
  if (!box.value.split("；").includes(text)) box.value = [box.value.trim(), text].filter(Boolean).join("；");
  changed();
  show("left");
  field(point, "note").focus();
};
for (const point of points) {
  point.addEventListener("focusin", () => { current = point; });
  const button = one("[data-anchor-here]", point);
  button.hidden = false;
  button.addEventListener("click", () => anchorHere(point));
}

// ── the draft, kept a moment after each change and when the page goes ────────────────────────────────────────────────
let waiting = 0, dirty = false;
const typed = () => Object.fromEntries([form, back].filter(Boolean).flatMap((part) => [...new FormData(part)])
  .filter(([name]) => name !== "csrfmiddlewaretoken" && name !== "expected"));
const keep = async () => {
  if (!dirty) return;
  dirty = false;
  const token = form.elements.csrfmiddlewaretoken.value;
  try {
    const answer = await fetch(root.dataset.keep, {
      method: "POST", keepalive: true, headers: { "Content-Type": "application/json", "X-CSRFToken": token }, body: JSON.stringify(typed()),
    });
    const said = answer.headers.get("Content-Type")?.startsWith("application/json") ? (await answer.json()).text : "";
    say(said || "草稿没有保存，请重新登录；不要关闭本页");
    if (!answer.ok) dirty = true;
  } catch { dirty = true; say("网络不通，草稿还没有保存；不要关闭本页"); }
};
const changed = () => { dirty = true; judge(); clearTimeout(waiting); waiting = setTimeout(keep, 700); };
for (const part of [form, back].filter(Boolean)) {
  part.addEventListener("input", changed);
  part.addEventListener("submit", () => { dirty = false; clearTimeout(waiting); });
}
if (form) document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") keep(); });

// ── the conclusion ───────────────────────────────────────────────────────────────────────────────────────────────────
const conclude = (sign, otherwise) => {
  const radio = form && one(`[data-outcome="${sign}"]`);
  if (!radio) { say(otherwise); return; }
  radio.checked = true;
  changed();
  show("left");
  radio.focus({ preventScroll: true });
  one("#conclusion").scrollIntoView({ block: "nearest" });
};
const giveBack = () => {
  const fold = one("#return");
  if (!fold) return;
  fold.open = true;
  show("left");
  one("#reason").focus();
};
const write = (text) => { const box = one("#opinion"); box.value = [box.value.trim(), text].filter(Boolean).join("\n"); changed(); box.focus(); };
for (const button of every("[data-phrase]")) { button.hidden = false; button.addEventListener("click", () => write(button.dataset.phrase)); }
for (const button of every("[data-phrase-problems]")) {
  button.hidden = false;
  button.addEventListener("click", () => write(points.filter((point) => chosen(point, "finding") === "存在问题")
    .map((point, at) => `${at + 1}. ${field(point, "point").value}：${field(point, "note").value}（${field(point, "anchor").value}）`).join("\n")));
}

// ── keys: never while text is typed or composed ──────────────────────────────────────────────────────────────────────
const sheet = document.getElementById("desk-keys");
const openSheet = () => { if (!sheet.open) sheet.showModal(); };
const inText = (target) => target.closest?.("textarea, select, input:not([type=radio]):not([type=checkbox]), [contenteditable]");
const keys = {
  j: () => stepTo(1), k: () => stepTo(-1), n: () => turnTo(1), p: () => turnTo(-1), d: () => difference(), c: () => anchorHere(current),
  a: () => conclude("agree", "这里没有可以选的“同意”"), r: giveBack,
  t: () => conclude("transfer", "本地规定的审核结论里没有移送；涉嫌犯罪的，在意见里写明"), "[": () => skip(-5), "]": () => skip(5), "?": openSheet,
};
window.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey || sheet.open) return;
  const target = event.target, point = target.closest?.("[data-point]");
  if (inText(target)) {
    if (event.key === "Escape") { event.preventDefault(); (point || one("#conclusion") || view).focus(); if (!point) target.blur(); }
    return;
  }
  if (event.key === "Enter" && target.matches?.("input[type=radio], input[type=checkbox]")) {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (point) goTo(points.find((other) => lacking(other).length) || null);
    return;
  }
  const numbered = /^[0-9]$/.test(event.key) && points.find((other) => other.dataset.key === event.key);
  const act = numbered ? () => goTo(numbered) : keys[event.key.toLowerCase()];
  if (event.key === " " && open.media && !target.closest("input, button, a, summary, video, audio")) {
    event.preventDefault();
    if (open.media.paused) open.media.play(); else open.media.pause();
  } else if (act) { event.preventDefault(); event.stopImmediatePropagation(); act(); }
}, { capture: true });
for (const button of every("[data-keys]")) { button.hidden = false; button.addEventListener("click", openSheet); }

if (form) judge();
const first = one("[data-first]") || links[0];
if (first) bring(first);
show("left");
if ("difference" in root.dataset) difference(true); else if (since) since.hidden = true;
