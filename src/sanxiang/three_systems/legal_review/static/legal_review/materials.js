// What a review looks at: three panes, and the paper, picture or recording that is open in the middle one. What the
// desk needs of it stands in `sanxiang.materials`.
const root = document.querySelector("[data-desk]");
const one = (selector, inside = root) => inside.querySelector(selector);
const every = (selector, inside = root) => [...inside.querySelectorAll(selector)];
const view = one("[data-view]");
const panes = one(".rv-panes");
document.documentElement.classList.add("rv-scripted");

// ── three panes, one at a time where there is no room for three ──────────────────────────────────────────────────────
const show = (name) => {
  panes.dataset.shown = name;
  for (const tab of every("[data-tab]")) {
    if (tab.dataset.tab === name) tab.setAttribute("aria-current", "true");
    else tab.removeAttribute("aria-current");
  }
};
for (const tab of every("[data-tab]")) {
  tab.addEventListener("click", (event) => {
    event.preventDefault();
    show(tab.dataset.tab);
  });
}

// ── what is open in the middle ───────────────────────────────────────────────────────────────────────────────────────
const links = every("[data-material]");
const since = one("[data-since]");
const bar = one("[data-bar]");
const place = one("[data-place]");
const open = { link: null, pdf: null, page: 1, zoom: 1, media: null, turn: 0 };
let library = null;

const told = (text) => {
  const line = document.createElement("p");
  line.className = "sx-muted";
  line.textContent = text;
  view.replaceChildren(line);
};
const clock = (seconds) => {
  const whole = Math.floor(seconds);
  const parts = [Math.floor(whole / 60) % 60, whole % 60].map((part) => String(part).padStart(2, "0"));
  return whole >= 3600 ? `${Math.floor(whole / 3600)}:${parts.join(":")}` : parts.join(":");
};
const seconds = (text) => text.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
const tellPlace = () => {
  place.textContent = open.pdf
    ? `${open.page} / ${open.pdf.numPages}`
    : open.media
      ? clock(open.media.currentTime)
      : "";
};
const paint = async () => {
  const turn = ++open.turn;
  const sheet = await open.pdf.getPage(open.page);
  const width = sheet.getViewport({ scale: 1 }).width;
  const fit = Math.max(view.clientWidth - 4, 280) / width;
  const port = sheet.getViewport({ scale: fit * open.zoom });
  const sharp = window.devicePixelRatio || 1;
  const canvas = document.createElement("canvas");
  canvas.width = port.width * sharp;
  canvas.height = port.height * sharp;
  canvas.style.width = `${port.width}px`;
  canvas.style.height = `${port.height}px`;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `${open.link.dataset.name}第${open.page}页`);
  await sheet.render({
    canvas,
    canvasContext: canvas.getContext("2d"),
    viewport: port,
    transform: sharp === 1 ? null : [sharp, 0, 0, sharp, 0, 0],
  }).promise;
  if (turn !== open.turn) return;
  view.replaceChildren(canvas);
  view.dataset.page = open.page;
  tellPlace();
};
const showPdf = async (link, page) => {
  library ||= await import(root.dataset.pdf);
  library.GlobalWorkerOptions.workerSrc = root.dataset.worker;
  const turn = ++open.turn;
  const pdf = await library.getDocument({ url: link.href, isEvalSupported: false }).promise;
  if (turn !== open.turn) return;
  Object.assign(open, { pdf, page: Math.min(Math.max(page, 1), pdf.numPages) });
  await paint();
};
const showMedia = (link, kind, at) => {
  const media = document.createElement(kind);
  Object.assign(media, { src: link.href, controls: true, preload: "metadata" });
  media.addEventListener("timeupdate", tellPlace);
  media.addEventListener("loadedmetadata", () => {
    media.currentTime = at;
    tellPlace();
  });
  media.addEventListener("error", () => told("这份录音录像不能在这里播放，请点“单独打开”。"));
  open.media = media;
  view.replaceChildren(media);
};
const bring = async (link, at = 0) => {
  if (!link) return;
  difference(false);
  if (open.link !== link) open.zoom = 1;
  Object.assign(open, { link, pdf: null, media: null, turn: open.turn + 1 });
  for (const other of links) {
    if (other === link) other.setAttribute("aria-current", "true");
    else other.removeAttribute("aria-current");
  }
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
    try {
      await showPdf(link, at || 1);
    } catch {
      if (open.link === link && open.turn >= turn) told("这份文书不能在这里显示，请点“单独打开”。");
    }
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
  if (on) {
    bar.hidden = false;
    show("centre");
  }
};
const turnTo = (by) => {
  if (!open.pdf) return;
  const next = open.page + by;
  if (next >= 1 && next <= open.pdf.numPages) {
    open.page = next;
    paint();
  }
};
const skip = (by) => {
  if (open.media) open.media.currentTime = Math.max(0, open.media.currentTime + by);
};
const stepTo = (by) => {
  const link = links[links.indexOf(open.link) + by];
  if (link) {
    bring(link);
    link.scrollIntoView({ block: "nearest" });
    if (panes.dataset.shown === "right") show("centre");
  }
};
for (const link of links) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    bring(link);
    show("centre");
  });
}
for (const row of every("[data-bring]")) {
  row.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    jumpTo(row.dataset.bring, Number(row.dataset.at));
  });
}
const tools = {
  "page-": () => turnTo(-1),
  "page+": () => turnTo(1),
  difference: () => difference(),
  "zoom-": () => {
    open.zoom = Math.max(0.5, open.zoom - 0.25);
    if (open.pdf) paint();
  },
  "zoom+": () => {
    open.zoom = Math.min(3, open.zoom + 0.25);
    if (open.pdf) paint();
  },
};
for (const button of every("[data-go]")) button.addEventListener("click", tools[button.dataset.go]);

const start = () => {
  const first = one("[data-first]") || links[0];
  if (first) bring(first);
  show("left");
  if ("difference" in root.dataset) difference(true);
  else if (since) since.hidden = true;
};
const here = () => {
  if (!open.link || (since && !since.hidden)) return "";
  if (open.pdf) return `${open.link.dataset.name}第${open.page}页`;
  return open.media ? `${open.link.dataset.name}${clock(open.media.currentTime)}` : open.link.dataset.name;
};
const jumpTo = (material, at) => {
  bring(
    links.find((link) => link.dataset.material === material),
    at,
  );
  show("centre");
};

window.sanxiang = {
  ...window.sanxiang,
  materials: { view, open, show, start, here, jumpTo, seconds, difference, turnTo, skip, stepTo },
};
