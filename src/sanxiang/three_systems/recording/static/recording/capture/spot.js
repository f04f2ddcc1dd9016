// Penalties decided on the spot (当场处罚): the numbered papers on this phone, what is open, what was handed over. What is
// asked and where the limits are comes with the task package; the server judges when it arrives.
"use strict";

const Spot = {
  of(app) {
    const rules = SpotRules.of(app);
    const papers = SpotPaper.of(app, rules);
    const ASKING = { place: "state", name: "asking.json" };
    const HELP = "编号在有网络的时候领取，没有网络也能填写、交付。写坏的作废，不用的在电脑上退回。";
    const STANDINGS = {
      here: "系统没有收下，只在本机",
      waits: "等待送达",
      done: "已办成",
      kept: "已送达，还不能办成",
    };

    // ── numbers ───────────────────────────────────────────────────────────────────────────────────────────────────
    // A number is free while no draft, no paper and no end of it stands on this phone.
    async function free() {
      const places = ["blanks", "ended", "spots"];
      const [blocks, ended, drafts] = await Promise.all(places.map((place) => app.ask("every", { place })));
      const gone = new Set([
        ...ended.map((one) => one.number),
        ...drafts.map((one) => one.blank),
        ...app.queued.map((one) => one.sent.blank),
      ]);
      return blocks
        .filter((one) => !one.officer || one.officer === app.pack.officer)
        .flatMap((one) => one.blanks)
        .filter((one) => !gone.has(one.number));
    }

    async function answerOf(key) {
      const answer = await fetch(`${app.base}blanks/${key}`, {
        method: "PUT",
        body: JSON.stringify({ pass: app.pack.pass }),
        headers: { "X-Capture": "1" },
        cache: "no-store",
      });
      const told = await answer.json().catch(() => ({}));
      return { ok: answer.ok, status: answer.status, told };
    }

    // The key is written down before it is asked with: a phone that dies on the way gets the same block again.
    async function takeOut() {
      const address = location.hash;
      const asking = (await app.ask("load", ASKING)) || { key: crypto.randomUUID() };
      await app.ask("save", { ...ASKING, data: asking });
      let answer;
      try {
        answer = await answerOf(asking.key);
      } catch {
        app.say("没有网络，领不到编号；有网络时再点一次");
        return;
      }
      const { ok, status, told } = answer;
      if (!ok) {
        if (status < 500) await app.ask("drop", ASKING);
        app.say(told.text || "没有领到编号，请再试一次");
        return;
      }
      if (!(await app.accepted(told))) {
        app.say("编号的签名不对，没有使用");
        return;
      }
      const data = { ...told.body, officer: app.pack.officer };
      await app.ask("save", { place: "blanks", name: `${asking.key}.json`, data });
      await app.ask("drop", ASKING);
      app.say(`领到 ${told.body.blanks.length} 个编号`);
      app.again(address);
    }

    // One tab at a time, so that two do not choose the same number.
    const reserve = (kept) =>
      navigator.locks.request("sanxiang-blank", async () => {
        if (kept.blank) return kept.blank;
        await app.look();
        const [one] = await free();
        if (one) {
          kept.blank = one.number;
          await rules.save(kept);
        }
        return kept.blank;
      });

    // ── a new one, in a case or without ───────────────────────────────────────────────────────────────────────────
    function knownOf(task) {
      const known = { party_name: task.party, party_address: task.address, party_phone: task.phone };
      return Object.fromEntries(Object.entries(known).filter(([, value]) => value));
    }

    async function begin(task) {
      const going = task && task.on_spot.steps;
      const kept = {
        id: crypto.randomUUID(),
        case: going ? task.case : "",
        held: (task && task.on_spot.held) || {},
        began: new Date().toISOString(),
        facts: task && !going ? knownOf(task) : {},
        officers: [...new Set([app.pack.officer, ...(task ? task.officers : [])])],
        takes: [],
        blank: "",
        signs: {},
        handed: {},
      };
      await rules.save(kept);
      location.hash = `#spot/${kept.id}`;
    }

    // ── what is open, what was handed over ────────────────────────────────────────────────────────────────────────
    const row = (href, title, details) => h("li", {}, h("a", { href }, title, app.small(details)));

    function numbersCard(count) {
      return h(
        "section",
        { class: `card ${count ? "" : "warn"}` },
        h("h2", {}, `编号决定书还有 ${count} 份`),
        app.muted(HELP),
        app.button("领取编号决定书", takeOut),
      );
    }

    function lostCard(one) {
      const text = one.refused ? one.refused.text : one.problem;
      return h("section", {}, h("h2", {}, `作废 ${one.number}`), app.notTaken(text, "ended", `${one.id}.json`));
    }

    function openCard(drafts) {
      if (!drafts.length) return null;
      const details = (one) => `${app.clock(one.began)} 开始${one.blank ? ` · ${one.blank}` : ""}`;
      const rows = drafts.map((one) => row(`#spot/${one.id}`, rules.named(one), details(one)));
      return app.card(`还没有交付（${drafts.length}）`, app.list(rows));
    }

    function doneCard(done) {
      if (!done.length) return null;
      const details = (one) => `${one.sent.blank} · ${STANDINGS[app.standing(one)]}`;
      const rows = done.map((one) => row(`#given/${one.id}`, one.title, details(one)));
      return app.card(`已经交付（${done.length}）`, app.list(rows));
    }

    async function home() {
      await app.look();
      const drafts = await app.ask("every", { place: "spots" });
      const numbers = await free();
      const sent = new Set(app.queued.map((one) => one.id));
      for (const one of drafts.filter((draft) => sent.has(draft.id))) {
        await app.ask("drop", { place: "spots", name: `${one.id}.json` });
      }
      const ended = await app.ask("every", { place: "ended" });
      return [
        app.back("#"),
        h("h1", {}, "当场处罚"),
        numbersCard(numbers.length),
        ended.filter((one) => one.refused || one.problem).map(lostCard),
        h(
          "p",
          {},
          app.button("新的当场处罚", () => begin(null), "primary"),
        ),
        openCard(drafts.filter((draft) => !sent.has(draft.id))),
        doneCard(app.queued.filter((one) => one.paper)),
      ];
    }

    const form = SpotForm.of(app, rules, reserve);
    const handing = SpotHanding.of(app, rules, papers);

    function spot(id) {
      if (!rules.told()) return [app.back("#"), app.empty("这里没有当场处罚。")];
      return id ? form.page(id) : home();
    }

    return { begin, textOf: papers.textOf, pages: { spot, paper: handing.page, given: handing.given } };
  },
};
