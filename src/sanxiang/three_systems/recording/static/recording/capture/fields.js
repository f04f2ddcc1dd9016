// The form of an act, made from the task package: what the dictionary asks, set phrases beside the field, a signature.
"use strict";

function h(tag, given = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(given)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key in made && typeof value !== "string") made[key] = value;
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...inside.flat().filter((one) => one !== null && one !== undefined && one !== false));
  return made;
}

const Fields = {
  // A field with what is typed in `facts`; `changed` is told of every change.
  field(one, facts, changed) {
    const id = `f-${one.id}`, set = (value) => { if (value === "" || value === false) delete facts[one.id]; else facts[one.id] = value; changed(); };
    if (facts[one.id] === undefined && one.value !== "" && one.value !== false) facts[one.id] = one.value;
    const value = facts[one.id] === undefined ? "" : facts[one.id];
    if (one.kind === "flag") {
      return h("label", { class: "tick", "data-field": one.id }, h("input", { type: "checkbox", id, checked: value === true, onchange: (e) => set(e.target.checked) }), h("span", {}, one.label, one.required ? h("b", { class: "need" }, " 必填") : null));
    }
    let input;
    if (one.kind === "choice") input = h("select", { id, onchange: (e) => set(e.target.value) }, h("option", { value: "" }, "请选择"), one.choices.map((c) => h("option", { value: c, selected: c === value }, c)));
    else if (one.kind === "choices") {
      const chosen = new Set(Array.isArray(value) ? value : []);
      input = h("div", { id, class: "ticks" }, one.choices.map((c) => h("label", { class: "tick" }, h("input", { type: "checkbox", checked: chosen.has(c), onchange: (e) => { if (e.target.checked) chosen.add(c); else chosen.delete(c); set(chosen.size ? [...chosen] : ""); } }), h("span", {}, c))));
    } else if (one.kind === "long_text") { input = h("textarea", { id, rows: "4", maxlength: String(one.limit), oninput: (e) => set(e.target.value) }); input.value = value; }
    else {
      const type = { day: "date", instant: "datetime-local", number: "number", money: "number" }[one.kind] || "text";
      input = h("input", { id, type, maxlength: String(one.limit), step: one.kind === "money" ? "0.01" : null, inputmode: type === "number" ? "decimal" : null, oninput: (e) => set(e.target.value) });
      input.value = value;
    }
    const phrases = one.phrases.length && input.tagName === "TEXTAREA" ? h("div", { class: "chips" }, one.phrases.map((text) => h("button", { type: "button", class: "chip", onclick: () => { input.value = (input.value ? `${input.value}` : "") + text; set(input.value); } }, text.length > 18 ? `${text.slice(0, 18)}…` : text))) : null;
    return h("div", { class: "field", "data-field": one.id }, h("label", { for: id }, one.label, one.required ? h("b", { class: "need" }, " 必填") : null), one.help ? h("p", { class: "help" }, one.help) : null, input, phrases);
  },

  table(one, facts, changed) {
    const rows = Array.isArray(facts[one.id]) ? facts[one.id] : (facts[one.id] = []);
    const box = h("fieldset", { class: "field", "data-field": one.id }, h("legend", {}, one.label, one.required ? h("b", { class: "need" }, " 必填") : null));
    const draw = () => {
      box.querySelectorAll(".row, .more").forEach((old) => old.remove());
      rows.forEach((row, at) => box.append(h("div", { class: "row" }, one.columns.map((column) => {
        const label = `${one.label} 第${at + 1}行 ${column.label}`, note = (e) => { row[column.id] = e.target.value; if (!row[column.id]) delete row[column.id]; changed(); };
        if (column.choices.length) return h("select", { "aria-label": label, onchange: note }, h("option", { value: "" }, column.label), column.choices.map((c) => h("option", { value: c, selected: row[column.id] === c }, c)));
        const made = h("input", { "aria-label": label, placeholder: column.label, oninput: note }); made.value = row[column.id] || ""; return made;
      }), h("button", { type: "button", class: "chip", "aria-label": `删去第${at + 1}行`, onclick: () => { rows.splice(at, 1); changed(); draw(); } }, "删去"))));
      box.append(h("button", { type: "button", class: "chip more", onclick: () => { rows.push({}); draw(); } }, "＋ 加一行"));
    };
    draw();
    return box;
  },

  // What is asked is shown with what it depends on; the server asks in any case.
  depends(form, act, facts) {
    for (const one of act.fields) {
      const box = form.querySelector(`[data-field="${one.id}"]`);
      if (box && one.with) box.hidden = !one.with.values.includes(String(facts[one.with.fact] ?? ""));
    }
  },

  missing(act, facts) {
    const asked = (one) => one.required && (!one.with || one.with.values.includes(String(facts[one.with.fact] ?? "")));
    const empty = (value) => value === undefined || value === "" || value === false || (Array.isArray(value) && !value.some((row) => typeof row === "string" || Object.keys(row).length));
    return [...act.fields, ...act.tables].filter((one) => asked(one) && empty(facts[one.id])).map((one) => one.label);
  },

  // The facts as the server takes them: times with their zone, no empty rows.
  stated(act, facts) {
    const told = {};
    for (const one of [...act.fields, ...act.tables]) {
      const value = facts[one.id], box = one.with && !one.with.values.includes(String(facts[one.with.fact] ?? ""));
      if (value === undefined || value === "" || box) continue;
      if (Array.isArray(value)) { const rows = value.filter((row) => typeof row === "string" || Object.keys(row).length); if (rows.length) told[one.id] = rows; }
      else told[one.id] = one.kind === "instant" && !value.includes("+") ? `${value}+08:00` : value;
    }
    return told;
  },

  // A place to sign with a finger; answers with a PNG once something was drawn.
  pad() {
    const canvas = h("canvas", { class: "pad", width: 700, height: 340, "aria-label": "签名处，请用手指签名" });
    const pen = canvas.getContext("2d");
    let drawing = false, drawn = 0;
    const at = (event) => { const box = canvas.getBoundingClientRect(); return [(event.clientX - box.left) * canvas.width / box.width, (event.clientY - box.top) * canvas.height / box.height]; };
    const clear = () => { pen.fillStyle = "#fff"; pen.fillRect(0, 0, canvas.width, canvas.height); drawn = 0; };
    clear(); pen.lineWidth = 5; pen.lineCap = pen.lineJoin = "round"; pen.strokeStyle = "#111";
    canvas.addEventListener("pointerdown", (event) => { canvas.setPointerCapture(event.pointerId); drawing = true; pen.beginPath(); pen.moveTo(...at(event)); });
    canvas.addEventListener("pointermove", (event) => { if (drawing) { pen.lineTo(...at(event)); pen.stroke(); drawn += 1; } });
    canvas.addEventListener("pointerup", () => { drawing = false; });
    return { canvas, clear, png: () => (drawn > 4 ? canvas.toDataURL("image/png").split(",")[1] : null) };
  },
};
