// Comfort only: every page works without it. "/" goes to the search box, "?" opens the sheet of keys, rows are added.
document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") {
    const box = document.querySelector("input[type=search]");
    if (box) { event.preventDefault(); box.focus(); }
  }
  if (event.key === "?") {
    const sheet = document.getElementById("keys");
    if (sheet) sheet.open = !sheet.open;
  }
});
for (const button of document.querySelectorAll("[data-add-row]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const body = document.getElementById(button.dataset.addRow);
    const last = body.rows[body.rows.length - 1];
    const row = last.cloneNode(true);
    for (const field of row.querySelectorAll("input, textarea, select")) {
      field.name = field.name.replace(/\.(\d+)\./, (_, n) => `.${Number(n) + 1}.`);
      field.value = "";
    }
    body.append(row);
    row.querySelector("input, textarea, select").focus();
  });
}
// A field that is asked only with certain answers is hidden until they are given; what is typed in it stays.
for (const field of document.querySelectorAll("[data-when]")) {
  const asked = document.getElementsByName(field.dataset.when)[0];
  if (!asked) continue;
  const follow = () => { field.hidden = !field.dataset.in.split("|").includes(asked.value); };
  asked.addEventListener("change", follow);
  follow();
}
const summary = document.querySelector("[data-focus]");
if (summary) summary.focus();
