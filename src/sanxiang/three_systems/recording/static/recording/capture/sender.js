// Sends what the keeper holds, again and again until the server has it: recordings piece by piece, what was said of
// their interruptions, exemptions, acts, blanks that ended.
"use strict";

const HOLD = "sanxiang-upload";
const TRIES = 3;
const sending = { busy: false, again: false, state: "idle", text: "", wait: 0 };
// Pieces and the seal go to `files`, where large bodies slow no page; with a port of its own that is another origin.
const server = { base: "", files: "", pass: "", contact: null, who: null };

class Refused extends Error {
  constructor(status, told) {
    super(told.text || String(status));
    this.status = status;
    this.told = told;
  }
}

const askFiles = (method, path, body, headers) => ask(method, path, body, headers, server.files);

async function ask(method, path, body, headers = {}, base = server.base) {
  const before = Date.now();
  const all = { "X-Capture": "1", ...headers };
  if (server.pass) all["X-Pass"] = server.pass;
  const given = { method, body, headers: all, credentials: "include", cache: "no-store" };
  const response = await fetch(base + path, given);
  let told = {};
  try {
    told = await response.json();
  } catch {
    /* no body of ours */
  }
  if (!response.ok) throw new Refused(response.status, told);
  if (told.nonce) {
    const device = new Date((before + Date.now()) / 2).toISOString();
    server.contact = { server: told.server, device, nonce: told.nonce };
  }
  return told;
}

// ── what the server did not take ────────────────────────────────────────────────────────────────────────────────────
// It stays on the phone with the reason, until somebody sends it again; where the login was what was wrong, until there
// is another one. What is no answer of ours (no net, a server that fails) is tried again by itself.
const PASSING = [401, 408, 425, 429];
const isFinal = (problem) =>
  problem instanceof Refused &&
  problem.status >= 400 &&
  problem.status < 500 &&
  !PASSING.includes(problem.status) &&
  !problem.told.again;

function refusedOf(kept) {
  if (kept.refused) return kept.refused;
  if (kept.problem) return { status: 403, text: kept.problem };
  if (kept.answer && kept.answer.state === "problem") return { status: 403, text: kept.answer.reasons[0].text };
  return null;
}

function cleared({ refused, problem, tries, ...kept }) {
  return kept.answer && kept.answer.state === "problem" ? { ...kept, answer: null } : kept;
}

// Who is logged in, asked once each time that something is sent.
async function login() {
  if (server.who !== null) return server.who;
  try {
    const answer = await fetch(`${server.base}contact`, { cache: "no-store", credentials: "same-origin" });
    server.who = (await answer.json()).who || "";
  } catch {
    server.who = "";
  }
  return server.who;
}

async function waits(kept) {
  const refused = refusedOf(kept);
  if (!refused) return false;
  return refused.status !== 403 || !(await login()) || server.who === refused.who;
}

async function refuse(problem) {
  const who = problem.status === 403 ? await login() : "";
  return { status: problem.status, text: problem.message, who };
}

// ── the turn of sending ─────────────────────────────────────────────────────────────────────────────────────────────
// One page sends at a time; another waits for its turn, for who holds it may be closed before he has sent what came
// last.
function hurry() {
  if (sending.busy) {
    sending.again = true;
    return;
  }
  sending.busy = true;
  navigator.locks.request(HOLD, send).finally(() => {
    sending.busy = false;
    if (sending.again) {
      sending.again = false;
      hurry();
    }
  });
}

function tell(state, text = "") {
  sending.state = state;
  sending.text = text;
  postMessage({ event: "sending", state, text, contact: server.contact });
}

async function send() {
  server.who = null;
  try {
    tell("sending");
    for (const take of await names("takes")) await sendTake(take);
    for (const name of await names("exempts")) await sendExempt(name);
    for (const name of await names("acts")) await sendAct(name);
    for (const name of await names("ended")) await sendEnded(name);
    sending.wait = 0;
    tell("idle");
  } catch (problem) {
    if (problem instanceof Refused && problem.status === 401) {
      tell("login", problem.message);
      return;
    }
    sending.wait = Math.min(30000, (sending.wait || 500) * 2);
    tell("waiting", problem instanceof Refused ? problem.message : await silence());
    setTimeout(hurry, sending.wait);
  }
}

// Why there was no answer: no net at all, or only the port of the files is shut.
async function silence() {
  if (new URL(server.files).origin !== new URL(server.base).origin) {
    try {
      await fetch(`${server.base}contact`, { cache: "no-store" });
      return "网络通，收录音录像的端口连不上，稍后自动再试；一直这样的，请告诉系统管理员";
    } catch {
      /* no net */
    }
  }
  return "没有网络，稍后自动继续";
}

// ── recordings ──────────────────────────────────────────────────────────────────────────────────────────────────────
async function sendTake(take) {
  const kept = (await sentOf(take)) || { have: [] };
  if (await waits(kept)) return;
  const sent = cleared(kept);
  if (sent.sealed) {
    await sendSaid(take, sent);
    return;
  }
  const chain = await chainOf(take);
  if (!chain.opening || (!chain.pieces.length && !open.has(take))) return;
  try {
    await sendPieces(take, sent, chain);
    await sendSaid(take, sent);
    await sendEnd(take, sent, chain);
  } catch (problem) {
    await takeRefused(take, sent, problem, kept.tries || 0);
  }
}

async function sendPieces(take, sent, chain) {
  if (!sent.opened) {
    await ask("PUT", `takes/${take}/opening`, chain.opening);
    sent.opened = true;
    await keepSent(take, sent);
  }
  for (const told of chain.pieces) {
    if (sent.have.includes(told.i)) continue;
    await sendPiece(take, told, chain.headers[told.i]);
    sent.have.push(told.i);
    await keepSent(take, sent);
    postMessage({ event: "sent", take, sent: sent.have.length });
  }
}

const base64 = (bytes) => btoa(Array.from(bytes, (one) => String.fromCharCode(one)).join(""));
const fromHex = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));

async function sendPiece(take, told, header) {
  const bytes = await read(folderOf(take), piece(told.i));
  await askFiles("PUT", `takes/${take}/${told.i}`, bytes, {
    "X-Header": base64(bytesOf(header)),
    "Content-Digest": `sha-256=:${base64(fromHex(await digest(bytes)))}:`,
  });
}

async function sendEnd(take, sent, chain) {
  const end = await endOf(take);
  if (!end) return;
  sent.sealed = await askFiles("POST", `takes/${take}/`, JSON.stringify(end));
  await keepSent(take, sent);
  await sendSaid(take, sent);
  for (const told of chain.pieces) await remove(folderOf(take), piece(told.i));
  postMessage({ event: "sealed", take, sealed: sent.sealed });
}

async function takeRefused(take, sent, problem, tries) {
  if (!(problem instanceof Refused)) throw problem;
  if (problem.status === 422 && problem.told.missing) {
    sent.have = sent.have.filter((number) => !problem.told.missing.includes(number));
    await keepSent(take, sent);
    sending.again = true;
  } else if (problem.status === 404) {
    sent.opened = false;
    await keepSent(take, sent);
    sending.again = true;
  } else if (problem.status === 422 && tries < TRIES) {
    await keepSent(take, { ...sent, tries: tries + 1 });
    throw problem; // may have been hurt on the way
  } else if (isFinal(problem)) {
    sent.refused = await refuse(problem);
    await keepSent(take, sent);
    postMessage({ event: "problem", take, text: problem.message });
  } else {
    throw problem;
  }
}

// Explanations that were written without a net. One that the server does not take is shown again with what is missing.
async function sendSaid(take, sent) {
  for (const name of await names(`${folderOf(take)}/said`)) {
    const gap = name.slice(0, -5);
    const said = await saidOf(take, gap);
    if (!said || !said.waiting || !(sent.sealed || sent.have.includes(parseInt(gap, 10)))) continue;
    try {
      await ask("POST", `takes/${take}/explained`, JSON.stringify(said.said || { gap, facts: said.facts }));
      await keepSaid(take, gap, { done: true });
    } catch (problem) {
      if (!isFinal(problem)) throw problem;
      await keepSaid(take, gap, { facts: said.facts, problem: problem.message });
      postMessage({ event: "problem", take, text: problem.message });
    }
  }
}

// ── acts, exemptions, blanks ────────────────────────────────────────────────────────────────────────────────────────
// An act goes when its recordings stand whole on the server and every gap is explained; else it waits, and says so.
const sendAct = (name) => sendOne("acts", name, (kept) => `acts/${kept.id}`, actToSend);

async function actToSend(kept) {
  for (const take of kept.sent.recordings) {
    const sent = await sentOf(take);
    if (!sent || !sent.sealed || (await gapsOf(take, { pieces: [] }, sent)).length) return null;
  }
  return kept.sent;
}

// That an activity must not be recorded: before the act that relies on it.
const exemptToSend = (kept) => kept.sent;
const sendExempt = (name) => sendOne("exempts", name, (kept) => `exempt/${kept.id}`, exemptToSend);

// A numbered blank that was spoilt without a net.
const endToSend = ({ number, outcome, facts, at, pass }) => ({ number, outcome, facts, at, pass });
const sendEnded = (name) => sendOne("ended", name, (kept) => `blanks/${kept.id}`, endToSend);

async function sendOne(place, name, path, body) {
  const found = await jsonOf(place, name);
  if (!found || (found.told && !found.problem) || (await waits(found))) return;
  const kept = cleared(found);
  const sent = kept.answer ? null : await body(kept);
  if (!sent) return;
  try {
    kept.answer = await ask("PUT", path(kept), JSON.stringify(sent));
  } catch (problem) {
    // Its recordings come first.
    if (problem instanceof Refused && problem.status === 409 && problem.told.missing) return;
    if (!isFinal(problem)) throw problem;
    kept.refused = await refuse(problem);
  }
  await writeJson(place, name, kept);
  postMessage({ event: "answered", act: kept.id, answer: kept.answer });
}
