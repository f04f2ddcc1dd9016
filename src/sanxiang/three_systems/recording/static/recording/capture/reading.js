// The text of a record as a party reads it on the phone: line by line the same as documents/readings.py composes it.
"use strict";

const Reading = {
  // ── values ──────────────────────────────────────────────────────────────────────────────────────────────────────
  plain(value) {
    if (typeof value === "boolean") return value ? "是" : "否";
    if (Array.isArray(value)) return value.map(Reading.plain).join("、");
    return value === undefined || value === null ? "" : Reading.moment(Reading.clean(String(value)));
  },

  clean: (text) =>
    text
      .replace(/\r\n/g, "\n")
      .replace(/\t/g, " ")
      .replace(/[\r\v\f\u0085\u2028\u2029]/g, "\n")
      .replace(/[\u00ad\u200b\u2060\ufeff\ufe0e\ufe0f]/g, "")
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean)
      .join("\n"),

  moment(text) {
    const day = (at) => `${at.getUTCFullYear()}年${at.getUTCMonth() + 1}月${at.getUTCDate()}日`;
    if (/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)$/.test(text)) {
      const china = new Date(Date.parse(text) + 8 * 3600000);
      if (!Number.isNaN(+china)) return `${day(china)}${china.getUTCHours()}时${china.getUTCMinutes()}分`;
    }
    const midnight = new Date(`${text}T00:00Z`);
    return /^\d{4}-\d\d-\d\d$/.test(text) && midnight.toJSON()?.startsWith(text) ? day(midnight) : text;
  },

  // ── lines ───────────────────────────────────────────────────────────────────────────────────────────────────────
  // The lines of one part of a paper, by its kind.
  KINDS: {
    head: (part) => [part.text],
    say: (part) => [part.text],
    line: (part, facts, value) => (value || !part.only ? [`${part.text}：${value}`] : []),
    tick(part, facts) {
      const on = facts[part.of[0]] === true;
      return on || !part.only ? [`${on ? "☑" : "☐"} ${part.text}`] : [];
    },
    prose: (part, facts, value) => (value ? value.split("\n") : []),
    asks: (part, facts) =>
      (facts[part.of[0]] || []).flatMap((row) => [
        `问：${Reading.plain(row.question)}`,
        `答：${Reading.plain(row.answer)}`,
      ]),
    rows(part, facts) {
      const cells = (row) => part.of.slice(1).map((name) => Reading.plain(row[name]));
      const line = (row, at) => `${at + 1}. ${cells(row).filter(Boolean).join("　")}`;
      return (facts[part.of[0]] || []).map(line);
    },
  },

  compose(papers, names, officers, facts) {
    const of = (name) => Reading.plain(facts[name]);
    const officer = (one) => (one.certificate ? `${one.name}（执法证号：${one.certificate}）` : one.name);
    const [began, ended] = [of("started_on_site"), of("ended_on_site")];
    const hours = began || ended ? `${began}至${ended}` : "";
    const known = { ...names, officers: officers.map(officer).join("、"), hours };
    const valueOf = ({ kind, of: [name] }) => {
      if (name in known) return known[name];
      return ["line", "prose"].includes(kind) ? of(name) : "";
    };
    const lines = (part) => Reading.KINDS[part.kind](part, facts, valueOf(part));
    return papers.flatMap((paper) => [names["agency.name"], paper.title, ...paper.parts.flatMap(lines)]).join("\n");
  },

  // ── times ───────────────────────────────────────────────────────────────────────────────────────────────────────
  // How far the server's clock is ahead of this phone's, as it was met last.
  ahead: (contact) => (contact ? new Date(contact.server) - new Date(contact.device) : 0),

  // Start and end of an activity: from the certificate shown or the form opened, to the signature or the sending
  // (`over`, which remembers what was put in, so that the last signature counts). No recording states them.
  times(app, fields, facts, begun, over) {
    const has = (name) => fields.some((one) => one.id === name);
    const china = Reading.ahead(app.contact) + 8 * 3600000;
    const minute = (at) => new Date(+new Date(at) + china).toISOString().slice(0, 16);
    if (has("started_on_site") && !facts.started_on_site) facts.started_on_site = minute(begun || Date.now());
    const open = !facts.ended_on_site || (over && facts.ended_on_site === over.over);
    if (over && has("ended_on_site") && open) {
      over.over = minute(Date.now());
      facts.ended_on_site = over.over;
    }
    return facts;
  },

  // ── the sheet ───────────────────────────────────────────────────────────────────────────────────────────────────
  // The text as the party reads it: heads, lines, nothing that could be taken for a button.
  sheet: (papers, text) => h("article", { class: "sheet", lang: "zh-CN", tabindex: "0" }, Reading.lines(papers, text)),

  lines(papers, text) {
    const titles = new Set(papers.map((one) => one.title));
    const parts = papers.flatMap((one) => one.parts);
    const heads = new Set(parts.filter((part) => part.kind === "head").map((part) => part.text));
    const tag = (line) => (titles.has(line) ? "h1" : heads.has(line) ? "h2" : "p");
    return text.split("\n").map((line) => h(tag(line), {}, line));
  },

  // What may be done at the end of a text shows once the end was in sight. The button goes on by hand, by key and by
  // whatever reads the screen aloud; who pressed it stands on the first choice then.
  toTheEnd(app, choose, box) {
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const behavior = calm ? "auto" : "smooth";
    const further = () => window.scrollBy({ top: window.innerHeight * 0.75, behavior });
    const end = h("p", { class: "muted sheet-end" }, "—— 全文到此为止 ——");
    const more = app.button("往下看", further, "primary");
    const foot = h("div", { class: "foot" }, more, choose);
    const passed = (one) => one.isIntersecting || (one.boundingClientRect.height && one.boundingClientRect.bottom < 0);
    const watch = (found) => {
      if (!found.some(passed)) return;
      const held = document.activeElement === more;
      choose.hidden = false;
      more.hidden = true;
      foot.classList.add("done");
      seen.disconnect();
      if (box) end.scrollIntoView({ block: "center" });
      if (held) Reading.focusFirst(choose);
    };
    // In sight above the button, not behind it.
    const seen = new IntersectionObserver(watch, { rootMargin: "0px 0px -100px 0px" });
    seen.observe(end);
    return box ? [end, box, foot] : [end, foot];
  },

  focusFirst(choose) {
    const first = choose.querySelector("button, canvas, input, a");
    if (!first) return;
    if (first.tagName === "CANVAS") first.tabIndex = -1;
    first.focus({ preventScroll: true });
  },
};
