// Parts that several pages of the phone app are made of.
"use strict";

const Parts = {
  of(app) {
    const button = (text, onclick, kind = "") => h("button", { type: "button", class: `btn ${kind}`, onclick }, text);
    const submit = (text) => h("button", { class: "btn primary", type: "submit" }, text);
    const link = (text, href, kind = "") => h("a", { class: `btn ${kind}`, href }, text);
    const back = (href) => h("p", {}, h("a", { href, class: "back" }, "‹ 返回"));
    const muted = (...inside) => h("p", { class: "muted" }, ...inside);
    const small = (...inside) => h("span", { class: "muted" }, ...inside);
    const card = (title, ...inside) => h("section", { class: "card" }, h("h2", {}, title), ...inside);
    const list = (rows) => h("ul", { class: "list" }, rows);
    const empty = (text) => h("p", { class: "empty" }, text);
    const option = (value, text, selected) => h("option", { value, selected }, text);
    const labelled = (id, label, ...inside) => h("div", { class: "field" }, h("label", { for: id }, label), ...inside);
    const code = (svg) => `data:image/svg+xml;utf8,${encodeURIComponent(svg)}`;
    const png = (data) => `data:image/png;base64,${data}`;
    const picture = (data, alt) => h("img", { class: "signed", alt, src: png(data) });

    function say(text) {
      const old = document.getElementById("said");
      if (old) old.remove();
      const made = h("p", { id: "said", role: "alert" }, text);
      document.body.append(made);
      setTimeout(() => made.remove(), 5000);
    }

    // A line of an act's record: what was filmed, recorded, photographed.
    const takesList = (takes) =>
      takes.length
        ? list(
            takes.map((one) => h("li", {}, `${app.clock(one.began)} ${app.MEDIA[one.medium]} `, small(app.state(one)))),
          )
        : empty("还没有录音录像和照片。");

    // ── who takes part, the others folded away ────────────────────────────────────────────────────────────────────
    function people(kept, draw) {
      const chosen = app.pack.people.filter((one) => kept.officers.includes(one.id));
      const others = app.pack.people.filter((one) => !kept.officers.includes(one.id));
      return [...chosen.map(draw), h("details", {}, h("summary", {}, "其他同行人员"), others.map(draw))];
    }

    function team(kept, note) {
      const choose = (id, on) => {
        kept.officers = kept.officers.filter((one) => one !== id);
        if (on) kept.officers.push(id);
        note();
      };
      const tick = ({ id, name }) =>
        h(
          "label",
          { class: "tick" },
          h("input", {
            type: "checkbox",
            checked: kept.officers.includes(id),
            onchange: (event) => choose(id, event.target.checked),
          }),
          h("span", {}, name),
        );
      const ticks = h("div", { class: "ticks" }, ...people(kept, tick));
      return h("fieldset", { class: "field" }, h("legend", {}, "执法人员"), ticks);
    }

    function group(fields, title, kept, note) {
      if (!fields.length) return null;
      const ticks = fields.map((one) => Fields.field(one, kept.facts, note));
      return h("fieldset", { class: "field check" }, h("legend", {}, title), ticks);
    }

    // ── what a page warns of ──────────────────────────────────────────────────────────────────────────────────────
    // The agency's rules for the device, where recording starts.
    function rules() {
      const usage = app.pack && app.pack.usage;
      if (!usage || !usage.rows) return null;
      return h(
        "details",
        { class: "card" },
        h("summary", {}, `${usage.kind}使用规定（第 ${usage.number} 版，${usage.effective} 起施行）`),
        usage.rows.map((row) => h("p", {}, h("strong", {}, row.element), h("br"), row.text)),
      );
    }

    const NOT_LOST =
      "内容没有丢。登录的人不对的，换人登录后自动再送；其他原因处理好以后点“再送”。清除浏览器的数据或者卸载会丢失它。";
    function notTaken(text, place, name) {
      const again = async () => {
        await app.ask("again", { place, name });
        say("正在再送");
        app.fresh(true);
      };
      return h(
        "div",
        { class: "card bad" },
        h("p", {}, `系统没有收下，只存在这台手机里：${text}`),
        muted(NOT_LOST),
        button("再送", again, "primary"),
      );
    }

    // ── a browser that cannot record ──────────────────────────────────────────────────────────────────────────────
    const CANNOT =
      "这个浏览器不能现场录制（钉钉、支付宝等应用内的浏览器常见）。请复制下面的网址，用系统浏览器打开；" +
      "或者点最下面的“用手机相机拍摄”，拍完自动上传（来源等级 B）。";
    const files = navigator.storage && navigator.storage.getDirectory;
    const able = () => !!(navigator.mediaDevices && window.MediaRecorder && files);
    const copied = async () => {
      try {
        await navigator.clipboard.writeText(app.base);
        say("网址已复制");
      } catch {
        say("没有复制成：请长按网址，自己复制");
      }
    };
    function caps() {
      if (able()) return null;
      const address = h("p", { class: "code" }, app.base);
      return h("div", { class: "card bad" }, h("p", {}, CANNOT), address, button("复制网址", copied));
    }

    function cameraButton(id, name, kind = "") {
      const taken = (event) => {
        const [file] = event.target.files;
        if (file) app.fromCamera(file, id, name);
      };
      const given = { type: "file", accept: "video/*,image/*", capture: "environment", hidden: true, onchange: taken };
      return h("label", { class: `btn ${kind}` }, "用手机相机拍摄", h("input", given));
    }

    return {
      ...{ button, submit, link, back, muted, small, card, list, empty, option, labelled, code, picture, say },
      ...{ takesList, team, group, rules, notTaken, able, caps, cameraButton },
    };
  },
};
