// Keeps what is recorded: every piece is hashed, chained and written to the origin's private files before anything else
// happens to it; then it is sent, again and again until the server has it. Runs as a worker, without the page.
"use strict";

const HOLD = "sanxiang-upload", SPARE = "spare", SPARED = 2 << 20, HOLE = 2000, TRIES = 3;
const sending = { busy: false, again: false, state: "idle", text: "", wait: 0 };
const open = new Map();
let root = null, contact = null, pass = "", base = "", who = null, writing = Promise.resolve();

const hex = (buffer) => Array.from(new Uint8Array(buffer), (b) => b.toString(16).padStart(2, "0")).join("");
const base64 = (bytes) => { let text = ""; for (const b of bytes) text += String.fromCharCode(b); return btoa(text); };
const bytesOf = (text) => new TextEncoder().encode(text);
const digest = async (bytes) => hex(await crypto.subtle.digest("SHA-256", bytes));
const fromHex = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));

// What is there is opened as it is: making it anew asks for room even where it exists.
async function folder(path) {
  let at = root || (root = await navigator.storage.getDirectory());
  for (const part of path.split("/").filter(Boolean)) at = await at.getDirectoryHandle(part).catch((gone) => { if (gone.name !== "NotFoundError") throw gone; return at.getDirectoryHandle(part, { create: true }); });
  return at;
}
async function access(place, name) {
  const at = await folder(place), handle = await at.getFileHandle(name).catch((gone) => { if (gone.name !== "NotFoundError") throw gone; return at.getFileHandle(name, { create: true }); });
  return handle.createSyncAccessHandle();
}
const full = () => new DOMException("short", "QuotaExceededError");

// Where there is no room for what is new, what stood there stands.
async function write(place, name, bytes) {
  const file = await access(place, name), before = new Uint8Array(file.getSize());
  try {
    file.read(before, { at: 0 });
    try {
      if (file.write(bytes, { at: 0 }) !== bytes.byteLength) throw full();
    } catch (problem) { file.write(before, { at: 0 }); file.truncate(before.byteLength); throw problem; }
    file.truncate(bytes.byteLength); file.flush();
  } finally { file.close(); }
}

async function append(place, name, bytes) {
  const file = await access(place, name), at = file.getSize();
  try {
    if (file.write(bytes, { at }) !== bytes.byteLength) { file.truncate(at); throw full(); }
    file.flush();
  } finally { file.close(); }
}

async function read(place, name) {
  try {
    const file = await (await (await folder(place)).getFileHandle(name)).getFile();
    return new Uint8Array(await file.arrayBuffer());
  } catch { return null; }
}

async function textOf(place, name) { const bytes = await read(place, name); return bytes ? new TextDecoder().decode(bytes) : null; }
async function jsonOf(place, name) { try { return JSON.parse(await textOf(place, name)); } catch { return null; } }
async function names(place) { const found = []; for await (const name of (await folder(place)).keys()) found.push(name); return found.sort(); }
const remove = async (place, name) => { try { await (await folder(place)).removeEntry(name, { recursive: true }); } catch { /* gone */ } };
const piece = (number) => `${String(number).padStart(6, "0")}.seg`;
const exclusive = (work) => (writing = writing.then(work, work));

// A chain as it stands on the disk: whole lines only, and only pieces that are there in full.
async function chainOf(take) {
  const lines = ((await textOf(`takes/${take}`, "chain.jsonl")) || "").split("\n");
  const opening = await read(`takes/${take}`, "opening.json");
  const chain = { opening, headers: [], pieces: [], head: opening ? await digest(opening) : "" };
  for (const line of lines) {
    let told; try { told = JSON.parse(line); } catch { break; }
    if (told.prev !== chain.head || told.i !== chain.pieces.length) break;
    chain.headers.push(line); chain.pieces.push(told); chain.head = await digest(bytesOf(line));
  }
  return chain;
}

// The interruptions of a take that are known on this phone, and how far each is explained. What is sealed is told by the
// server, which also finds what the phone cannot; until then by the chain, under the same names. An explanation that
// could not be sent waits in a file of its own.
async function gapsOf(take, chain, sent) {
  const told = async () => [...chain.pieces.map((one) => [one.i, one.gaps]), ["end", ((await jsonOf(`takes/${take}`, "end.json")) || {}).gaps]];
  const known = sent.sealed ? sent.sealed.gaps : (await told()).flatMap(([where, gaps]) => (gaps || []).map((gap, place) => ({ id: `${where}.${place}`, from: gap.from, to: gap.to, cause: gap.cause })));
  const found = [];
  for (const gap of known) {
    const said = await jsonOf(`takes/${take}/said`, `${gap.id}.json`);
    if (!said || !said.done) found.push({ ...gap, waiting: !!(said && said.waiting), problem: (said && said.problem) || "", facts: (said && said.facts) || {} });
  }
  return found;
}
const keepSaid = (take, gap, told) => write(`takes/${take}/said`, `${gap}.json`, bytesOf(JSON.stringify(told)));

const acts = {
  async begin({ take, opening }) {
    const bytes = bytesOf(opening);
    const { medium, source } = JSON.parse(opening);
    try {
      if (medium !== "photo" && source === "phone") await write(`takes/${take}`, SPARE, new Uint8Array(SPARED));
      await write(`takes/${take}`, "opening.json", bytes);
    } catch (problem) { await remove("takes", take); throw problem; }
    open.set(take, { head: await digest(bytes), next: 0 });
    return { head: open.get(take).head };
  },

  async reopen({ take }) {
    const chain = await chainOf(take);
    open.set(take, { head: chain.head, next: chain.pieces.length });
    await rewrite(take, chain);
    const last = chain.pieces[chain.pieces.length - 1] || null;
    return { next: chain.pieces.length, last, opening: JSON.parse(new TextDecoder().decode(chain.opening)) };
  },

  // The phone is full: what was kept free for this moment takes in the last pieces, and lets the recording be ended.
  async spend({ take }) { await remove(`takes/${take}`, SPARE); return {}; },

  async add({ take, buffer, told }) {
    const at = open.get(take), bytes = new Uint8Array(buffer);
    const header = JSON.stringify({
      v: 1, take, i: at.next, run: told.run, prev: at.head, sha256: await digest(bytes), bytes: bytes.byteLength,
      type: told.type, from: told.from, to: told.to, mono: told.mono, contact: told.contact || contact, marks: told.marks || [],
      gaps: told.gaps || [], place: told.place,
    });
    await write(`takes/${take}`, piece(at.next), bytes);
    await append(`takes/${take}`, "chain.jsonl", bytesOf(`${header}\n`));
    const link = await digest(bytesOf(header));
    open.set(take, { head: link, next: at.next + 1 });
    hurry();
    return { number: at.next, link };
  },

  // The closing record: how many pieces, how the chain ends, when the end was tapped, and what lies open between the
  // last piece and that: always where the recording did not run any more, else where more is missing than a piece takes.
  async finish({ take, at = new Date().toISOString(), open: broken = false, cause = "", gaps = [] }) {
    const chain = await chainOf(take), last = chain.pieces[chain.pieces.length - 1], before = await jsonOf(`takes/${take}`, "end.json");
    await remove(`takes/${take}`, SPARE);
    open.delete(take);
    if (!last) { await remove("takes", take); return { count: 0 }; }
    if (before && before.head === chain.head) { hurry(); return before; }
    const { medium, source } = JSON.parse(new TextDecoder().decode(chain.opening)), left = new Date(at) - new Date(last.to);
    const found = broken || left > HOLE ? [...gaps.filter((gap) => new Date(gap.from) < new Date(last.to) - HOLE), { from: last.to, to: left > 0 ? at : last.to, cause }] : gaps;
    const end = { count: chain.pieces.length, head: chain.head, at, gaps: medium !== "photo" && source === "phone" ? found : [] };
    await write(`takes/${take}`, "end.json", bytesOf(JSON.stringify(end)));
    hurry();
    return end;
  },

  async list() {
    const found = [];
    for (const take of await names("takes")) {
      const chain = await chainOf(take);
      if (!chain.opening) { if (!open.has(take)) await remove("takes", take); continue; }
      const sent = (await jsonOf(`takes/${take}`, "sent.json")) || {};
      const opening = JSON.parse(new TextDecoder().decode(chain.opening));
      const last = chain.pieces[chain.pieces.length - 1], gaps = await gapsOf(take, chain, sent);
      found.push({
        take, ended: !!(await jsonOf(`takes/${take}`, "end.json")), running: open.has(take), medium: opening.medium,
        case: opening.case, activity: opening.activity, began: opening.began, count: chain.pieces.length,
        bytes: chain.pieces.reduce((sum, one) => sum + one.bytes, 0), until: last ? last.to : opening.began,
        sent: (sent.have || []).length, sealed: sent.sealed || null, problem: (refusedOf(sent) || {}).text || "",
        gaps, open_gaps: gaps.filter((one) => !one.waiting).length,
      });
    }
    return found;
  },

  async save({ place, name, data }) { await write(place, name, bytesOf(JSON.stringify(data))); if (["acts", "ended", "exempts"].includes(place)) hurry(); return {}; },
  async load({ place, name }) { return jsonOf(place, name); },
  async every({ place }) { const found = []; for (const name of await names(place)) found.push(await jsonOf(place, name)); return found.filter(Boolean); },
  async drop({ place, name }) { await remove(place, name); return {}; },
  async room() { const e = await navigator.storage.estimate(); return { usage: e.usage || 0, quota: e.quota || 0 }; },
  async configure(told) { if (told.contact) contact = told.contact; if (told.pass !== undefined) pass = told.pass; if (told.base) base = told.base; return {}; },
  async upload() { sending.wait = 0; hurry(); return {}; },
  async explained({ take, gap, facts }) {
    const sent = (await jsonOf(`takes/${take}`, "sent.json")) || { have: [] };
    if (sent.sealed || (sent.have || []).includes(parseInt(gap, 10))) {
      try {
        await ask("POST", `takes/${take}/explained`, JSON.stringify({ gap, facts }));
        await keepSaid(take, gap, { done: true });
        hurry();
        return { waiting: false };
      } catch (problem) { if (problem instanceof Refused && problem.status !== 401 && problem.status < 500) throw problem; }
    }
    await keepSaid(take, gap, { waiting: true, facts });
    hurry();
    return { waiting: true };
  },
  // What the server did not take is sent once more.
  async again({ place, name }) { const kept = await jsonOf(place, name); if (kept && refusedOf(kept)) await write(place, name, bytesOf(JSON.stringify(cleared(kept)))); hurry(); return {}; },
};

async function rewrite(take, chain) {
  await write(`takes/${take}`, "chain.jsonl", bytesOf(chain.headers.map((line) => `${line}\n`).join("")));
}

// ── sending ───────────────────────────────────────────────────────────────────────────────────────────────────────────

class Refused extends Error { constructor(status, told) { super(told.text || String(status)); this.status = status; this.told = told; } }

async function ask(method, path, body, headers = {}) {
  const before = Date.now(), all = { "X-Capture": "1", ...headers };
  if (pass) all["X-Pass"] = pass;
  const response = await fetch(base + path, { method, body, headers: all, credentials: "same-origin", cache: "no-store" });
  let told = {};
  try { told = await response.json(); } catch { /* no body of ours */ }
  if (!response.ok) throw new Refused(response.status, told);
  if (told.nonce) contact = { server: told.server, device: new Date((before + Date.now()) / 2).toISOString(), nonce: told.nonce };
  return told;
}

// ── what the server did not take ──────────────────────────────────────────────────────────────────────────────────────
// It stays on the phone with the reason, until somebody sends it again; where the login was what was wrong, until there is
// another one. What is no answer of ours (no net, a server that fails) is tried again by itself.
const FINAL = (problem) => problem instanceof Refused && problem.status >= 400 && problem.status < 500 && ![401, 408, 425, 429].includes(problem.status) && !problem.told.again;
const refusedOf = (kept) => kept.refused || (kept.problem && { status: 403, text: kept.problem }) || (kept.answer && kept.answer.state === "problem" && { status: 403, text: kept.answer.reasons[0].text }) || null;
const cleared = ({ refused, problem, tries, ...kept }) => ({ ...kept, ...(kept.answer && kept.answer.state === "problem" ? { answer: null } : {}) });

// Who is logged in, asked once each time that something is sent.
async function login() {
  if (who !== null) return who;
  try { who = (await (await fetch(`${base}contact`, { cache: "no-store", credentials: "same-origin" })).json()).who || ""; } catch { who = ""; }
  return who;
}
async function waits(kept) {
  const refused = refusedOf(kept);
  if (!refused) return false;
  return refused.status !== 403 || !(await login()) || who === refused.who;
}
async function refuse(problem) { return { status: problem.status, text: problem.message, who: problem.status === 403 ? await login() : "" }; }

// One page sends at a time; another waits for its turn, for who holds it may be closed before he has sent what came last.
function hurry() {
  if (sending.busy) { sending.again = true; return; }
  sending.busy = true;
  navigator.locks.request(HOLD, send)
    .finally(() => { sending.busy = false; if (sending.again) { sending.again = false; hurry(); } });
}

function tell(state, text = "") { sending.state = state; sending.text = text; postMessage({ event: "sending", state, text, contact }); }

async function send() {
  who = null;
  try {
    tell("sending");
    for (const take of await names("takes")) await sendTake(take);
    for (const name of await names("exempts")) await sendExempt(name);
    for (const name of await names("acts")) await sendAct(name);
    for (const name of await names("ended")) await sendEnded(name);
    sending.wait = 0;
    tell("idle");
  } catch (problem) {
    if (problem instanceof Refused && problem.status === 401) { tell("login", problem.message); return; }
    sending.wait = Math.min(30000, (sending.wait || 500) * 2);
    tell("waiting", problem instanceof Refused ? problem.message : "没有网络，稍后自动继续");
    setTimeout(hurry, sending.wait);
  }
}

async function sendTake(take) {
  const place = `takes/${take}`, kept = (await jsonOf(place, "sent.json")) || { have: [] };
  if (await waits(kept)) return;
  const sent = cleared(kept);
  if (sent.sealed) { await sendSaid(take, sent); return; }
  const chain = await chainOf(take);
  if (!chain.opening || (!chain.pieces.length && !open.has(take))) return;
  try {
    if (!sent.opened) { await ask("PUT", `takes/${take}/opening`, chain.opening); sent.opened = true; await keepSent(take, sent); }
    for (const told of chain.pieces) {
      if (sent.have.includes(told.i)) continue;
      await sendPiece(take, told, chain.headers[told.i]);
      sent.have.push(told.i);
      await keepSent(take, sent);
      postMessage({ event: "sent", take, sent: sent.have.length });
    }
    await sendSaid(take, sent);
    const end = await jsonOf(place, "end.json");
    if (!end) return;
    sent.sealed = await ask("POST", `takes/${take}/`, JSON.stringify(end));
    await keepSent(take, sent);
    await sendSaid(take, sent);
    for (const told of chain.pieces) await remove(place, piece(told.i));
    postMessage({ event: "sealed", take, sealed: sent.sealed });
  } catch (problem) {
    if (!(problem instanceof Refused)) throw problem;
    if (problem.status === 422 && problem.told.missing) {
      sent.have = sent.have.filter((number) => !problem.told.missing.includes(number));
      await keepSent(take, sent);
      sending.again = true;
    } else if (problem.status === 404) { sent.opened = false; await keepSent(take, sent); sending.again = true;
    } else if (problem.status === 422 && (kept.tries || 0) < TRIES) { await keepSent(take, { ...sent, tries: (kept.tries || 0) + 1 }); throw problem; // may have been hurt on the way
    } else if (FINAL(problem)) { sent.refused = await refuse(problem); await keepSent(take, sent); postMessage({ event: "problem", take, text: problem.message });
    } else throw problem;
  }
}

// Explanations that were written without a net. One that the server does not take is shown again with what is missing.
async function sendSaid(take, sent) {
  for (const name of await names(`takes/${take}/said`)) {
    const said = await jsonOf(`takes/${take}/said`, name), gap = name.slice(0, -5);
    if (!said || !said.waiting || !(sent.sealed || sent.have.includes(parseInt(gap, 10)))) continue;
    try {
      await ask("POST", `takes/${take}/explained`, JSON.stringify({ gap, facts: said.facts }));
      await keepSaid(take, gap, { done: true });
    } catch (problem) {
      if (!FINAL(problem)) throw problem;
      await keepSaid(take, gap, { facts: said.facts, problem: problem.message });
      postMessage({ event: "problem", take, text: problem.message });
    }
  }
}

async function sendPiece(take, told, header) {
  const bytes = await read(`takes/${take}`, piece(told.i));
  await ask("PUT", `takes/${take}/${told.i}`, bytes, {
    "X-Header": base64(bytesOf(header)), "Content-Digest": `sha-256=:${base64(fromHex(await digest(bytes)))}:`,
  });
}

const keepSent = (take, sent) => write(`takes/${take}`, "sent.json", bytesOf(JSON.stringify(sent)));

// An act goes when its recordings stand whole on the server and every gap is explained; else it waits, and says so.
async function sendAct(name) {
  await sendOne("acts", name, (kept) => `acts/${kept.id}`, async (kept) => {
    for (const take of kept.sent.recordings) {
      const sent = await jsonOf(`takes/${take}`, "sent.json");
      if (!sent || !sent.sealed || (await gapsOf(take, { pieces: [] }, sent)).length) return null;
    }
    return kept.sent;
  });
}
// That an activity must not be recorded: before the act that relies on it.
const sendExempt = (name) => sendOne("exempts", name, (kept) => `exempt/${kept.id}`, (kept) => kept.sent);
// A numbered blank that was spoilt without a net.
const sendEnded = (name) => sendOne("ended", name, (kept) => `blanks/${kept.id}`, ({ number, outcome, facts, at, pass: held }) => ({ number, outcome, facts, at, pass: held }));

async function sendOne(place, name, path, body) {
  const found = await jsonOf(place, name);
  if (!found || (found.told && !found.problem) || (await waits(found))) return;
  const kept = cleared(found), sent = kept.answer ? null : await body(kept);
  if (!sent) return;
  try { kept.answer = await ask("PUT", path(kept), JSON.stringify(sent)); } catch (problem) {
    if (problem instanceof Refused && problem.status === 409 && problem.told.missing) return; // its recordings come first
    if (!FINAL(problem)) throw problem;
    kept.refused = await refuse(problem);
  }
  await write(place, name, bytesOf(JSON.stringify(kept)));
  postMessage({ event: "answered", act: kept.id, answer: kept.answer });
}

onmessage = ({ data: { id, act, told } }) => {
  exclusive(async () => {
    try { postMessage({ id, answer: await acts[act](told || {}) }); } catch (problem) {
      postMessage({ id, problem: problem.message || problem.name, full: problem.name === "QuotaExceededError" });
    }
  });
};
