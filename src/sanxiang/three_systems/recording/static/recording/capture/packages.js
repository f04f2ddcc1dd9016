// The task package: fetched while there is a net, kept, and used only where the key vouches for it that this phone met
// first.
"use strict";

const Packages = {
  of(app) {
    const KEY = { place: "state", name: "key.json" };
    const KEPT = { place: "state", name: "package.json" };
    const THIRD = "#third=";
    const OTHER_KEY =
      "服务器换了签名钥匙，任务包没有更新。请向管理员核对下面的新指纹，一致再改用；不一致说明网络不可信。";
    const OVER = "第三方记录的委托已经到期，不能再录；已经录下的会继续上传。";
    const FORGED =
      "任务包的签名不对，没有使用：内容被改过，或者不是本系统发的。已有的任务和记录不受影响；" +
      "请换一个网络重新打开，仍然这样请联系管理员。";

    // ── whether a package is ours ─────────────────────────────────────────────────────────────────────────────────
    // The canonical bytes of RFC 8785: JSON without space, members sorted.
    function canonical(value) {
      if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
      if (!value || typeof value !== "object") return JSON.stringify(value);
      const members = Object.keys(value).sort();
      return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
    }

    const bytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));

    async function fingerprint(key) {
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes(key)));
      const hex = Array.from(digest, (one) => one.toString(16).padStart(2, "0")).join("");
      return hex.slice(0, 16).replace(/(.{4})(?=.)/g, "$1 ");
    }

    async function vouched(made, key) {
      try {
        const curve = { name: "ECDSA", namedCurve: "P-256" };
        const point = await crypto.subtle.importKey("raw", bytes(key), curve, false, ["verify"]);
        const body = new TextEncoder().encode(canonical(made.body));
        return await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, point, bytes(made.signature), body);
      } catch {
        return false;
      }
    }

    const trustKey = () => app.ask("save", { ...KEY, data: { key: app.told.key } });

    // The key that this phone met first; another one is used only after somebody has compared it.
    async function keyOf() {
      const kept = await app.ask("load", KEY);
      if (kept && kept.key === app.told.key) return kept.key;
      if (kept) {
        app.refused = { text: OTHER_KEY, was: await fingerprint(kept.key), is: await fingerprint(app.told.key) };
        return kept.key;
      }
      await trustKey();
      return app.told.key;
    }

    async function accepted(made) {
      app.refused = null;
      if (await vouched(made, await keyOf())) return true;
      app.refused = app.refused || { text: FORGED };
      return false;
    }

    function warnings() {
      if (!app.refused) return null;
      const { text, was, is } = app.refused;
      const change = async () => {
        const address = location.hash;
        await trustKey();
        app.refused = null;
        await fetchPackage();
        app.again(address);
      };
      const keys = is
        ? [
            h("p", {}, `原来的指纹 ${was}`),
            h("p", {}, `新的指纹 ${is}`),
            app.button("已向管理员核对一致，改用新钥匙", change),
          ]
        : null;
      return h("div", { class: "card bad", role: "alert" }, h("p", {}, text), keys);
    }

    // ── fetching it ───────────────────────────────────────────────────────────────────────────────────────────────
    const byLink = () => location.hash.startsWith(THIRD);
    // Whoever is logged in and opens the app without a link gets his own tasks back.
    const asThird = () => byLink() || !!(app.pack && app.pack.third && !app.in);

    function ask() {
      if (!asThird()) {
        return fetch(`${app.base}package${app.along.asked()}`, { cache: "no-store" });
      }
      const pass = byLink() ? location.hash.slice(THIRD.length) : app.pack.pass;
      return fetch(`${app.base}third`, { cache: "no-store", headers: { "X-Pass": pass } });
    }

    // The server's time as far as it was met: a clock that is wrong neither ends nor prolongs a term.
    function now() {
      const { server, device } = app.contact || {};
      return Date.now() + (server ? new Date(server) - new Date(device) : 0);
    }

    // Why whoever records for the agency may not record any more; empty where he may.
    function over() {
      if (app.pack && !app.pack.third) return "";
      return app.ended || (app.pack && new Date(app.pack.until) < now() ? OVER : "");
    }

    // The status of the answer; 0 where there was none, or none of ours.
    async function fetchPackage() {
      const third = asThird();
      try {
        const answer = await ask();
        app.ended = third && answer.status === 403 ? (await answer.json()).text : "";
        if (!answer.ok) return answer.status;
        const made = await answer.json();
        if (!(await accepted(made))) return 0;
        app.pack = made.body;
        await app.ask("save", { ...KEPT, data: { body: made.body, signature: made.signature } });
        await app.ask("configure", { pass: third ? app.pack.pass : "" });
        if (third) {
          history.replaceState(null, "", "#");
        } else {
          app.serve.carry().catch(() => {});
        }
        return 200;
      } catch {
        return 0;
      }
    }

    async function loadPackage() {
      const kept = await app.ask("load", KEPT);
      if (kept && (await accepted(kept))) app.pack = kept.body;
      await app.along.load();
      if (app.pack && app.pack.third) await app.ask("configure", { pass: app.pack.pass });
    }

    // The clock of the server, met while there is a net.
    async function contactNow() {
      try {
        const before = Date.now();
        const answer = await (await fetch(`${app.base}contact`, { cache: "no-store" })).json();
        const device = new Date((before + Date.now()) / 2).toISOString();
        app.in = answer.in;
        app.contact = { server: answer.server, device, nonce: answer.nonce };
        await app.ask("configure", { contact: app.contact });
        return answer;
      } catch {
        return null;
      }
    }

    return { over, accepted, warnings, fetchPackage, loadPackage, contactNow };
  },
};
