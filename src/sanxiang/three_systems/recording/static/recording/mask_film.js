// Masks of a film or a sound: rectangles on the still picture with their seconds, spans without sound. What counts are
// the two texts below, which can be typed as well; the list is drawn from them.
(() => {
  const desk = document.querySelector("[data-masking]");
  if (!desk) return;
  const film = desk.querySelector("[data-film]");
  const part = (name) => desk.querySelector(`[data-${name}]`);
  const boxes = part("boxes");
  const list = part("list");
  const texts = { box: document.querySelector("[data-shapes]"), mute: document.querySelector("[data-mutes]") };
  const WHOLE = 1000;
  const LEAST = 4;
  const USUAL = 5;
  const FRAME = 0.04;
  const PAST = 100;
  const first = Number(desk.dataset.start) || 0;
  const past = [];
  let chosen = -1;
  let masks = [];

  const end = () =>
    Number(desk.dataset.end) ||
    (Number.isFinite(film.duration) && film.duration) ||
    Number(desk.dataset.long) ||
    first + 1;
  const round = (second) => Math.round(second * 1000) / 1000;
  const clock = (s) => `${Math.floor(s / 60)}:${(s % 60).toFixed(1).padStart(4, "0")}`;
  const lines = (text, many) =>
    (text ? text.value : "")
      .split("\n")
      .map((line) => line.split(/[,，]/).map((one) => (one.trim() === "" ? NaN : Number(one))))
      .filter((one) => one.length === many && one.every(Number.isFinite));
  const read = () => [
    ...lines(texts.box, 6).map(([x, y, w, h, from, to]) => ({ kind: "box", at: [x, y, w, h], from, to })),
    ...lines(texts.mute, 2).map(([from, to]) => ({ kind: "mute", from, to })),
  ];
  const said = () => [texts.box ? texts.box.value : "", texts.mute.value];
  const keep = () => {
    past.push(said());
    past.splice(0, past.length - PAST);
    const of = (kind) => masks.filter((one) => one.kind === kind);
    if (texts.box)
      texts.box.value = of("box")
        .map((one) => [...one.at, one.from, one.to].join(","))
        .join("\n");
    texts.mute.value = of("mute")
      .map((one) => `${one.from},${one.to}`)
      .join("\n");
    const sorted = [...of("box"), ...of("mute")];
    chosen = sorted.indexOf(masks[chosen]);
    masks = sorted;
    show();
  };
  const undo = () => {
    if (!past.length) return;
    const [box, mute] = past.pop();
    if (texts.box) texts.box.value = box;
    texts.mute.value = mute;
    chosen = -1;
    reread();
  };
  const add = (mask) => {
    masks = [...masks, mask];
    chosen = masks.length - 1;
    keep();
  };
  const remove = (n) => {
    masks = masks.filter((_, at) => at !== n);
    chosen = -1;
    keep();
  };
  const move = (n, which, second) => {
    const one = masks[n];
    const value = round(Math.min(Math.max(second, 0), 86400));
    one[which] = value;
    if (one.to <= one.from) {
      if (which === "from") one.to = round(value + 1);
      else one.from = round(Math.max(0, value - 1));
    }
    keep();
  };

  // What is drawn: the rectangles of this moment over the picture, all of them in the list and on the line.
  const over = (one, [x, y, w, h]) =>
    Object.assign(one.style, { left: `${x / 10}%`, top: `${y / 10}%`, width: `${w / 10}%`, height: `${h / 10}%` });
  const runs = (one) => one.from <= film.currentTime && film.currentTime < one.to;
  const lay = () => {
    const quiet = masks.some((one) => one.kind === "mute" && runs(one));
    if (film.muted !== quiet) film.muted = quiet;
    if (!boxes) return;
    boxes.querySelectorAll("button").forEach((one) => one.remove());
    masks.forEach((mask, n) => {
      if (mask.kind !== "box" || !runs(mask)) return;
      const one = boxes.appendChild(document.createElement("button"));
      Object.assign(one, {
        type: "button",
        title: "点一下选中",
        ariaLabel: `第 ${n + 1} 条，选中`,
        className: n === chosen ? "chosen" : "",
      });
      over(one, mask.at);
      one.addEventListener("click", () => {
        chosen = n;
        show();
      });
    });
  };
  const field = (mask, n, which) => {
    const one = document.createElement("input");
    Object.assign(one, {
      type: "number",
      className: "form-control",
      min: 0,
      step: 0.1,
      value: mask[which],
      ariaLabel: `第 ${n + 1} 条${which === "from" ? "从" : "到"}第几秒`,
    });
    one.addEventListener("change", () => {
      chosen = n;
      if (one.value !== "") move(n, which, Number(one.value));
    });
    one.addEventListener("focus", () => {
      chosen = n;
      mark();
    });
    return one;
  };
  const button = (words, does, label) => {
    const one = document.createElement("button");
    Object.assign(one, { type: "button", className: "btn", textContent: words, ariaLabel: label || words });
    one.addEventListener("click", does);
    return one;
  };
  const row = (mask, n) => {
    const one = document.createElement("li");
    const name = mask.kind === "box" ? "遮盖" : "静音";
    one.append(
      button(
        name,
        () => {
          chosen = n;
          go(mask.from);
          show();
        },
        `第 ${n + 1} 条${name}，放到这里`,
      ),
      "从",
      field(mask, n, "from"),
      button(
        "此刻",
        () => {
          chosen = n;
          move(n, "from", film.currentTime);
        },
        `第 ${n + 1} 条从此刻`,
      ),
      "到",
      field(mask, n, "to"),
      button(
        "此刻",
        () => {
          chosen = n;
          move(n, "to", film.currentTime);
        },
        `第 ${n + 1} 条到此刻`,
      ),
      "秒",
      button(
        "到末尾",
        () => {
          chosen = n;
          move(n, "to", end());
        },
        `第 ${n + 1} 条到末尾`,
      ),
      button("删除", () => remove(n), `删除第 ${n + 1} 条`),
    );
    return one;
  };
  const mark = () => [...list.children].forEach((one, n) => one.classList.toggle("chosen", n === chosen));
  const bars = () => {
    const long = end() - first || 1;
    const line = part("line");
    line.replaceChildren(
      ...masks.map((mask) => {
        const one = document.createElement("span");
        const from = Math.max(0, (mask.from - first) / long);
        const to = Math.min(1, (mask.to - first) / long);
        one.className = mask.kind;
        Object.assign(one.style, { left: `${from * 100}%`, width: `${Math.max(0.4, (to - from) * 100)}%` });
        return one;
      }),
    );
  };
  const show = () => {
    const held =
      document.activeElement && list.contains(document.activeElement) ? document.activeElement.ariaLabel : "";
    list.replaceChildren(...masks.map(row));
    if (held) {
      const again = [...list.querySelectorAll("input, button")].find((one) => one.ariaLabel === held);
      if (again) again.focus();
    }
    part("none").hidden = masks.length > 0;
    desk.querySelector("[data-do=undo]").disabled = !past.length;
    mark();
    bars();
    lay();
  };
  const reread = () => {
    masks = read();
    show();
  };

  // The player, within the stretch that was granted.
  const go = (to) => {
    film.currentTime = Math.min(Math.max(first, to), end());
  };
  const seek = part("seek");
  const tick = () => {
    if (!film.paused && film.currentTime >= end()) film.pause();
    seek.min = first;
    seek.max = end();
    seek.value = film.currentTime;
    part("clock").textContent = `${clock(film.currentTime)} / ${clock(end())}`;
    lay();
  };
  const doing = {
    play: () => {
      if (film.paused) {
        if (film.currentTime < first || film.currentTime >= end() - 0.05) go(first);
        film.play();
      } else film.pause();
    },
    back: () => go(film.currentTime - 1),
    on: () => go(film.currentTime + 1),
    before: () => {
      film.pause();
      go(film.currentTime - FRAME);
    },
    after: () => {
      film.pause();
      go(film.currentTime + FRAME);
    },
    mute: () =>
      add({
        kind: "mute",
        from: round(film.currentTime),
        to: round(Math.min(film.currentTime + USUAL, Math.max(end(), film.currentTime + 0.5))),
      }),
    undo,
    remove: () => {
      if (masks[chosen]) remove(chosen);
    },
    from: () => {
      if (masks[chosen]) move(chosen, "from", film.currentTime);
    },
    to: () => {
      if (masks[chosen]) move(chosen, "to", film.currentTime);
    },
  };
  const keys = {
    " ": "play",
    ArrowLeft: "back",
    ArrowRight: "on",
    ",": "before",
    ".": "after",
    m: "mute",
    "[": "from",
    "]": "to",
    Delete: "remove",
    Backspace: "remove",
  };
  desk.querySelectorAll("[data-do]").forEach((one) => one.addEventListener("click", () => doing[one.dataset.do]()));
  document.addEventListener("keydown", (event) => {
    if (/INPUT|SELECT|TEXTAREA/.test(event.target.tagName) && event.target !== seek) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
      event.preventDefault();
      undo();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " " && /BUTTON|SUMMARY|A/.test(event.target.tagName)) return;
    const what = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (what) {
      event.preventDefault();
      doing[what]();
    }
  });
  for (const name of ["play", "pause"])
    film.addEventListener(name, () => {
      desk.querySelector("[data-do=play]").textContent = film.paused ? "播放" : "暂停";
    });
  for (const name of ["timeupdate", "seeked", "loadedmetadata", "durationchange"]) film.addEventListener(name, tick);
  film.addEventListener("loadedmetadata", () => {
    if (film.currentTime < first) go(first);
    bars();
  });
  const smooth = () => {
    if (!film.paused) tick();
    requestAnimationFrame(smooth);
  };
  smooth();
  seek.addEventListener("input", () => {
    film.pause();
    go(Number(seek.value));
  });

  // Drawing stops the film: what is drawn belongs to the picture that is seen.
  if (boxes) {
    const place = (event) => {
      const box = boxes.getBoundingClientRect();
      const at = (where, from, long) => Math.min(WHOLE, Math.max(0, Math.round(((where - from) / long) * WHOLE)));
      return [at(event.clientX, box.left, box.width), at(event.clientY, box.top, box.height)];
    };
    const shape = ([ax, ay], [bx, by]) => [Math.min(ax, bx), Math.min(ay, by), Math.abs(ax - bx), Math.abs(ay - by)];
    let from = null;
    let drawing = null;
    boxes.addEventListener("pointerdown", (event) => {
      if (event.target !== boxes || event.button) return;
      film.pause();
      from = place(event);
      drawing = boxes.appendChild(document.createElement("span"));
      drawing.className = "drawing";
      boxes.setPointerCapture(event.pointerId);
    });
    boxes.addEventListener("pointermove", (event) => {
      if (from) over(drawing, shape(from, place(event)));
    });
    const done = (event) => {
      if (!from) return;
      const one = shape(from, place(event));
      drawing.remove();
      from = null;
      if (event.type !== "pointerup" || one[2] < LEAST || one[3] < LEAST) return;
      const now = round(film.currentTime);
      add({ kind: "box", at: one, from: now, to: round(Math.max(now + 0.5, Math.min(now + USUAL, end()))) });
    };
    boxes.addEventListener("pointerup", done);
    boxes.addEventListener("pointercancel", done);
    const marked = part("marked");
    for (let y = 8; y < 100; y += 22) {
      for (let x = -6 + (y % 3) * 9; x < 100; x += 48) {
        const text = marked.appendChild(document.createElement("span"));
        text.textContent = desk.dataset.mark;
        Object.assign(text.style, { left: `${x}%`, top: `${y}%` });
      }
    }
    desk.addEventListener("contextmenu", (event) => event.preventDefault());
  }
  for (const text of [texts.box, texts.mute])
    if (text)
      text.addEventListener("input", () => {
        chosen = -1;
        reread();
      });
  reread();
  tick();
})();
