// An activity that must not be recorded (免予录音录像): asked on the spot, without a net too; whoever approves does so at
// his desk, and the act that waits for it is judged again then.
"use strict";

const Exempt = {
  of(app) {
    const WORDS = { asked: "等待批准", approved: "已批准", refused: "没有批准" };
    const rule = () => (app.pack && app.pack.exempt && app.pack.exempt.grounds ? app.pack.exempt : null);
    const name = (id) => (rule().approvers.find((one) => one.id === id) || { name: "" }).name;

    // ── where it stands ───────────────────────────────────────────────────────────────────────────────────────────
    const lastAsked = (id, act) =>
      app.exempts
        .filter((one) => one.sent.case === id && one.sent.act === act)
        .sort((a, b) => a.sent.asked_at.localeCompare(b.sent.asked_at))
        .pop();

    // What this phone asked last, and the server knows not yet better.
    function standing(id, act) {
      const task = app.task(id);
      const mine = lastAsked(id, act);
      const known = task && app.along.exempt(id, act, task.exempt && task.exempt[act]);
      const refused = mine && (mine.refused ? mine.refused.text : mine.problem);
      if (refused) return { text: "系统没有收下，只在本机", bad: true, mine, refused };
      if (mine && !mine.answer) return { text: "等待送达", mine };
      const state = known || (mine && mine.answer.state);
      return state ? { text: WORDS[state] || state, state, bad: state === "refused", mine } : null;
    }

    function colour(found) {
      if (!found) return "";
      if (found.bad) return "bad";
      return found.state === "approved" ? "ok" : "warn";
    }

    function details(found) {
      if (!found || !found.mine) {
        return app.muted(`${rule().grounds.join("、")}可以免予录音录像，由${rule().by}批准（${rule().law}）。`);
      }
      const { facts, approver } = found.mine.sent;
      return h("p", {}, `${facts.exempt_ground}：${facts.exempt_reason}（批准人 ${name(approver)}）`);
    }

    // On the form of an act: what stands, or the way to ask.
    function card(id, act) {
      if (!rule()) return null;
      const found = standing(id, act);
      return h(
        "section",
        { class: `card ${colour(found)}` },
        h("h2", {}, found ? `免予录音录像：${found.text}` : "这里不能录音录像？"),
        details(found),
        found && found.refused ? app.notTaken(found.refused, "exempts", `${found.mine.id}.json`) : null,
        !found || found.bad ? app.link("申请免予录音录像", `#exempt/${id}/${act}`) : null,
      );
    }

    // ── asking ────────────────────────────────────────────────────────────────────────────────────────────────────
    function grounds(facts) {
      const tick = (ground) => {
        const input = h("input", {
          type: "radio",
          name: "ground",
          onchange: () => (facts.exempt_ground = ground),
        });
        return h("label", { class: "tick" }, input, h("span", {}, ground));
      };
      return h("fieldset", { class: "field check" }, h("legend", {}, "情形"), rule().grounds.map(tick));
    }

    function reason(facts) {
      const help = h("p", { class: "help" }, "写明是什么场所、为什么不能录音录像，怎样用文字记录。");
      const area = h("textarea", {
        id: "x-reason",
        rows: "4",
        maxlength: "1000",
        oninput: (event) => (facts.exempt_reason = event.target.value.trim()),
      });
      return app.labelled("x-reason", "理由", help, area);
    }

    function approvers(asked) {
      const { approvers: all, by } = rule();
      const options = all.map((one) => app.option(one.id, one.name, one.id === asked.approver));
      const chosen = (event) => (asked.approver = event.target.value);
      const input = all.length
        ? h("select", { id: "x-approver", onchange: chosen }, app.option("", "请选择"), options)
        : h("p", { class: "need" }, `任务包里没有能批准的人（${by}），请联网更新后再申请。`);
      return app.labelled("x-approver", "批准人", input);
    }

    async function send(asked, back, problem) {
      const { facts, approver } = asked;
      const without = [
        facts.exempt_ground ? "" : "情形",
        facts.exempt_reason ? "" : "理由",
        approver ? "" : "批准人",
      ].filter(Boolean);
      if (without.length) {
        problem.textContent = `还缺：${without.join("、")}`;
        return;
      }
      const id = crypto.randomUUID();
      const sent = { ...asked, pass: app.pack.pass, asked_at: new Date().toISOString(), contact: app.contact };
      try {
        await app.ask("save", { place: "exempts", name: `${id}.json`, data: { id, sent } });
      } catch (full) {
        problem.textContent = `没有存好：${full.message}`;
        return;
      }
      await app.look();
      app.say("已存在手机里，有网络时自动送达批准人");
      location.hash = back;
    }

    function exempt(id, name) {
      const task = app.task(id);
      const act = app.actOf(task, name);
      const back = `#act/${id}/${name}`;
      if (!act || !rule()) {
        location.hash = "";
        return null;
      }
      const [only, ...others] = rule().approvers;
      const asked = {
        case: id,
        act: name,
        facts: { exempt_ground: "", exempt_reason: "" },
        approver: only && !others.length ? only.id : "",
      };
      const problem = h("p", { id: "missing", class: "need", role: "alert" });
      const submitted = (event) => {
        event.preventDefault();
        send(asked, back, problem);
      };
      const form = h(
        "form",
        { "data-typed": "1", oninput: () => (problem.textContent = ""), onsubmit: submitted },
        grounds(asked.facts),
        reason(asked.facts),
        approvers(asked),
        problem,
        app.submit("申请"),
      );
      const law = h("small", { class: "muted" }, rule().law);
      return [
        app.back(back),
        h("h1", {}, "申请免予录音录像"),
        app.muted(`${task.title} · ${act.name}`),
        h("p", {}, `由${rule().by}批准：`, law),
        form,
      ];
    }

    return { card, standing, pages: { exempt } };
  },
};
