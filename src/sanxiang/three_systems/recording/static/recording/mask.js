// Rectangles drawn over a photo; what counts is the text below it, which can be typed as well.
(() => {
  const sheet = document.querySelector("[data-sheet]"), boxes = sheet.querySelector("[data-boxes]"), text = document.querySelector("[data-shapes]");
  const WHOLE = 1000, LEAST = 4;
  const read = () => text.value.split("\n").map((line) => line.split(/[,，]/).map(Number)).filter((one) => one.length === 4 && one.every(Number.isInteger));
  const write = (shapes) => { text.value = shapes.map((one) => one.join(",")).join("\n"); lay(); };
  const over = (one, [x, y, w, h]) => Object.assign(one.style, { left: `${x / 10}%`, top: `${y / 10}%`, width: `${w / 10}%`, height: `${h / 10}%` });
  const lay = () => {
    boxes.replaceChildren();
    read().forEach((shape, n) => {
      const one = boxes.appendChild(document.createElement("button"));
      Object.assign(one, { type: "button", title: "点一下删除", ariaLabel: `第 ${n + 1} 处遮盖，删除` });
      over(one, shape);
      one.addEventListener("click", () => write(read().filter((_, at) => at !== n)));
    });
  };
  const place = (event) => {
    const box = boxes.getBoundingClientRect(), part = (at, from, long) => Math.min(WHOLE, Math.max(0, Math.round((at - from) / long * WHOLE)));
    return [part(event.clientX, box.left, box.width), part(event.clientY, box.top, box.height)];
  };
  const shape = ([ax, ay], [bx, by]) => [Math.min(ax, bx), Math.min(ay, by), Math.abs(ax - bx), Math.abs(ay - by)];
  let from = null, drawing = null;
  boxes.addEventListener("pointerdown", (event) => {
    if (event.target !== boxes || event.button) return;
    from = place(event);
    drawing = boxes.appendChild(document.createElement("span"));
    drawing.className = "drawing";
    boxes.setPointerCapture(event.pointerId);
  });
  boxes.addEventListener("pointermove", (event) => { if (from) over(drawing, shape(from, place(event))); });
  const done = (event) => {
    if (!from) return;
    const one = shape(from, place(event));
    drawing.remove();
    from = null;
    if (event.type === "pointerup" && one[2] >= LEAST && one[3] >= LEAST) write([...read(), one]);
  };
  boxes.addEventListener("pointerup", done);
  boxes.addEventListener("pointercancel", done);
  text.addEventListener("input", lay);
  lay();
})();
