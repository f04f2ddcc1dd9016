// The form of an act: filled in on the spot, read and signed by the party, kept until there is a net.
"use strict";

const Acting = {
  of(app) {
    const SIGNED = "当事人签名.png";
    const draftOf = (id, name) => ({ place: "drafts", name: `${id}.${name}.json` });
    const takesOf = (id, name) => app.takes.filter((one) => one.case === id && one.activity === name);

    async function draft(id, name, task) {
      const kept = (await app.ask("load", draftOf(id, name))) || {
        facts: {},
        officers: [...new Set([app.pack.officer, ...task.officers])],
      };
      kept.begun = kept.begun || new Date().toISOString();
      return kept;
    }

    // Why it was not filmed, where it was not: 视情 asks for the one or the other.
    const filmed = (id, name) => takesOf(id, name).some((one) => one.medium !== "photo");
    const unfilmed = (id, name, kept) =>
      kept.unfilmed && !filmed(id, name)
        ? { recording_mode: "不录音录像", recording_reason: kept.unfilmed.trim() }
        : {};

    // ── what is sent ──────────────────────────────────────────────────────────────────────────────────────────────
    function lacking(task, act, kept) {
      const without = Fields.missing(act, kept.facts);
      if (kept.signed && !app.reading.holds(task, act, kept)) without.push("内容改过，请当事人重新阅看、签名");
      const recording = app.recording && app.recording.state !== "ended";
      if (recording && app.opening && app.opening.activity === act.id) without.push("先结束正在进行的录制");
      return without;
    }

    function stated(task, act, kept) {
      const { signed } = kept;
      const picture = signed && signed.picture;
      return {
        pass: app.pack.pass,
        case: task.case,
        act: act.id,
        facts: { ...app.reading.stated(act, kept.facts), ...unfilmed(task.case, act.id, kept) },
        officers: kept.officers,
        recordings: takesOf(task.case, act.id)
          .filter((one) => one.ended)
          .map((one) => one.take),
        done_at: new Date().toISOString(),
        contact: app.contact,
        signed: signed ? { text: signed.text, at: signed.at, picture: picture ? SIGNED : "" } : null,
        files: picture ? [{ name: SIGNED, data: picture }] : [],
      };
    }

    function tellOfExemption(id, name) {
      const waits = app.exempt.standing(id, name);
      if (waits && !["approved", "refused"].includes(waits.state) && !waits.bad) {
        app.say("免予录音录像还没有批准：送达后先留着，批准了自动再办");
      }
    }

    async function send(task, act, kept, problem) {
      if (!kept.signed) app.reading.fixTimes(act, kept, true);
      const without = lacking(task, act, kept);
      if (without.length) {
        problem.textContent = `还缺：${without.join("、")}`;
        return;
      }
      await app.look();
      if (takesOf(task.case, act.id).some((one) => !one.ended)) {
        problem.textContent = "还有录制没有结束：请先结束，或者在“还要处理”里处理意外中断的录制";
        return;
      }
      tellOfExemption(task.case, act.id);
      const id = crypto.randomUUID();
      const told = { id, officer: app.pack.officer, title: task.title, name: act.name, answer: null };
      try {
        await app.ask("save", {
          place: "acts",
          name: `${id}.json`,
          data: { ...told, sent: stated(task, act, kept) },
        });
      } catch (full) {
        problem.textContent = `没有存好，请清理手机空间后再点一次：${full.message}`;
        return;
      }
      await app.ask("drop", draftOf(task.case, act.id));
      app.say("已存在手机里，录音录像传完后自动送达");
      location.hash = `#queued/${id}`;
    }

    // ── the form ──────────────────────────────────────────────────────────────────────────────────────────────────
    function fields(act, kept, asked, note) {
      return [
        app.team(kept, note),
        app.group(
          asked.filter((one) => one.kind === "flag"),
          "逐项做到并核对",
          kept,
          note,
        ),
        asked.filter((one) => one.kind !== "flag").map((one) => Fields.field(one, kept.facts, note)),
        act.tables.map((one) => Fields.table(one, kept.facts, note)),
      ];
    }

    // What was recorded of the act, as it comes in while the form is open.
    function filmsOf(act, id, kept, note) {
      const title = h("h2", {});
      const box = h("div", {});
      const typed = () => {
        kept.unfilmed = why.value;
        note();
      };
      const why = h("textarea", { id: "unfilmed", rows: "2", maxlength: "200", oninput: typed });
      why.value = kept.unfilmed || "";
      const asked = app.labelled("unfilmed", "没有录音录像的，写明理由", why);
      const photo = app.button("拍照", () => app.photo(id, act.id));
      const draw = () => {
        const made = takesOf(id, act.id);
        title.textContent = `本环节的记录（${made.length}）`;
        box.replaceChildren(app.takesList(made));
        asked.hidden = !act.duties.length || filmed(id, act.id);
      };
      return { card: h("section", { class: "card" }, title, box, h("p", {}, photo), asked), draw };
    }

    async function act(id, name) {
      const task = app.task(id);
      const one = app.actOf(task, name);
      if (!one) {
        location.hash = "";
        return null;
      }
      const kept = await draft(id, name, task);
      app.reading.fixTimes(one, kept, false);
      const asked = one.fields.filter((field) => !app.reading.own(one, field));
      const problem = h("p", { id: "missing", role: "alert" });
      const sign = h("div", {});
      const free = h("div", {});

      const keep = () =>
        app
          .ask("save", { ...draftOf(id, name), data: kept })
          .catch((full) => (problem.textContent = `没有存好：${full.message}`));
      const read = async () => {
        const without = Fields.missing({ fields: asked, tables: one.tables }, kept.facts);
        if (without.length) {
          problem.textContent = `先写好再请当事人看，还缺：${without.join("、")}`;
          problem.scrollIntoView({ block: "center" });
          return;
        }
        await keep();
        location.hash = `#read/${id}/${name}`;
      };
      const drawSign = () => {
        if (one.reads.length) sign.replaceChildren(app.reading.card(task, one, kept, read));
      };
      const drawState = () => {
        films.draw();
        free.replaceChildren(task.only ? "" : app.exempt.card(id, name) || "");
      };
      const note = () => {
        keep();
        Fields.depends(form, one, kept.facts);
        drawSign();
      };

      const films = filmsOf(one, id, kept, note);
      const submitted = (event) => {
        event.preventDefault();
        send(task, one, kept, problem);
      };
      const form = h(
        "form",
        { onsubmit: submitted },
        ...fields(one, kept, asked, note),
        films.card,
        free,
        sign,
        problem,
        app.submit(`${one.name}：完成并送达`),
      );
      Fields.depends(form, one, kept.facts);
      drawSign();
      drawState();
      const parts = [app.back(`#task/${id}`), h("h1", {}, one.name), app.muted(task.title), form];
      return { parts, redraw: drawState };
    }

    return { pages: { act } };
  },
};
