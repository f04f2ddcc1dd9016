// In the hand of whoever receives a paper: the papers, the receipt (送达回证), the signature or the refusal; then what is
// sent of it.
"use strict";

const Receipt = {
  of(app, door) {
    const RECEIVER = "收件人签名.png";
    const WITNESS = "见证人签名.png";
    const draftOf = (id, name) => ({ place: "drafts", name: `${id}.${name}.serve.json` });
    const now = () => new Date(Date.now() + Reading.ahead(app.contact));

    const sheet = (paper) =>
      h(
        "article",
        { class: "sheet", lang: "zh-CN", tabindex: "0", "aria-label": paper.name },
        h("h2", {}, paper.name),
        paper.text.split("\n").map((line) => h("p", {}, line)),
        app.muted(`核验码 ${paper.code}，和纸质文书上印的一致才是同一份`),
      );

    // ── read and signed ───────────────────────────────────────────────────────────────────────────────────────────
    function drawing(box, problem) {
      return (words, label, took) => {
        const pad = Fields.pad();
        const signed = () => {
          const png = pad.png();
          if (png) took(png);
          else problem.textContent = "框里还没有签名";
        };
        pad.canvas.addEventListener("pointerdown", () => (problem.textContent = ""));
        problem.textContent = "";
        const clear = app.button("重写", () => pad.clear());
        box.replaceChildren(h("p", {}, words), pad.canvas, clear, app.button(label, signed, "primary"), problem);
        box.scrollIntoView({ block: "center" });
      };
    }

    function choices(kept, draw, done, back) {
      const { served_to: receiver, service_witness: witness } = kept.facts;
      if (!door.refusing(kept)) {
        const words = `${receiver}看过文书和送达回证，请在框内签名`;
        const sign = () => draw(words, "签好了", (png) => done({ picture: png }));
        return [app.button("签收", sign, "primary"), app.link("拒绝签收、改填", back)];
      }
      if (!(witness || "").trim()) return [app.button("记下拒收，文书留在住所", () => done({}), "primary")];
      const sign = () => draw(`见证人${witness}请在框内签名`, "签好了", (png) => done({ witness: png }));
      return [app.button("见证人签名", sign, "primary"), app.button("见证人在纸质回证上签名", () => done({}))];
    }

    async function page(id, name) {
      const back = `#serve/${id}/${name}`;
      const task = app.task(id);
      const act = door.actOf(task, name);
      const kept = act && (await app.ask("load", draftOf(id, name)));
      if (!kept || !door.chosenOf(act, kept) || door.lacking(act, kept, task).length) {
        location.hash = back;
        return null;
      }
      door.times(act, kept, true);
      const found = await door.textsOf(id, kept.link);
      const text = door.receipt(task, act, kept, now());
      const refused = door.refusing(kept);
      const problem = h("p", { class: "need", role: "alert" });
      const box = h("div", {});
      const done = async (drawn) => {
        door.times(act, kept, true);
        const at = { at: now().toISOString(), device: new Date().toISOString() };
        kept.signed = { text, ...at, picture: "", witness: "", ...drawn };
        await app.ask("save", { ...draftOf(id, name), data: kept });
        if (app.recording) {
          app.recording.mark(refused ? "拒绝签名" : "签名", refused ? kept.facts.refusal_reason : "");
        }
        app.say(refused ? "已记下拒收" : "已签收");
        location.hash = back;
      };
      const choose = h("div", { class: "choose", hidden: true }, choices(kept, drawing(box, problem), done, back));
      const papers = door.whole(found, door.chosenOf(act, kept))
        ? found.papers.map(sheet)
        : h("p", { class: "card warn" }, "文书全文没有在手机上，请看纸质原件。");
      return [
        app.back(back),
        app.muted(refused ? "核对送达回证的内容。" : "请看完文书和送达回证，再在末尾签收。"),
        papers,
        Reading.sheet([act.serves.reading], text),
        ...Reading.toTheEnd(app, choose, box),
      ];
    }

    // ── sent ──────────────────────────────────────────────────────────────────────────────────────────────────────
    function stated(task, act, kept) {
      const { signed } = kept;
      const files = [
        { name: RECEIVER, data: signed.picture },
        { name: WITNESS, data: signed.witness },
      ].filter((one) => one.data);
      return {
        pass: app.pack.pass,
        case: task.case,
        act: act.id,
        link: kept.link,
        facts: door.stated(act, kept),
        officers: kept.officers,
        recordings: door.takesOf(task.case, act.id).map((one) => one.take),
        // Done when it was signed, however long it takes until it is sent: terms run from that day.
        done_at: signed.device,
        contact: app.contact,
        files,
        signed: {
          text: signed.text,
          at: signed.at,
          picture: signed.picture ? RECEIVER : "",
          witness: signed.witness ? WITNESS : "",
        },
      };
    }

    async function send(task, act, kept, problem) {
      const without = door.lacking(act, kept, task);
      if (!door.holds(task, act, kept)) without.push("收件人重新阅看、签收");
      await app.look();
      if (door.takesOf(task.case, act.id).some((one) => !one.ended)) without.push("先结束正在进行的录制");
      if (without.length) {
        problem.textContent = `还缺：${without.join("、")}`;
        return;
      }
      kept.key = kept.key || crypto.randomUUID();
      const id = kept.key;
      const name = `送达${door.chosenOf(act, kept).titles}`;
      const told = { id, officer: app.pack.officer, title: task.title, name, answer: null };
      try {
        await app.ask("save", { ...draftOf(task.case, act.id), data: kept });
        const data = { ...told, sent: stated(task, act, kept) };
        await app.ask("save", { place: "acts", name: `${id}.json`, data });
      } catch (full) {
        problem.textContent = `没有存好，请清理手机空间后再点一次：${full.message}`;
        return;
      }
      await app.ask("drop", draftOf(task.case, act.id));
      await app.look();
      app.say("已存在手机里，有网络时自动送回");
      location.hash = `#queued/${id}`;
    }

    return { page, send, sheet };
  },
};
