// Which cases the phone takes along beside those of the day, and what the desk answered since: both while there is a net.
"use strict";

const Along = {
  of(app) {
    const EVERY = 45_000;
    let known = { cases: {}, exempt: {}, acts: {} }, chosen = [], asking = false;

    async function load() {
      const kept = await app.ask("load", { place: "state", name: "news.json" });
      if (kept && await app.accepted(kept)) known = kept.body;
      chosen = ((await app.ask("load", { place: "state", name: "with.json" })) || { cases: [] }).cases;
    }
    const asked = () => (chosen.length ? `?with=${chosen.join(",")}` : "");

    // ── what the desk answered ───────────────────────────────────────────────────────────────────────────────────────
    const exempt = (id, act, packed) => { const told = known.exempt[id] && known.exempt[id][act]; return told && app.pack && new Date(known.made) > new Date(app.pack.made) ? told : packed; };

    // Asked whenever there is a net: an exemption that was approved, an act that was mended, a case that went on.
    async function news() {
      if (asking || !app.pack || app.pack.third || !navigator.onLine) return false;
      asking = true;
      try {
        const open = app.queued.filter((one) => one.answer && one.answer.state !== "done" && one.answer.state !== "problem");
        const answer = await fetch(`${app.base}news`, { method: "POST", cache: "no-store", headers: { "X-Capture": "1", "Content-Type": "application/json" }, body: JSON.stringify({ cases: app.pack.tasks.map((one) => one.case), acts: open.map((one) => one.id) }) });
        if (!answer.ok) return false;
        const made = await answer.json();
        if (!(await app.accepted(made))) return false;
        const before = JSON.stringify([known.exempt, known.cases]);
        known = made.body;
        await app.ask("save", { place: "state", name: "news.json", data: made });
        let changed = before !== JSON.stringify([known.exempt, known.cases]);
        for (const one of open) {
          const told = known.acts[one.id];
          if (told && told.state !== "received" && JSON.stringify([told.state, told.reasons]) !== JSON.stringify([one.answer.state, one.answer.reasons])) { changed = true; await app.ask("save", { place: "acts", name: `${one.id}.json`, data: { ...one, answer: told } }); if (told.state === "done") app.say(`${one.title}：${one.name}已经办成`); }
        }
        return changed;
      } catch { return false; } finally { asking = false; }
    }
    // A case that went on at the desk, or in which this phone did something: its task is of yesterday.
    const stale = () => !!app.pack && !app.pack.third && app.pack.tasks.some((one) => known.cases[one.case] !== undefined && known.cases[one.case] > one.version);
    setInterval(() => { if (document.visibilityState === "visible") app.refresh(); }, EVERY);

    // ── the list of tasks ────────────────────────────────────────────────────────────────────────────────────────────
    function list() {
      const tasks = app.pack ? app.pack.tasks : [], box = h("div", {}), find = h("input", { id: "find", type: "search", placeholder: "当事人、案名、案号、地址", "aria-label": "在手机里的案件中找", oninput: () => draw() });
      const row = (one) => h("li", {}, h("a", { href: `#task/${one.case}` }, h("strong", {}, one.title), h("span", { class: "muted" }, [one.number, one.address, one.stage].filter(Boolean).join(" · ")), owed(one)));
      const owed = (one) => { const serve = one.acts.find((x) => x.serves), count = serve ? serve.serves.left.filter((x) => x.due).length : 0; return count ? h("span", { class: "chip" }, `待送达 ${count}`) : null; };
      const part = (title, rows) => (rows.length ? [h("h3", {}, `${title}（${rows.length}）`), h("ul", { class: "list" }, rows.map(row))] : []);
      function draw() {
        const word = find.value.replace(/\s/g, ""), of = tasks.filter((one) => !word || [one.title, one.number, one.party, one.address].join("").includes(word));
        box.replaceChildren(...(of.length ? [...part("今天到期或者已经逾期", of.filter((one) => one.today)), ...part("自己带上的", of.filter((one) => one.chosen && !one.today)), ...part("其他", of.filter((one) => !one.today && !one.chosen))] : [h("p", { class: "empty" }, word ? "手机里没有这样的案件。有网络时点“带上其他案件”去找。" : "没有要到现场办的案件。可以直接开始记录，之后再关联到案件。")]));
      }
      draw();
      return h("section", { class: "card" }, h("h2", {}, `任务（${tasks.length}）`), tasks.length > 5 ? find : null, box, app.pack && !app.pack.third ? h("p", {}, app.link("带上其他案件", "#along")) : null);
    }

    // ── any other case of the officer's ──────────────────────────────────────────────────────────────────────────────
    async function page() {
      const box = h("ul", { class: "list" }), more = h("p", {}), said = h("p", { class: "need", role: "alert" }), word = h("input", { id: "sought", type: "search", maxlength: "60" });
      const wanted = new Set(chosen);
      const put = (one) => h("li", { "data-case": one.case }, h("label", { class: "tick" }, h("input", { type: "checkbox", checked: wanted.has(one.case), onchange: (e) => { if (e.target.checked) wanted.add(one.case); else wanted.delete(one.case); count(); } }), h("span", {}, h("strong", {}, one.title), h("br"), h("span", { class: "muted" }, [one.number, one.stage, one.due ? `${one.due} 到期` : "", app.task(one.case) ? "已在手机里" : ""].filter(Boolean).join(" · ")))));
      let turn = 0;
      async function seek(after = "") { // whoever taps twice, or asks anew meanwhile, gets each case once
        const mine = ++turn;
        said.textContent = "";
        more.replaceChildren();
        let told;
        try { const answer = await fetch(`${app.base}cases?${new URLSearchParams({ q: word.value, after })}`, { cache: "no-store", headers: { "X-Capture": "1" } }); told = await answer.json(); if (!answer.ok) throw new Error(told.text); } catch (problem) { said.textContent = navigator.onLine && problem.message && !(problem instanceof TypeError) && !(problem instanceof SyntaxError) ? problem.message : "没有网络，找不了手机以外的案件；已经带上的照常可用。"; return; }
        if (mine !== turn) return;
        if (after) box.append(...told.cases.map(put)); else box.replaceChildren(...(told.cases.length ? told.cases.map(put) : [h("li", { class: "empty" }, "您承办的案件里没有找到。")]));
        more.replaceChildren(...(told.more ? [app.button("再列一些", () => seek(told.more))] : []));
      }
      const keep = app.button("带上选中的", async () => {
        if (wanted.size > 24) { said.textContent = `最多带上 24 件，现在选了 ${wanted.size} 件`; return; }
        const before = chosen;
        chosen = [...wanted];
        if ((await app.fetchPackage()) !== 200) { chosen = before; said.textContent = "没有网络，或者登录已经失效：没有带上，请联网后再点一次"; return; }
        await app.ask("save", { place: "state", name: "with.json", data: { cases: chosen } });
        app.say(`带上了 ${chosen.length} 件`); location.hash = "";
      }, "primary"), count = () => { keep.textContent = `带上选中的（${wanted.size}）`; };
      count();
      app.put(app.back("#"), h("h1", {}, "带上其他案件"), h("p", { class: "muted" }, "手机里有今天到期的、待送达的和最近的案件；您承办的其他案件在这里找，选中的一起下载，没有网络也能办。"),
        h("form", { "data-typed": "1", onsubmit: (event) => { event.preventDefault(); seek(); } }, h("div", { class: "field" }, h("label", { for: "sought" }, "当事人、案名或者案号"), word), h("button", { class: "btn", type: "submit" }, "查找")), said, h("section", { class: "card" }, box, more), keep);
      await seek();
    }

    return { load, asked, exempt, news, stale, list, page };
  },
};
