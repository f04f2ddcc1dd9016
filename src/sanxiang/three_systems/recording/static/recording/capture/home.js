// The pages that lead on: what is to be done today, one case, the certificate that is shown, the set phrases.
"use strict";

const Home = {
  of(app) {
    const onSpot = () => app.pack && app.pack.on_spot && app.pack.on_spot.procedure;
    const row = (href, ...inside) => h("li", {}, h("a", { href }, ...inside));
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
          (one) => one.open_gaps,
          (one) => `有 ${one.open_gaps} 处中断没有说明`,
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

    function loginCard() {
      if (app.pack && app.sending.state !== "login") return null;
      const text = app.pack
        ? "登录已经失效。录制不受影响；重新登录后自动继续上传。"
        : "先联网登录一次，下载今天的任务；之后没有网络也能用。";
      const href = `${app.told.login}?next=${encodeURIComponent(app.told.base)}`;
      return h("div", { class: "card warn" }, h("p", {}, text), app.link("登录", href, "primary"));
    }

    function expiredCard() {
      if (!app.pack || new Date(app.pack.until) >= new Date()) return null;
      return h("div", { class: "card warn" }, h("p", {}, "任务包已经过期，联网后会自动更新；这期间照常可以记录。"));
    }

    function recordings() {
      const rows = [...app.takes]
        .reverse()
        .map((one) =>
          row(`#take/${one.take}`, `${app.clock(one.began)} ${app.MEDIA[one.medium]}`, app.small(app.state(one))),
        );
      return app.card(`本机的记录（${app.takes.length}）`, rows.length ? app.list(rows) : app.empty("还没有记录。"));
    }

    const ways = () => [
      onSpot() ? app.link("当场处罚", "#spot") : null,
      app.link("亮证", "#card"),
      app.link("规范用语", "#phrases"),
    ];

    function home() {
      const pack = app.pack;
      const open = needs();
      return [
        h("h1", {}, pack && pack.third ? "第三方记录" : "现场记录"),
        pack
          ? app.muted(`${pack.agency_name || ""} ${pack.name} · 任务包 ${app.clock(pack.made || pack.until)}`)
          : null,
        app.warnings(),
        loginCard(),
        expiredCard(),
        open.length ? app.card(`还要处理（${open.length}）`, app.list(open)) : null,
        app.along.list(),
        recordings(),
        pack && !pack.third ? h("p", {}, ways()) : null,
        app.rules(),
        app.caps(),
      ];
    }

    // ── one case ──────────────────────────────────────────────────────────────────────────────────────────────────
    function dutiesOf(act) {
      if (!act.duties.length) return null;
      const chip = (one) =>
        h(
          "span",
          { class: `chip ${one.duty === "全程" ? "bad" : ""}` },
          `${one.duty}${one.always ? "" : "（视情形）"}`,
        );
      const laws = act.duties.map((one) => one.law).join("；");
      return h("p", {}, "音像要求：", act.duties.map(chip), h("br"), h("small", { class: "muted" }, laws));
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

    function cameraButton(id, task) {
      const taken = (event) => {
        const [file] = event.target.files;
        if (file) app.fromCamera(file, id, task.only || (task.acts[0] || {}).id);
      };
      const given = { type: "file", accept: "video/*,image/*", capture: "environment", hidden: true, onchange: taken };
      return h("label", { class: "btn" }, "用手机相机拍摄", h("input", given));
    }

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
        cameraButton(id, one),
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
