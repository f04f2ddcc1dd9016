// Which cases the phone takes along beside those of the day, and what the desk answered since: both while there is a
// net.
"use strict";

const Along = {
  of(app) {
    const EVERY = 45_000;
    const MOST = 24;
    const NEWS = { place: "state", name: "news.json" };
    const CHOSEN = { place: "state", name: "with.json" };
    let known = { cases: {}, exempt: {}, acts: {} };
    let chosen = [];
    let asking = false;

    async function load() {
      const kept = await app.ask("load", NEWS);
      if (kept && (await app.accepted(kept))) known = kept.body;
      chosen = ((await app.ask("load", CHOSEN)) || { cases: [] }).cases;
    }

    const asked = () => (chosen.length ? `?with=${chosen.join(",")}` : "");

    // ── what the desk answered ────────────────────────────────────────────────────────────────────────────────────
    function exempt(id, act, packed) {
      const told = known.exempt[id] && known.exempt[id][act];
      return told && app.pack && new Date(known.made) > new Date(app.pack.made) ? told : packed;
    }

    const openActs = () =>
      app.queued.filter((one) => one.answer && one.answer.state !== "done" && one.answer.state !== "problem");
    const differs = (told, answer) =>
      JSON.stringify([told.state, told.reasons]) !== JSON.stringify([answer.state, answer.reasons]);

    async function askNews(acts) {
      const body = { cases: app.pack.tasks.map((one) => one.case), acts: acts.map((one) => one.id) };
      const answer = await fetch(`${app.base}news`, {
        method: "POST",
        cache: "no-store",
        headers: { "X-Capture": "1", "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
      return answer.ok ? answer.json() : null;
    }

    async function takeAnswer(act) {
      const told = known.acts[act.id];
      if (!told || told.state === "received" || !differs(told, act.answer)) return false;
      await app.ask("save", { place: "acts", name: `${act.id}.json`, data: { ...act, answer: told } });
      if (told.state === "done") app.say(`${act.title}：${act.name}已经办成`);
      return true;
    }

    // Asked whenever there is a net: an exemption that was approved, an act that was mended, a case that went on.
    async function news() {
      if (asking || !app.pack || app.pack.third || !navigator.onLine) return false;
      asking = true;
      try {
        const open = openActs();
        const made = await askNews(open);
        if (!made || !(await app.accepted(made))) return false;
        const before = JSON.stringify([known.exempt, known.cases]);
        known = made.body;
        await app.ask("save", { ...NEWS, data: made });
        let changed = before !== JSON.stringify([known.exempt, known.cases]);
        for (const act of open) changed = (await takeAnswer(act)) || changed;
        return changed;
      } catch {
        return false;
      } finally {
        asking = false;
      }
    }

    // A case that went on at the desk, or in which this phone did something: its task is of yesterday.
    function stale() {
      if (!app.pack || app.pack.third) return false;
      return app.pack.tasks.some((one) => known.cases[one.case] !== undefined && known.cases[one.case] > one.version);
    }

    setInterval(() => {
      if (document.visibilityState === "visible") app.refresh();
    }, EVERY);

    // ── the list of tasks ─────────────────────────────────────────────────────────────────────────────────────────
    function owed(task) {
      const serve = task.acts.find((one) => one.serves);
      const count = serve ? serve.serves.left.filter((one) => one.due).length : 0;
      return count ? h("span", { class: "chip" }, `待送达 ${count}`) : null;
    }

    function row(task) {
      const details = [task.number, task.address, task.stage].filter(Boolean).join(" · ");
      const title = h("strong", {}, task.title);
      return h("li", {}, h("a", { href: `#task/${task.case}` }, title, app.small(details), owed(task)));
    }

    const part = (title, tasks) =>
      tasks.length ? [h("h3", {}, `${title}（${tasks.length}）`), app.list(tasks.map(row))] : [];

    function none(word) {
      if (word) return app.empty("手机里没有这样的案件。有网络时点“带上其他案件”去找。");
      return app.empty("没有要到现场办的案件。可以直接开始记录，之后再关联到案件。");
    }

    function parts(tasks) {
      return [
        ...part(
          "今天到期或者已经逾期",
          tasks.filter((one) => one.today),
        ),
        ...part(
          "自己带上的",
          tasks.filter((one) => one.chosen && !one.today),
        ),
        ...part(
          "其他",
          tasks.filter((one) => !one.today && !one.chosen),
        ),
      ];
    }

    function list() {
      const tasks = app.pack ? app.pack.tasks : [];
      const box = h("div", {});
      const draw = () => {
        const word = find.value.replace(/\s/g, "");
        const text = (one) => [one.title, one.number, one.party, one.address].join("");
        const found = tasks.filter((one) => !word || text(one).includes(word));
        box.replaceChildren(...(found.length ? parts(found) : [none(word)]));
      };
      const find = h("input", {
        id: "find",
        type: "search",
        placeholder: "当事人、案名、案号、地址",
        "aria-label": "在手机里的案件中找",
        oninput: draw,
      });
      draw();
      const more = app.pack && !app.pack.third ? h("p", {}, app.link("带上其他案件", "#along")) : null;
      return app.card(`任务（${tasks.length}）`, tasks.length > 5 ? find : null, box, more);
    }

    // ── any other case of the officer's ───────────────────────────────────────────────────────────────────────────
    const NO_NET = "没有网络，找不了手机以外的案件；已经带上的照常可用。";

    function whyNot(problem) {
      const ours = !(problem instanceof TypeError) && !(problem instanceof SyntaxError);
      return navigator.onLine && problem.message && ours ? problem.message : NO_NET;
    }

    async function search(word, after) {
      const address = `${app.base}cases?${new URLSearchParams({ q: word, after })}`;
      const answer = await fetch(address, { cache: "no-store", headers: { "X-Capture": "1" } });
      const told = await answer.json();
      if (!answer.ok) throw new Error(told.text);
      return told;
    }

    function tick(one, wanted, changed) {
      const toggled = (event) => {
        if (event.target.checked) wanted.add(one.case);
        else wanted.delete(one.case);
        changed();
      };
      const due = one.due ? `${one.due} 到期` : "";
      const there = app.task(one.case) ? "已在手机里" : "";
      const details = [one.number, one.stage, due, there].filter(Boolean).join(" · ");
      const box = h("input", { type: "checkbox", checked: wanted.has(one.case), onchange: toggled });
      const text = h("span", {}, h("strong", {}, one.title), h("br"), app.small(details));
      return h("li", { "data-case": one.case }, h("label", { class: "tick" }, box, text));
    }

    // What was chosen is fetched with the next package; without a net it stays as it was.
    async function take(wanted, said) {
      if (wanted.size > MOST) {
        said.textContent = `最多带上 ${MOST} 件，现在选了 ${wanted.size} 件`;
        return;
      }
      const before = chosen;
      chosen = [...wanted];
      if ((await app.fetchPackage()) !== 200) {
        chosen = before;
        said.textContent = "没有网络，或者登录已经失效：没有带上，请联网后再点一次";
        return;
      }
      await app.ask("save", { ...CHOSEN, data: { cases: chosen } });
      app.say(`带上了 ${chosen.length} 件`);
      location.hash = "";
    }

    const HELP = "手机里有今天到期的、待送达的和最近的案件；您承办的其他案件在这里找，选中的一起下载，没有网络也能办。";

    function along() {
      const wanted = new Set(chosen);
      const box = h("ul", { class: "list" });
      const more = h("p", {});
      const said = h("p", { class: "need", role: "alert" });
      const word = h("input", { id: "sought", type: "search", maxlength: "60" });
      const keep = app.button("", () => take(wanted, said), "primary");
      const count = () => (keep.textContent = `带上选中的（${wanted.size}）`);
      const put = (one) => tick(one, wanted, count);
      let turn = 0;

      // Whoever taps twice, or asks anew meanwhile, gets each case once.
      async function seek(after = "") {
        const mine = ++turn;
        said.textContent = "";
        more.replaceChildren();
        let told;
        try {
          told = await search(word.value, after);
        } catch (problem) {
          said.textContent = whyNot(problem);
          return;
        }
        if (mine !== turn) return;
        const none = h("li", { class: "empty" }, "您承办的案件里没有找到。");
        if (after) box.append(...told.cases.map(put));
        else box.replaceChildren(...(told.cases.length ? told.cases.map(put) : [none]));
        more.replaceChildren(...(told.more ? [app.button("再列一些", () => seek(told.more))] : []));
      }

      const submitted = (event) => {
        event.preventDefault();
        seek();
      };
      const form = h(
        "form",
        { "data-typed": "1", onsubmit: submitted },
        app.labelled("sought", "当事人、案名或者案号", word),
        h("button", { class: "btn", type: "submit" }, "查找"),
      );
      count();
      seek();
      const found = h("section", { class: "card" }, box, more);
      return [app.back("#"), h("h1", {}, "带上其他案件"), app.muted(HELP), form, said, found, keep];
    }

    return { load, asked, exempt, news, stale, list, pages: { along } };
  },
};
