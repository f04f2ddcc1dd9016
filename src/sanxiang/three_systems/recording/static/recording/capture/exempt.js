// An activity that must not be recorded (免予录音录像): asked on the spot, without a net too; whoever approves does so at his
// desk, and the act that waits for it is judged again then.
"use strict";

const Exempt = {
  of(app) {
    const WORDS = { asked: "等待批准", approved: "已批准", refused: "没有批准" };
    const rule = () => (app.pack && app.pack.exempt && app.pack.exempt.grounds ? app.pack.exempt : null);
    const name = (id) => (rule().approvers.find((one) => one.id === id) || { name: "" }).name;

    // Where it stands: what this phone asked last and the server knows not yet better.
    function standing(id, act) {
      const t = app.task(id), mine = app.exempts.filter((one) => one.sent.case === id && one.sent.act === act).sort((a, b) => a.sent.asked_at.localeCompare(b.sent.asked_at)).pop();
      const known = t && app.along.exempt(id, act, t.exempt && t.exempt[act]);
      const refused = mine && (mine.refused ? mine.refused.text : mine.problem);
      if (refused) return { text: "系统没有收下，只在本机", bad: true, mine, refused };
      if (mine && !mine.answer) return { text: "等待送达", mine };
      const state = known || (mine && mine.answer.state);
      return state ? { text: WORDS[state] || state, state, bad: state === "refused", mine } : null;
    }

    // On the form of an act: what stands, or the way to ask.
    function card(id, act) {
      const found = standing(id, act);
      if (!rule()) return null;
      const detail = found && found.mine ? `${found.mine.sent.facts.exempt_ground}：${found.mine.sent.facts.exempt_reason}（批准人 ${name(found.mine.sent.approver)}）` : "";
      return h("section", { class: `card ${found ? (found.bad ? "bad" : found.state === "approved" ? "ok" : "warn") : ""}` }, h("h2", {}, found ? `免予录音录像：${found.text}` : "这里不能录音录像？"), detail ? h("p", {}, detail) : h("p", { class: "muted" }, `${rule().grounds.join("、")}可以免予录音录像，由${rule().by}批准（${rule().law}）。`), found && found.refused ? app.notTaken(found.refused, "exempts", `${found.mine.id}.json`) : null, !found || found.bad ? app.link("申请免予录音录像", `#exempt/${id}/${act}`) : null);
    }

    async function page(id, act) {
      const t = app.task(id), a = t && t.acts.find((one) => one.id === act), back = `#act/${id}/${act}`;
      if (!a || !rule()) { location.hash = ""; return; }
      const told = { exempt_ground: "", exempt_reason: "" }, problem = h("p", { id: "missing", class: "need", role: "alert" });
      let approver = rule().approvers.length === 1 ? rule().approvers[0].id : "";
      const reason = h("textarea", { id: "x-reason", rows: "4", maxlength: "1000", oninput: (e) => { told.exempt_reason = e.target.value.trim(); } });
      const send = async () => {
        const without = [told.exempt_ground ? "" : "情形", told.exempt_reason ? "" : "理由", approver ? "" : "批准人"].filter(Boolean);
        if (without.length) { problem.textContent = `还缺：${without.join("、")}`; return; }
        const key = crypto.randomUUID();
        try { await app.ask("save", { place: "exempts", name: `${key}.json`, data: { id: key, sent: { pass: app.pack.pass, case: id, act, facts: told, approver, asked_at: new Date().toISOString(), contact: app.contact } } }); } catch (e) { problem.textContent = `没有存好：${e.message}`; return; }
        await app.look(); app.say("已存在手机里，有网络时自动送达批准人"); location.hash = back;
      };
      app.put(app.back(back), h("h1", {}, "申请免予录音录像"), h("p", { class: "muted" }, `${t.title} · ${a.name}`), h("p", {}, `由${rule().by}批准：`, h("small", { class: "muted" }, rule().law)),
        h("form", { "data-typed": "1", oninput: () => { problem.textContent = ""; }, onsubmit: (event) => { event.preventDefault(); send(); } },
          h("fieldset", { class: "field check" }, h("legend", {}, "情形"), rule().grounds.map((one) => h("label", { class: "tick" }, h("input", { type: "radio", name: "ground", onchange: () => { told.exempt_ground = one; } }), h("span", {}, one)))),
          h("div", { class: "field" }, h("label", { for: "x-reason" }, "理由"), h("p", { class: "help" }, "写明是什么场所、为什么不能录音录像，怎样用文字记录。"), reason),
          h("div", { class: "field" }, h("label", { for: "x-approver" }, "批准人"), rule().approvers.length ? h("select", { id: "x-approver", onchange: (e) => { approver = e.target.value; } }, h("option", { value: "" }, "请选择"), rule().approvers.map((one) => h("option", { value: one.id, selected: one.id === approver }, one.name))) : h("p", { class: "need" }, `任务包里没有能批准的人（${rule().by}），请联网更新后再申请。`)),
          problem, h("button", { class: "btn primary", type: "submit" }, "申请")));
    }

    return { page, card, standing };
  },
};
