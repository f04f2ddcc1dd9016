// Rectangles drawn over a photo or over the pages of a paper; what counts is the text, which can be typed as well.
(() => {
  const text = document.querySelector("[data-shapes]");
  const undo = document.querySelector("[data-undo]");
  if (!text) return;
  const sheets = [...document.querySelectorAll("[data-sheet]")];
  const paged = sheets[0] && sheets[0].dataset.page !== undefined;
  const WHOLE = 1000;
  const LEAST = 4;
  const PARTS = paged ? 5 : 4;
  const past = [];
  const read = () =>
    text.value
      .split("\n")
      .map((line) => line.split(/[,，]/).map(Number))
      .filter((one) => one.length === PARTS && one.every(Number.isInteger));
  const write = (shapes) => {
    past.push(text.value);
    text.value = shapes.map((one) => one.join(",")).join("\n");
    lay();
  };
  const back = () => {
    if (past.length) {
      text.value = past.pop();
      lay();
    }
  };
  const over = (one, [x, y, w, h]) =>
    Object.assign(one.style, { left: `${x / 10}%`, top: `${y / 10}%`, width: `${w / 10}%`, height: `${h / 10}%` });
  const lay = () => {
    const shapes = read();
    for (const sheet of sheets) {
      const boxes = sheet.querySelector("[data-boxes]");
      boxes.replaceChildren();
      shapes.forEach((shape, n) => {
        if (paged && String(shape[0]) !== sheet.dataset.page) return;
        const one = boxes.appendChild(document.createElement("button"));
        Object.assign(one, { type: "button", title: "点一下删除", ariaLabel: `第 ${n + 1} 处遮盖，删除` });
        over(one, shape.slice(-4));
        one.addEventListener("click", () => write(read().filter((_, at) => at !== n)));
      });
    }
    if (undo) undo.hidden = !past.length;
  };
  const shape = ([ax, ay], [bx, by]) => [Math.min(ax, bx), Math.min(ay, by), Math.abs(ax - bx), Math.abs(ay - by)];
  for (const sheet of sheets) {
    const boxes = sheet.querySelector("[data-boxes]");
    const place = (event) => {
      const box = boxes.getBoundingClientRect();
      const part = (at, from, long) => Math.min(WHOLE, Math.max(0, Math.round(((at - from) / long) * WHOLE)));
      return [part(event.clientX, box.left, box.width), part(event.clientY, box.top, box.height)];
    };
    let from = null;
    let drawing = null;
    boxes.addEventListener("pointerdown", (event) => {
      if (event.target !== boxes || event.button) return;
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
      if (event.type === "pointerup" && one[2] >= LEAST && one[3] >= LEAST)
        write([...read(), paged ? [Number(sheet.dataset.page), ...one] : one]);
    };
    boxes.addEventListener("pointerup", done);
    boxes.addEventListener("pointercancel", done);
  }
  text.addEventListener("input", lay);
  if (undo) undo.addEventListener("click", back);
  document.addEventListener("keydown", (event) => {
    if (
      (event.ctrlKey || event.metaKey) &&
      event.key.toLowerCase() === "z" &&
      !/INPUT|TEXTAREA/.test(event.target.tagName)
    ) {
      event.preventDefault();
      back();
    }
  });
  lay();
})();
