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

// ── one field ───────────────────────────────────────────────────────────────────────────────────────────────────────
const Inputs = {
  TYPES: { day: "date", instant: "datetime-local", number: "number", money: "number" },

  choice: (one, id, value, set) =>
    h(
      "select",
      { id, onchange: (event) => set(event.target.value) },
      h("option", { value: "" }, "请选择"),
      one.choices.map((choice) => h("option", { value: choice, selected: choice === value }, choice)),
    ),

  choices(one, id, value, set) {
    const chosen = new Set(Array.isArray(value) ? value : []);
    const tick = (choice) => {
      const toggled = (event) => {
        if (event.target.checked) chosen.add(choice);
        else chosen.delete(choice);
        set(chosen.size ? [...chosen] : "");
      };
      const box = h("input", { type: "checkbox", checked: chosen.has(choice), onchange: toggled });
      return h("label", { class: "tick" }, box, h("span", {}, choice));
    };
    return h("div", { id, class: "ticks" }, one.choices.map(tick));
  },

  long_text(one, id, value, set) {
    const typed = (event) => set(event.target.value);
    const area = h("textarea", { id, rows: "4", maxlength: String(one.limit), oninput: typed });
    area.value = value;
    return area;
  },

  text(one, id, value, set) {
    const type = Inputs.TYPES[one.kind] || "text";
    const input = h("input", {
      id,
      type,
      maxlength: String(one.limit),
      step: one.kind === "money" ? "0.01" : null,
      inputmode: type === "number" ? "decimal" : null,
      oninput: (event) => set(event.target.value),
    });
    input.value = value;
    return input;
  },
};

const Fields = {
  mark: (one) => (one.required ? h("b", { class: "need" }, " 必填") : null),

  // A field with what is typed in `facts`; `changed` is told of every change.
  field(one, facts, changed) {
    const id = `f-${one.id}`;
    const set = (value) => {
      if (value === "" || value === false) delete facts[one.id];
      else facts[one.id] = value;
      changed();
    };
    if (facts[one.id] === undefined && one.value !== "" && one.value !== false) facts[one.id] = one.value;
    const value = facts[one.id] === undefined ? "" : facts[one.id];
    if (one.kind === "flag") return Fields.flag(one, id, value, set);
    const make = ["choice", "choices", "long_text"].includes(one.kind) ? Inputs[one.kind] : Inputs.text;
    const input = make(one, id, value, set);
    return h(
      "div",
      { class: "field", "data-field": one.id },
      h("label", { for: id }, one.label, Fields.mark(one)),
      one.help ? h("p", { class: "help" }, one.help) : null,
      input,
      one.phrases.length && input.tagName === "TEXTAREA" ? Fields.phrases(one, input, set) : null,
    );
  },

  flag(one, id, value, set) {
    const toggled = (event) => set(event.target.checked);
    const box = h("input", { type: "checkbox", id, checked: value === true, onchange: toggled });
    return h("label", { class: "tick", "data-field": one.id }, box, h("span", {}, one.label, Fields.mark(one)));
  },

  phrases(one, input, set) {
    const chip = (text) => {
      const add = () => {
        input.value += text;
        set(input.value);
      };
      const short = text.length > 18 ? `${text.slice(0, 18)}…` : text;
      return h("button", { type: "button", class: "chip", onclick: add }, short);
    };
    return h("div", { class: "chips" }, one.phrases.map(chip));
  },

  // ── a table ───────────────────────────────────────────────────────────────────────────────────────────────────────
  table(one, facts, changed) {
    const rows = Array.isArray(facts[one.id]) ? facts[one.id] : (facts[one.id] = []);
    const legend = h("legend", {}, one.label, Fields.mark(one));
    const box = h("fieldset", { class: "field", "data-field": one.id }, legend);
    const chip = (text, onclick, more = {}) => h("button", { type: "button", class: "chip", onclick, ...more }, text);
    const draw = () => {
      box.querySelectorAll(".row, .more").forEach((old) => old.remove());
      rows.forEach((row, at) => {
        const drop = () => {
          rows.splice(at, 1);
          changed();
          draw();
        };
        const cells = one.columns.map((column) => Fields.cell(one, row, at, column, changed));
        box.append(h("div", { class: "row" }, cells, chip("删去", drop, { "aria-label": `删去第${at + 1}行` })));
      });
      const add = () => {
        rows.push({});
        draw();
      };
      box.append(chip("＋ 加一行", add, { class: "chip more" }));
    };
    draw();
    return box;
  },

  cell(one, row, at, column, changed) {
    const label = `${one.label} 第${at + 1}行 ${column.label}`;
    const note = (event) => {
      row[column.id] = event.target.value;
      if (!row[column.id]) delete row[column.id];
      changed();
    };
    if (column.choices.length) {
      const option = (choice) => h("option", { value: choice, selected: row[column.id] === choice }, choice);
      const none = h("option", { value: "" }, column.label);
      return h("select", { "aria-label": label, onchange: note }, none, column.choices.map(option));
    }
    const input = h("input", { "aria-label": label, placeholder: column.label, oninput: note });
    input.value = row[column.id] || "";
    return input;
  },

  // ── what is asked, missing, stated ────────────────────────────────────────────────────────────────────────────────
  applies: (one, facts) => !one.with || one.with.values.includes(String(facts[one.with.fact] ?? "")),
  filled: (rows) => rows.filter((row) => typeof row === "string" || Object.keys(row).length),

  // What is asked is shown with what it depends on; the server asks in any case.
  depends(form, act, facts) {
    for (const one of act.fields) {
      const box = form.querySelector(`[data-field="${one.id}"]`);
      if (box && one.with) box.hidden = !Fields.applies(one, facts);
    }
  },

  missing(act, facts) {
    const empty = (value) =>
      value === undefined || value === "" || value === false || (Array.isArray(value) && !Fields.filled(value).length);
    return [...act.fields, ...act.tables]
      .filter((one) => one.required && Fields.applies(one, facts) && empty(facts[one.id]))
      .map((one) => one.label);
  },

  // The facts as the server takes them: times with their zone, no empty rows.
  stated(act, facts) {
    const told = {};
    for (const one of [...act.fields, ...act.tables]) {
      const value = facts[one.id];
      if (value === undefined || value === "" || !Fields.applies(one, facts)) continue;
      if (Array.isArray(value)) {
        const rows = Fields.filled(value);
        if (rows.length) told[one.id] = rows;
      } else {
        told[one.id] = one.kind === "instant" && !value.includes("+") ? `${value}+08:00` : value;
      }
    }
    return told;
  },

  // ── a signature ───────────────────────────────────────────────────────────────────────────────────────────────────
  // A place to sign with a finger; answers with a PNG once something was drawn.
  pad() {
    const canvas = h("canvas", { class: "pad", width: 700, height: 340, "aria-label": "签名处，请用手指签名" });
    const pen = canvas.getContext("2d");
    let drawing = false;
    let drawn = 0;
    const at = (event) => {
      const box = canvas.getBoundingClientRect();
      const x = ((event.clientX - box.left) * canvas.width) / box.width;
      const y = ((event.clientY - box.top) * canvas.height) / box.height;
      return [x, y];
    };
    const clear = () => {
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      drawn = 0;
    };
    clear();
    Object.assign(pen, { lineWidth: 5, lineCap: "round", lineJoin: "round", strokeStyle: "#111" });
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      drawing = true;
      pen.beginPath();
      pen.moveTo(...at(event));
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!drawing) return;
      pen.lineTo(...at(event));
      pen.stroke();
      drawn += 1;
    });
    canvas.addEventListener("pointerup", () => (drawing = false));
    return { canvas, clear, png: () => (drawn > 4 ? canvas.toDataURL("image/png").split(",")[1] : null) };
  },
};
