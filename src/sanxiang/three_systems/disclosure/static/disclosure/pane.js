// The keys of the masking pane and of the board, and the public text as it changes. Both pages work without it.
// Where nothing has to be looked at, the focus is on the one tick that only a person may set: space, then P.
const root = document.querySelector("[data-pane]");
const every = (selector, inside = document) => [...inside.querySelectorAll(selector)];

if (!root) {
  const cards = document.querySelector(".pb-board");
  const first = cards?.querySelector("[data-mine] a[href]") || cards?.querySelector("[data-row] a[href]");
  if (first && document.activeElement === document.body && !location.hash) first.focus({ preventScroll: true });
} else {
  for (const line of every("[data-keys]", root)) line.hidden = false;
  const form = root.querySelector("[data-form]");
  const spots = every("[data-spot]", root);
  const go = root.querySelector("[data-go]");
  const radio = (spot, value) => spot.querySelector(`input[type=radio][value="${value}"]`);
  const why = (spot) => spot.querySelector("input[name$='.reason']");
  const open = (spot) => radio(spot, "保留")?.checked;
  const show = () => {
    for (const spot of spots) {
      for (const piece of every(`[data-of="${spot.dataset.spot}"]`, root)) {
        if (radio(spot, "遮蔽")?.checked) piece.textContent = piece.dataset.shown;
        else if (open(spot)) piece.textContent = piece.dataset.text;
      }
    }
  };
  const to = (spot) => {
    const target = spot && (spot.querySelector("input[type=radio]:checked") || spot.querySelector("input[type=radio]"));
    if (target) {
      target.focus({ preventScroll: true });
      spot.scrollIntoView({ block: "nearest" });
    } else go?.focus();
  };
  const after = (spot) => spots.slice(spots.indexOf(spot) + 1).find((one) => radio(one, "遮蔽"));
  const choose = (spot, value) => {
    const one = spot && radio(spot, value);
    if (one) {
      one.checked = true;
      show();
    }
    return one;
  };
  const byHand = () => {
    const text = String(getSelection()).trim();
    const rows = every("[data-manual]", root);
    const free = rows.find((one) => !one.value) || rows[rows.length - 1];
    if (!free) return;
    free.closest(".pb-row").hidden = false;
    if (text && !free.value) free.value = text;
    (free.value ? free.closest(".pb-row").querySelector("input[name$='.reason']") : free).focus();
  };
  for (const row of every("[data-more]", root)) row.hidden = true;
  root.addEventListener("input", show);
  for (const mark of every(".pb-mark", root)) {
    mark.addEventListener("click", (event) => {
      event.preventDefault();
      to(spots.find((one) => `#${one.id}` === mark.hash));
    });
  }
  const keys = {
    y: (spot) => {
      if (choose(spot, "遮蔽")) to(after(spot));
    },
    n: (spot) => {
      if (choose(spot, "保留")) {
        const box = why(spot);
        if (box.value.includes("条例")) box.value = "";
        box.focus();
      }
    },
    m: byHand,
    p: () => go?.click(),
  };
  window.addEventListener(
    "keydown",
    (event) => {
      if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target;
      const spot = target.closest?.("[data-spot]");
      if (target.closest?.("textarea, select, input:not([type=radio]):not([type=checkbox])")) {
        if (event.key === "Enter" && spot) {
          event.preventDefault();
          to(after(spot));
        }
        return;
      }
      const act = keys[event.key.toLowerCase()];
      if (!act || !form || event.key.length > 1) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      act(spot || spots.find((one) => one.classList.contains("pb-fresh")) || spots.find((one) => radio(one, "遮蔽")));
    },
    { capture: true },
  );
  if (form && document.activeElement === document.body) {
    const first = spots.find((one) => one.classList.contains("pb-fresh") && radio(one, "遮蔽"));
    if (first) to(first);
    else form.querySelector("input[name=secrecy_checked]")?.focus({ preventScroll: true });
  }
}
