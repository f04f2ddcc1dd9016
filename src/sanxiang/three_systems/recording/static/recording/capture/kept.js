// The pages of what stands on this phone: one recording with its interruptions, one act that was sent or waits.
"use strict";

const Kept = {
  of(app) {
    // ── an interruption explained ─────────────────────────────────────────────────────────────────────────────────
    const AFTERWARDS = "事后书面说明";

    function explainForm(take, gap) {
      const cause = app.pack.causes.includes(gap.cause) ? gap.cause : "";
      const facts = { gap_cause: cause, ...gap.facts };
      const problem = h("p", { role: "alert", class: "need" }, gap.problem || "");

      const pick = (id, label, options) => {
        const chosen = (event) => {
          facts[id] = event.target.value;
          after.hidden = facts.gap_given !== AFTERWARDS;
        };
        const values = options.map((one) => app.option(one, one, one === facts[id]));
        const select = h("select", { id, name: id, onchange: chosen }, app.option("", "请选择"), values);
        return app.labelled(id, label, select);
      };
      const area = (id, label) => {
        const typed = (event) => (facts[id] = event.target.value);
        return app.labelled(id, label, h("textarea", { id, name: id, rows: "2", oninput: typed }, facts[id] || ""));
      };
      const send = async () => {
        try {
          const written = { pass: app.pack.pass, said_at: new Date().toISOString(), contact: app.contact };
          const { waiting } = await app.ask("explained", { take, gap: gap.id, facts, ...written });
          app.say(waiting ? "已存在手机里，联网后自动送达" : "已说明");
          delete form.dataset.typed;
          app.fresh(true);
          location.hash = `#take/${take}`;
        } catch (refused) {
          problem.textContent = refused.message;
        }
      };

      const after = area("gap_why_after", "不能在录像中说明的客观原因");
      after.hidden = facts.gap_given !== AFTERWARDS;
      const submitted = (event) => {
        event.preventDefault();
        send();
      };
      const form = h(
        "form",
        { oninput: () => (form.dataset.typed = "1"), onsubmit: submitted },
        pick("gap_cause", "中断原因", app.pack.causes),
        area("gap_text", "中断说明"),
        pick("gap_given", "说明的方式", app.pack.given),
        after,
        problem,
        app.submit("提交说明"),
      );
      return form;
    }

    const THEIRS = "已经如实记下。请把中断的经过告诉委托机关的承办人，由他说明原因。";

    function explanation(take, gap) {
      if (app.pack.third) return h("p", {}, THEIRS);
      return gap.waiting ? h("p", {}, "说明已存在手机里，联网后自动送达。") : explainForm(take, gap);
    }

    const gapCard = (take, gap) =>
      app.card(
        `${app.clock(gap.from)}–${app.clock(gap.to)} 中断`,
        app.muted(`系统判断：${gap.cause || "不明"}`),
        explanation(take, gap),
      );

    // ── a recording ───────────────────────────────────────────────────────────────────────────────────────────────
    const CUT_OFF =
      "上次录制没有正常结束（程序退出、关机或者来电）。已经录下的都在。" +
      "继续录制，中间断开的时间会如实记下；或者就此结束。";

    function cutOff(one) {
      if (one.ended || one.running) return null;
      const finish = async () => {
        await app.ask("finish", { take: one.take, open: true, cause: "程序异常退出" });
        app.say("录制结束；断开的时间要说明原因");
        app.fresh(true);
      };
      return h(
        "div",
        { class: "card warn" },
        h("p", {}, CUT_OFF),
        app.button("继续录制", () => app.goOn(one), "primary"),
        app.button("就此结束", finish),
      );
    }

    function sealedCard({ problems, grade, head }) {
      const chain = problems.length ? `有问题：${problems.join("；")}` : "完整";
      const code = h("p", { class: "code" }, `链末 ${head}`);
      return h("div", { class: "card" }, h("p", {}, `已封存：片段链${chain}，来源等级 ${grade}`), code);
    }

    function take(id) {
      const one = app.takes.find((other) => other.take === id);
      if (!one) return [app.back("#"), app.empty("这份记录已经不在本机。")];
      const task = app.task(one.case);
      return [
        app.back("#"),
        h("h1", {}, `${app.clock(one.began)} 的${app.MEDIA[one.medium]}`),
        h("p", {}, task ? task.title : "还没有关联到案件"),
        app.muted(`${app.state(one)} · ${one.count} 段 · ${app.mb(one.bytes)} MB`),
        one.problem ? app.notTaken(one.problem, `takes/${id}`, "sent.json") : null,
        cutOff(one),
        one.sealed ? sealedCard(one.sealed) : null,
        one.gaps.map((gap) => gapCard(id, gap)),
      ];
    }

    // ── an act that was sent or waits ─────────────────────────────────────────────────────────────────────────────
    function openTake(one) {
      if (one.open_gaps) return "录音录像的中断要先说明原因";
      return one.sealed ? "中断说明等待送达" : `录音录像还在上传（${one.sent}/${one.count}）`;
    }

    function waitsCard(act) {
      const open = app.takes.filter(
        (one) => act.sent.recordings.includes(one.take) && (!one.sealed || one.gaps.length),
      );
      const links = open.map((one) => h("p", {}, h("a", { href: `#take/${one.take}` }, openTake(one))));
      return h("div", { class: "card" }, h("p", {}, "在手机里等待送达。"), links);
    }

    function doneCard(act) {
      const number = act.paper && act.answer.number ? `决定的文号是 ${act.answer.number}。` : "";
      return h("p", { class: "card ok" }, `已经办成，记入案卷。${number}`);
    }

    function reason(one) {
      const missing = one.missing && one.missing.length ? `：${one.missing.join("、")}` : "";
      return h("li", {}, one.text, missing, one.law ? h("small", { class: "muted" }, ` ${one.law}`) : null);
    }

    function keptCard(act) {
      const mine = !act.officer || !app.pack || act.officer === app.pack.officer;
      return h(
        "div",
        { class: "card bad" },
        h("p", {}, "系统已经收下，现在还不能办成，原因如下。内容没有丢，可以在电脑上补正后再办。"),
        h("ul", {}, act.answer.reasons.map(reason)),
        mine ? app.link("去补正", `${app.told.base}arrived/${act.id}/`) : h("p", {}, "由办理人登录后补正。"),
      );
    }

    function hereCard(act) {
      const text = act.refused ? act.refused.text : act.answer.reasons[0].text;
      return app.notTaken(text, "acts", `${act.id}.json`);
    }

    function queued(id) {
      const act = app.queued.find((one) => one.id === id);
      if (!act) return [app.back("#"), app.empty("没有这次办理。")];
      const cards = { here: hereCard, waits: waitsCard, done: doneCard, kept: keptCard };
      const paper = act.paper ? h("p", {}, app.link("现场所交的决定书", `#given/${id}`)) : null;
      const standing = app.standing(act);
      const card = cards[standing](act);
      return [
        app.back("#"),
        h("h1", {}, act.name),
        app.muted(`${act.title} · 办理时间 ${app.clock(act.sent.done_at)}`),
        ...(standing === "kept" ? [paper, card] : [card, paper]),
      ];
    }

    return { pages: { take, queued } };
  },
};
