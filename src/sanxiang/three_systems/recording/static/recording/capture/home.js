// The pages that lead on: what is to be done today, one case, the certificate that is shown, the set phrases.
"use strict";

const Home = {
  of(app) {
    const onSpot = () => app.pack && app.pack.on_spot && app.pack.on_spot.procedure;
    const row = (href, ...inside) => h("li", {}, h("a", { href }, ...inside));
    const DAY = 24 * 3600 * 1000;
    const told = (one) => `${app.clock(one.began)} 的${app.MEDIA[one.medium]}`;

    // ── home ──────────────────────────────────────────────────────────────────────────────────────────────────────
    function needs() {
      const ofTakes = (which, says) =>
        app.takes.filter(which).map((one) => row(`#take/${one.take}`, `${told(one)}${says(one)}`));
      const ofActs = (standing, says) =>
        app.queued
          .filter((one) => app.standing(one) === standing)
          .map((one) => row(`#queued/${one.id}`, `${one.title}：${one.name}${says}`));
      return [
        ...ofTakes(
          (one) => !one.running && !one.ended,
          () => "意外中断，还没有结束",
        ),
        ...ofTakes(
          (one) => one.open_gaps && !app.pack.third,
          (one) => `有 ${one.open_gaps} 处中断没有说明`,
        ),
        ...ofTakes(
          (one) => one.ended && !one.sealed && !one.problem && Date.now() - new Date(one.until) > DAY,
          (one) => `过了一天还没有传完（${one.sent}/${one.count} 段），请联网，开着本页等它传完`,
        ),
        ...ofTakes(
          (one) => one.problem,
          () => "系统没有收下，只在这台手机里",
        ),
        ...ofActs("here", "系统没有收下，只在这台手机里"),
        ...ofActs("kept", "已送达，还不能办成"),
        ...ofActs("waits", "等待送达"),
      ];
    }

    const OTHERS = "没有传完的留在这台手机里，请联系委托机关；不要清除浏览器的数据。";

    function overCard() {
      const shut = app.ended || (app.pack && app.pack.third && app.sending.state === "login");
      if (!shut && !app.over()) return null;
      const left = shut && app.takes.some((one) => !one.sealed);
      const text = app.over() || "第三方记录的委托已经终止。";
      return h("div", { class: "card warn" }, h("p", {}, text), left ? h("p", {}, OTHERS) : null);
    }

    function loginCard() {
      if (app.ended || (app.pack && (app.pack.third || app.sending.state !== "login"))) return null;
      const text = app.pack
        ? "登录已经失效。录制不受影响；重新登录后自动继续上传。"
        : "先联网登录一次，下载今天的任务；之后没有网络也能用。";
      const href = `${app.told.login}?next=${encodeURIComponent(app.told.base)}`;
      return h("div", { class: "card warn" }, h("p", {}, text), app.link("登录", href, "primary"));
    }

    function expiredCard() {
      if (!app.pack || app.pack.third || new Date(app.pack.until) >= new Date()) return null;
      return h("div", { class: "card warn" }, h("p", {}, "任务包已经过期，联网后会自动更新；这期间照常可以记录。"));
    }

    const UNSAFE =
      "手机空间紧张或者长期不用时，浏览器可能清掉还没有传完的记录：请把本页添加到主屏幕，从那里打开，录完尽快联网。";

    function recordings() {
      const rows = [...app.takes]
        .reverse()
        .map((one) =>
          row(`#take/${one.take}`, `${app.clock(one.began)} ${app.MEDIA[one.medium]}`, app.small(app.state(one))),
        );
      const open = app.takes.some((one) => !one.sealed);
      return app.card(
        `本机的记录（${app.takes.length}）`,
        rows.length ? app.list(rows) : app.empty("还没有记录。"),
        open && !app.safe ? app.muted(UNSAFE) : null,
      );
    }

    const ways = () => [
      onSpot() ? app.link("当场处罚", "#spot") : null,
      app.link("亮证", "#card"),
      app.link("规范用语", "#phrases"),
    ];

    const officerLine = (pack) => `${pack.agency_name} ${pack.name} · 任务 ${app.clock(pack.made)} 更新`;
    const thirdLine = (pack) => `${pack.name} · 委托到 ${app.moment(pack.until)} 为止`;

    function home() {
      const pack = app.pack;
      const open = needs();
      return [
        h("h1", {}, pack && pack.third ? "第三方记录" : "现场记录"),
        pack ? app.muted(pack.third ? thirdLine(pack) : officerLine(pack)) : null,
        app.caps(),
        app.warnings(),
        overCard(),
        loginCard(),
        expiredCard(),
        open.length ? app.card(`还要处理（${open.length}）`, app.list(open)) : null,
        app.over() ? null : app.along.list(),
        app.rules(),
        recordings(),
        pack && !pack.third ? h("p", {}, ways()) : null,
      ];
    }

    // ── one case ──────────────────────────────────────────────────────────────────────────────────────────────────
    // What several regulations want recorded, said once: the strictest that holds always; what else may hold.
    const RANK = ["可免录", "可不录", "视情", "全程"];
    const NOTE = { 视情: "录，或者在表里写明为什么不录" };

    function dutiesOf(act) {
      if (!act.duties.length) return null;
      const rank = (one) => RANK.indexOf(one.duty);
      const always = act.duties.filter((one) => one.always).sort((one, other) => rank(other) - rank(one))[0];
      const more = act.duties.filter((one) => !one.always && (!always || rank(one) > rank(always)));
      const chip = (text) => h("span", { class: `chip ${text.includes("全程") ? "bad" : ""}` }, text);
      const also = (one) => `有的情形${one.duty === "全程" ? "要" : ""}${one.duty}`;
      const texts = [always ? always.duty : null, ...new Set(more.map(also))];
      const note = always && NOTE[always.duty] ? [h("br"), app.small(NOTE[always.duty])] : null;
      const laws = [...new Set(act.duties.map((one) => one.law))].join("；");
      const chips = texts.filter(Boolean).map(chip);
      return h("p", {}, "音像要求：", chips, note, h("br"), h("small", { class: "muted" }, laws));
    }

    function chips(id, act) {
      const exempt = app.exempt.standing(id, act.id);
      const due = act.serves ? act.serves.left.filter((one) => one.due) : [];
      const chip = (text) => h("p", {}, h("span", { class: "chip" }, text));
      return [
        exempt ? chip(`免予录音录像：${exempt.text}`) : null,
        due.length ? chip(`待送达：${due.map((one) => one.titles).join("、")}`) : null,
      ];
    }

    const actCard = (id, act) =>
      app.card(
        act.name,
        act.help ? app.muted(act.help) : null,
        dutiesOf(act),
        ...chips(id, act),
        h(
          "p",
          {},
          act.serves
            ? app.link("去送达", `#serve/${id}/${act.id}`, "primary")
            : app.link("填写", `#act/${id}/${act.id}`, "primary"),
          app.button("录像", () => app.start("video", id, act.id)),
          app.button("录音", () => app.start("audio", id, act.id)),
        ),
      );

    function taskButtons(id, task) {
      if (task.only) {
        return [
          app.button("开始录像", () => app.start("video", id, task.only), "primary"),
          app.button("录音", () => app.start("audio", id, task.only)),
        ];
      }
      const [, ...others] = ways();
      return [onSpot() ? app.button("当场处罚", () => app.spot.begin(task)) : null, ...others];
    }

    function task(id) {
      const one = app.task(id);
      if (!one) return [app.empty("任务包里没有这件案件。"), app.link("返回", "#")];
      return [
        app.back("#"),
        h("h1", {}, one.title),
        app.muted([one.number, one.address, one.party].filter(Boolean).join(" · ")),
        one.only ? h("p", {}, "只记录这一项活动；录完自动上传到委托机关。") : null,
        app.rules(),
        one.acts.map((act) => actCard(id, act)),
        app.able() ? app.cameraButton(id, one.only || (one.acts[0] || {}).id) : null,
        h("p", {}, taskButtons(id, one)),
      ];
    }

    // ── shown to the party ────────────────────────────────────────────────────────────────────────────────────────
    function certificate(told) {
      if (!told || !told.number) return app.empty("没有在有效期内的执法证。");
      return h(
        "div",
        { class: "card certificate" },
        h("p", {}, app.pack.agency_name),
        h("h2", {}, app.pack.name),
        h("p", {}, `执法证号 ${told.number}`),
        h("p", {}, `有效期至 ${told.until}`),
        h("img", { alt: "扫码核对执法证", src: app.code(told.code) }),
        app.muted("当事人扫码可以在公示门户核对证件"),
      );
    }

    function card() {
      const marked = () => {
        app.recording.mark("亮证");
        app.say("已标记");
      };
      return [
        app.back("#"),
        h("h1", {}, "亮证"),
        certificate(app.pack && app.pack.certificate),
        app.recording ? app.button("已亮证（标记）", marked, "primary") : null,
      ];
    }

    function phrases() {
      const stages = Object.entries((app.pack && app.pack.phrases) || {});
      const mark = (stage, line) => {
        if (!app.recording) return;
        app.recording.mark(stage, line.fact);
        app.say(`已标记“${stage}”`);
      };
      const phrase = (stage, line) =>
        h("button", { type: "button", class: "phrase", onclick: () => mark(stage, line) }, line.text);
      const stageCard = ([stage, lines]) =>
        app.card(
          stage,
          lines.map((line) => phrase(stage, line)),
        );
      return [
        app.back("#"),
        h("h1", {}, "规范用语"),
        stages.length ? stages.map(stageCard) : app.empty("还没有规范用语。"),
      ];
    }

    return { pages: { home, task, card, phrases } };
  },
};
