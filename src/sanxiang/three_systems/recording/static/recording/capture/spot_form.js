// The form of a penalty on the spot, up to the paper that the party is shown.
"use strict";

const SpotForm = {
  of(app, rules, reserve) {
    const NO_NUMBER = "手机里没有编号决定书：联网时在“当场处罚”里领取。没有编号的决定书不能当场交付。";

    // ── the item and the standard of discretion ───────────────────────────────────────────────────────────────────
    function items(kept, redraw) {
      const all = rules.told().items;
      if (!all.length) return null;
      const chosen = all.find((one) => one.code === kept.facts.item_code);
      const changed = (event) => {
        if (event.target.value) kept.facts.item_code = event.target.value;
        else delete kept.facts.item_code;
        redraw();
      };
      const options = all.map((one) => app.option(one.code, one.name, one === chosen));
      const select = h("select", { id: "item", onchange: changed }, app.option("", "请选择"), options);
      const basis = chosen && chosen.basis ? h("p", { class: "help" }, `依据：${chosen.basis}`) : null;
      return app.labelled("item", "执法事项", select, basis);
    }

    function standards(kept, redraw) {
      const all = rules.told().standards;
      if (!all.length) return null;
      const standard = (one) => {
        const text = `${one.circumstances}：${one.range}`;
        const write = () => {
          const before = kept.facts.discretion_reasons || "";
          kept.facts.discretion_reasons = `${before}对照裁量基准“${one.name}”，${text}。`;
          redraw();
        };
        const name = h("strong", {}, one.name);
        return h("p", {}, name, h("br"), text, h("br"), app.button("写入裁量理由", write));
      };
      return h("details", { class: "card" }, h("summary", {}, "裁量基准"), all.map(standard));
    }

    // ── parts of the form ─────────────────────────────────────────────────────────────────────────────────────────
    function prefill(facts, fields) {
      const asks = (id) => fields.some((one) => one.id === id);
      const { bank } = rules.told().agency;
      if (asks("source_on") && !facts.source_on) facts.source_on = rules.today();
      if (asks("payment_bank") && !facts.payment_bank && bank) facts.payment_bank = bank;
    }

    function barsCard(against) {
      if (!against.length) return [];
      const rows = against.map((one) => h("li", {}, one.text, " ", h("small", { class: "muted" }, one.law)));
      return [h("div", { class: "card bad" }, h("p", {}, "不能当场处罚："), h("ul", {}, rows))];
    }

    function section({ step, fields }, kept, note) {
      const of = (which, make) => fields.filter(which).map((one) => make(one, kept.facts, note));
      const flags = fields.filter((one) => one.kind === "flag");
      return h(
        "section",
        {},
        h("h2", {}, step.name),
        app.group(flags, "逐项做到并核对", kept, note),
        of((one) => one.kind !== "flag" && one.kind !== "table", Fields.field),
        of((one) => one.kind === "table", Fields.table),
      );
    }

    // What was filmed and photographed belongs to the act that finds the facts.
    function recordings(kept) {
      const found = rules.stepsOf(kept).find((one) => one.emits === "investigation.concluded");
      const box = h("div", {});
      const draw = () => box.replaceChildren(app.takesList(app.takes.filter((one) => kept.takes.includes(one.take))));
      const own = async (take) => {
        if (!take) return;
        kept.takes.push(take);
        await rules.save(kept);
        await app.look();
        draw();
      };
      const film = async (medium) => {
        await app.start(medium, kept.case, found.id);
        if (app.recording) own(app.recording.take);
      };
      draw();
      const buttons = [
        app.button("录像", () => film("video")),
        app.button("录音", () => film("audio")),
        app.button("拍照", async () => own(await app.photo(kept.case, found.id))),
      ];
      return app.card("现场的记录", box, h("p", {}, buttons));
    }

    function dropButton(kept, problem) {
      return app.button("不处罚了，删去这份草稿", async () => {
        if (kept.blank) {
          problem.textContent = `编号 ${kept.blank} 已经填写：先在决定书页上作废，再删去草稿`;
          return;
        }
        await app.ask("drop", { place: "spots", name: `${kept.id}.json` });
        location.hash = "#spot";
      });
    }

    // ── the form ──────────────────────────────────────────────────────────────────────────────────────────────────
    async function page(id) {
      await app.look();
      const kept = await rules.load(id);
      if (!kept || !rules.told() || app.queued.some((one) => one.id === id)) {
        location.hash = "#spot";
        return null;
      }
      const parts = rules.sections(kept);
      const fields = parts.flatMap((one) => one.fields);
      prefill(kept.facts, fields);
      const bars = h("div", { id: "barred", role: "alert" });
      const problem = h("p", { id: "missing", role: "alert" });

      const watch = () => {
        const against = rules.barred(rules.factsOf(kept));
        bars.replaceChildren(...barsCard(against));
        Fields.depends(sheet, { fields }, rules.factsOf(kept));
        return against;
      };
      const note = () => {
        problem.textContent = "";
        kept.signs = {};
        rules.save(kept);
        watch();
      };
      const redraw = async () => {
        kept.signs = {};
        await rules.save(kept);
        const at = window.scrollY;
        await app.again(`#spot/${id}`);
        window.scrollTo(0, at);
      };
      const toPaper = async () => {
        const without = rules.lacking(kept, fields);
        const against = watch();
        if (without.length || against.length) {
          const lacks = without.length ? `还缺：${without.join("、")}` : "";
          problem.textContent = [lacks, against.map((one) => one.text).join("；")].filter(Boolean).join("。");
        } else if (await reserve(kept)) {
          location.hash = `#paper/${id}`;
        } else {
          problem.textContent = NO_NUMBER;
        }
      };
      const submitted = (event) => {
        event.preventDefault();
        toPaper();
      };
      const sheet = h(
        "form",
        { onsubmit: submitted },
        app.team(kept, note),
        items(kept, redraw),
        standards(kept, redraw),
        parts.map((one) => section(one, kept, note)),
        bars,
        recordings(kept),
        problem,
        app.submit("填写决定书，请当事人看"),
        dropButton(kept, problem),
      );
      watch();
      rules.save(kept);
      const title = (app.task(kept.case) || { title: kept.case ? "已登记的案件" : "新的案件" }).title;
      return [app.back("#spot"), h("h1", {}, "当场处罚"), app.muted(title), sheet];
    }

    return { page };
  },
};
