// The desk of a review: its points, the draft that is kept, the conclusion, the keys. The form works without it; what
// is looked at is brought by materials.js.
const root = document.querySelector("[data-desk]");
const one = (selector, inside = root) => inside.querySelector(selector);
const every = (selector, inside = root) => [...inside.querySelectorAll(selector)];
const form = one("[data-form]");
const back = one("[data-return]");
const { view, open, show, start, here, jumpTo, seconds, difference, turnTo, skip, stepTo } = sanxiang.materials;

const say = (text) => {
  const kept = one("[data-kept]");
  if (kept) kept.textContent = text;
};

// ── points ───────────────────────────────────────────────────────────────────────────────────────────────────────────
const points = every("[data-point]");
let current = null;
const field = (point, name) => one(`[name="review_points.${point.dataset.point}.${name}"]`, point);
const chosen = (point, name) =>
  one(`[name="review_points.${point.dataset.point}.${name}"]:checked`, point)?.value || "";
const lacking = (point) => {
  const finding = chosen(point, "finding");
  const found = [];
  if (!finding) return ["结论"];
  if (finding !== "不适用" && !field(point, "anchor").value.trim()) found.push("出处");
  if (finding === "存在问题" && !field(point, "note").value.trim()) found.push("问题的说明");
  if ("pinned" in point.dataset && !chosen(point, "earlier")) found.push("上次的问题是否解决");
  return found;
};
const jumps = (point) => {
  const holder = one("[data-jumps]", point);
  const text = field(point, "anchor").value;
  holder.replaceChildren(
    ...[...text.matchAll(/材料(\d+)《[^》]*》(?:第(\d+)页|((?:\d+:)?\d{1,2}:\d{2}))?/g)].map((found) => {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "btn btn-small", textContent: `看${found[0]}` });
      button.addEventListener("click", () => {
        jumpTo(found[1], found[3] ? seconds(found[3]) : Number(found[2] || 0));
      });
      return button;
    }),
  );
};
const judge = () => {
  let left = 0;
  for (const point of points) {
    const lacks = lacking(point);
    const sign = one("[data-lacks]", point);
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
  const target =
    earlier && !chosen(point, "earlier")
      ? earlier
      : one(`[name$=".finding"]:checked`, point) || field(point, "finding");
  target.focus({ preventScroll: true });
  point.scrollIntoView({ block: "nearest" });
};
const anchorHere = (point) => {
  const text = here();
  if (!point) {
    say("先按数字键选一个要点");
    return;
  }
  if (!text) {
    say("先打开一份材料，再取出处");
    return;
  }
  const box = field(point, "anchor");
  if (!box.value.split("；").includes(text)) box.value = [box.value.trim(), text].filter(Boolean).join("；");
  changed();
  show("left");
  field(point, "note").focus();
};
for (const point of points) {
  point.addEventListener("focusin", () => {
    current = point;
  });
  const button = one("[data-anchor-here]", point);
  button.hidden = false;
  button.addEventListener("click", () => anchorHere(point));
}

// ── the draft, kept a moment after each change and when the page goes ────────────────────────────────────────────────
let waiting = 0;
let dirty = false;
const typed = () =>
  Object.fromEntries(
    [form, back]
      .filter(Boolean)
      .flatMap((part) => [...new FormData(part)])
      .filter(([name]) => name !== "csrfmiddlewaretoken" && name !== "expected"),
  );
const keep = async () => {
  if (!dirty) return;
  dirty = false;
  const token = form.elements.csrfmiddlewaretoken.value;
  try {
    const answer = await fetch(root.dataset.keep, {
      method: "POST",
      keepalive: true,
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify(typed()),
    });
    const said = answer.headers.get("Content-Type")?.startsWith("application/json") ? (await answer.json()).text : "";
    say(said || "草稿没有保存，请重新登录；不要关闭本页");
    if (!answer.ok) dirty = true;
  } catch {
    dirty = true;
    say("网络不通，草稿还没有保存；不要关闭本页");
  }
};
const changed = () => {
  dirty = true;
  judge();
  clearTimeout(waiting);
  waiting = setTimeout(keep, 700);
};
for (const part of [form, back].filter(Boolean)) {
  part.addEventListener("input", changed);
  part.addEventListener("submit", () => {
    dirty = false;
    clearTimeout(waiting);
  });
}
if (form) {
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") keep();
  });
}

// ── the conclusion ───────────────────────────────────────────────────────────────────────────────────────────────────
const conclude = (sign, otherwise) => {
  const radio = form && one(`[data-outcome="${sign}"]`);
  if (!radio) {
    say(otherwise);
    return;
  }
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
const write = (text) => {
  const box = one("#opinion");
  box.value = [box.value.trim(), text].filter(Boolean).join("\n");
  changed();
  box.focus();
};
for (const button of every("[data-phrase]")) {
  button.hidden = false;
  button.addEventListener("click", () => write(button.dataset.phrase));
}
for (const button of every("[data-phrase-problems]")) {
  button.hidden = false;
  button.addEventListener("click", () =>
    write(
      points
        .filter((point) => chosen(point, "finding") === "存在问题")
        .map(
          (point, at) =>
            `${at + 1}. ${field(point, "point").value}：${field(point, "note").value}（${field(point, "anchor").value}）`,
        )
        .join("\n"),
    ),
  );
}

// ── keys: never while text is typed or composed ──────────────────────────────────────────────────────────────────────
const sheet = document.getElementById("desk-keys");
const openSheet = () => {
  if (!sheet.open) sheet.showModal();
};
const inText = (target) =>
  target.closest?.("textarea, select, input:not([type=radio]):not([type=checkbox]), [contenteditable]");
const keys = {
  j: () => stepTo(1),
  k: () => stepTo(-1),
  n: () => turnTo(1),
  p: () => turnTo(-1),
  d: () => difference(),
  c: () => anchorHere(current),
  a: () => conclude("agree", "这里没有可以选的“同意”"),
  r: giveBack,
  t: () => conclude("transfer", "本地规定的审核结论里没有移送；涉嫌犯罪的，在意见里写明"),
  "[": () => skip(-5),
  "]": () => skip(5),
  "?": openSheet,
};
window.addEventListener(
  "keydown",
  (event) => {
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey || sheet.open) {
      return;
    }
    const target = event.target;
    const point = target.closest?.("[data-point]");
    if (inText(target)) {
      if (event.key === "Escape") {
        event.preventDefault();
        (point || one("#conclusion") || view).focus();
        if (!point) target.blur();
      }
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
      if (open.media.paused) open.media.play();
      else open.media.pause();
    } else if (act) {
      event.preventDefault();
      event.stopImmediatePropagation();
      act();
    }
  },
  { capture: true },
);
for (const button of every("[data-keys]")) {
  button.hidden = false;
  button.addEventListener("click", openSheet);
}

if (form) judge();
start();
