// The phone app: its state, the keeper it speaks with, the pages and when they are drawn. Everything on them comes from
// the task package and from what stands on this phone; nothing here needs a net but sending.
"use strict";

(async () => {
  const told = document.body.dataset;
  const main = document.getElementById("main");
  const app = {
    told,
    base: new URL(told.base, location.href).href,
    pack: null, // the task package
    contact: null, // the clock of the server as it was met last
    sending: { state: "idle", text: "" },
    takes: [],
    queued: [],
    exempts: [],
    room: {},
    recording: null,
    opening: null, // what the recording that goes on says of itself
    refused: null, // why a package was not taken
    in: false, // whether somebody is logged in
    ended: "", // that whoever records for the agency was told that it is over
    safe: false, // whether the browser promises to keep what is not sent yet
    task: (id) => app.pack && app.pack.tasks.find((one) => one.case === id),
    actOf: (task, id) => task && task.acts.find((one) => one.id === id),
  };

  // ── the keeper ──────────────────────────────────────────────────────────────────────────────────────────────────
  const keeper = new Worker(told.keeper, { name: told.keeperParts });
  const waiting = new Map();
  let asked = 0;

  const ask = (act, given = {}) =>
    new Promise((done, failed) => {
      asked += 1;
      waiting.set(asked, { done, failed });
      keeper.postMessage({ id: asked, act, told: given }, given.buffer ? [given.buffer] : []);
    });

  function answered({ id, answer, problem, full }) {
    const { done, failed } = waiting.get(id);
    waiting.delete(id);
    if (problem) failed(Object.assign(new Error(full ? "手机空间已满，请先清理" : problem), { full }));
    else done(answer);
  }

  keeper.onmessage = ({ data }) => {
    if (data.id) {
      answered(data);
      return;
    }
    if (data.event === "sending") {
      app.sending = { state: data.state, text: data.text };
      if (data.contact) app.contact = data.contact;
    }
    fresh(["sealed", "answered", "problem"].includes(data.event) || data.state === "idle");
  };

  async function look() {
    [app.takes, app.queued, app.exempts, app.room] = await Promise.all([
      ask("list"),
      ask("every", { place: "acts" }),
      ask("every", { place: "exempts" }),
      ask("room"),
    ]);
    app.drawStrip();
    app.drawLive();
    if (redraw) redraw(); // what a form shows of the state, without touching what is being typed
  }

  // ── when a page is drawn ────────────────────────────────────────────────────────────────────────────────────────
  const FORMS = /^#(act|serve|read|receipt|along|exempt|explain|sign|spot\/|paper)/;
  const READING = ["read", "receipt"];
  const visit = { turn: 0, wanted: true }; // `wanted`: what was asked for is not shown yet
  const later = { at: 0, draw: false };
  let redraw = null;

  const editing = () => FORMS.test(location.hash) || !!main.querySelector("form[data-typed]");

  function fresh(draw = false) {
    later.draw = later.draw || draw;
    clearTimeout(later.at);
    later.at = setTimeout(async () => {
      const { draw: whole } = later;
      later.draw = false;
      await look();
      if (whole && (visit.wanted || !editing())) route();
    }, 60);
  }

  // A page may come late. It never takes the place of one that was opened after it; and unless somebody asked for it,
  // never that of a form in which something was typed meanwhile.
  async function route() {
    visit.turn += 1;
    const { turn } = visit;
    const [name, ...given] = location.hash.slice(1).split("/");
    app.drawBar();
    const made = await (pages[name] || pages.home)(...given);
    if (!made || turn !== visit.turn || (!visit.wanted && editing())) return;
    visit.wanted = false;
    document.body.classList.toggle("reading", READING.includes(name));
    show(made);
  }

  function show(made) {
    const parts = made.parts || made;
    redraw = made.redraw || null;
    main.replaceChildren(...parts.flat().filter(Boolean));
    window.scrollTo(0, 0);
  }

  // The page of an address once more, while it is still the one that is open.
  async function again(address) {
    if (location.hash !== address) return;
    visit.wanted = true;
    await route();
  }

  window.addEventListener("hashchange", async () => {
    visit.turn += 1;
    visit.wanted = true;
    await look();
    if (visit.wanted) await route();
  });

  // What the desk answered; a package anew where a case went on, but never under somebody's hands.
  async function refresh() {
    if (!(await app.along.news()) && !app.along.stale()) return;
    if (app.along.stale() && !editing() && !app.recording) await app.fetchPackage();
    fresh(true);
  }

  // ── the parts of the app ────────────────────────────────────────────────────────────────────────────────────────
  Object.assign(app, Words, { ask, look, fresh, again, editing, refresh });
  Object.assign(app, Parts.of(app), Packages.of(app), Live.of(app), Pictures.of(app));
  for (const [name, part] of Object.entries({ along: Along, reading: Signing, exempt: Exempt }))
    app[name] = part.of(app);
  for (const [name, part] of Object.entries({ spot: Spot, serve: Serve })) app[name] = part.of(app);
  const of = [Home.of(app), Acting.of(app), Kept.of(app), app.along, app.reading, app.exempt, app.spot, app.serve];
  const pages = Object.assign({}, ...of.map((part) => part.pages));

  // ── life ────────────────────────────────────────────────────────────────────────────────────────────────────────
  function back() {
    ask("upload");
    fresh();
    refresh();
  }
  window.addEventListener("online", back);
  window.addEventListener("offline", () => fresh());
  document.addEventListener("visibilitychange", () => {
    const visible = document.visibilityState === "visible";
    app.seen(visible);
    if (visible) back();
  });
  setInterval(app.tick, 1000);
  setInterval(async () => {
    if (app.recording) app.room = await ask("room");
  }, 15000);

  window.sanxiang = {
    ...{ ask, look, refresh, start: app.start, end: app.end, photo: app.photo, spotText: app.spot.textOf },
    get recorder() {
      return app.recording;
    },
    get takes() {
      return app.takes;
    },
    get pack() {
      return app.pack;
    },
    get queued() {
      return app.queued;
    },
  };

  async function workOffline() {
    if (navigator.storage && navigator.storage.persist) {
      navigator.storage.persist().then((promised) => (app.safe = promised));
    }
    if (!("serviceWorker" in navigator)) return;
    try {
      await navigator.serviceWorker.register(told.worker, { scope: told.base });
    } catch {
      app.say("离线使用没有启用，请用 https 打开");
    }
  }

  await ask("configure", { base: app.base, files: new URL(told.files, location.href).href });
  await app.loadPackage();
  await look();
  route();
  workOffline();
  await app.contactNow();
  await app.fetchPackage();
  await ask("upload");
  await look();
  if (visit.wanted || !editing()) await route();
  document.body.dataset.ready = "1";
})();
