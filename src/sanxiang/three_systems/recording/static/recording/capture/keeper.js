// Keeps what is recorded: every piece is hashed, chained and written to the origin's private files before anything else
// happens to it; then it is sent. Runs as a worker, without the page, which names the parts of it in the worker's name:
// their addresses change with every version.
"use strict";

importScripts(...self.name.split(" "));

const SPARE = "spare";
const SPARED = 2 << 20;
const HOLE = 2000;
const SENT_AT_ONCE = ["acts", "ended", "exempts"];
const open = new Map();

// What lies open between the last piece and the end: always where the recording did not run any more, else where more
// is missing than a piece takes.
function gapsAtEnd(last, { at, broken, cause, gaps }) {
  const left = new Date(at) - new Date(last.to);
  if (!broken && left <= HOLE) return gaps;
  const before = gaps.filter((gap) => new Date(gap.from) < new Date(last.to) - HOLE);
  return [...before, { from: last.to, to: left > 0 ? at : last.to, cause }];
}

async function listed(take) {
  const chain = await chainOf(take);
  if (!chain.opening) {
    if (!open.has(take)) await remove("takes", take);
    return null;
  }
  const sent = (await sentOf(take)) || {};
  const opening = openingOf(chain);
  const last = lastOf(chain);
  const gaps = await gapsOf(take, chain, sent);
  return {
    take,
    ended: !!(await endOf(take)),
    running: open.has(take),
    medium: opening.medium,
    case: opening.case,
    activity: opening.activity,
    began: opening.began,
    count: chain.pieces.length,
    bytes: chain.pieces.reduce((sum, one) => sum + one.bytes, 0),
    until: last ? last.to : opening.began,
    sent: (sent.have || []).length,
    sealed: sent.sealed || null,
    problem: (refusedOf(sent) || {}).text || "",
    gaps,
    open_gaps: gaps.filter((one) => !one.waiting).length,
  };
}

const acts = {
  async begin({ take, opening }) {
    const bytes = bytesOf(opening);
    const { medium, source } = JSON.parse(opening);
    try {
      if (medium !== "photo" && source === "phone") await write(folderOf(take), SPARE, new Uint8Array(SPARED));
      await write(folderOf(take), "opening.json", bytes);
    } catch (problem) {
      await remove("takes", take);
      throw problem;
    }
    open.set(take, { head: await digest(bytes), next: 0 });
    return { head: open.get(take).head };
  },

  async reopen({ take }) {
    const chain = await chainOf(take);
    open.set(take, { head: chain.head, next: chain.pieces.length });
    await rewrite(take, chain);
    return { next: chain.pieces.length, last: lastOf(chain), opening: openingOf(chain) };
  },

  // The phone is full: what was kept free for this moment takes in the last pieces, and lets the recording be ended.
  async spend({ take }) {
    await remove(folderOf(take), SPARE);
    return {};
  },

  async add({ take, buffer, told }) {
    const at = open.get(take);
    const bytes = new Uint8Array(buffer);
    const header = JSON.stringify({
      v: 1,
      take,
      i: at.next,
      run: told.run,
      prev: at.head,
      sha256: await digest(bytes),
      bytes: bytes.byteLength,
      type: told.type,
      from: told.from,
      to: told.to,
      mono: told.mono,
      contact: told.contact || server.contact,
      marks: told.marks || [],
      gaps: told.gaps || [],
      place: told.place,
    });
    await write(folderOf(take), piece(at.next), bytes);
    await append(folderOf(take), "chain.jsonl", bytesOf(`${header}\n`));
    const link = await digest(bytesOf(header));
    open.set(take, { head: link, next: at.next + 1 });
    hurry();
    return { number: at.next, link };
  },

  // The closing record: how many pieces, how the chain ends, when the end was tapped, and what lies open before that.
  async finish({ take, at = new Date().toISOString(), open: broken = false, cause = "", gaps = [] }) {
    const chain = await chainOf(take);
    const last = lastOf(chain);
    const before = await endOf(take);
    await remove(folderOf(take), SPARE);
    open.delete(take);
    if (!last) {
      await remove("takes", take);
      return { count: 0 };
    }
    if (before && before.head === chain.head) {
      hurry();
      return before;
    }
    const { medium, source } = openingOf(chain);
    const found = medium !== "photo" && source === "phone" ? gapsAtEnd(last, { at, broken, cause, gaps }) : [];
    const end = { count: chain.pieces.length, head: chain.head, at, gaps: found };
    await writeJson(folderOf(take), "end.json", end);
    hurry();
    return end;
  },

  async list() {
    const found = [];
    for (const take of await names("takes")) found.push(await listed(take));
    return found.filter(Boolean);
  },

  async save({ place, name, data }) {
    await writeJson(place, name, data);
    if (SENT_AT_ONCE.includes(place)) hurry();
    return {};
  },

  async load({ place, name }) {
    return jsonOf(place, name);
  },

  async every({ place }) {
    const found = [];
    for (const name of await names(place)) found.push(await jsonOf(place, name));
    return found.filter(Boolean);
  },

  async drop({ place, name }) {
    await remove(place, name);
    return {};
  },

  async room() {
    const found = await navigator.storage.estimate();
    return { usage: found.usage || 0, quota: found.quota || 0 };
  },

  async configure(told) {
    if (told.contact) server.contact = told.contact;
    if (told.pass !== undefined) server.pass = told.pass;
    if (told.base) server.base = told.base;
    if (told.files) server.files = told.files;
    return {};
  },

  async upload() {
    sending.wait = 0;
    hurry();
    return {};
  },

  // Of whoever holds the package when it is written, and of then; not of whoever is logged in when there is a net.
  async explained({ take, ...said }) {
    const { gap, facts } = said;
    const sent = (await sentOf(take)) || { have: [] };
    if (sent.sealed || (sent.have || []).includes(parseInt(gap, 10))) {
      try {
        await ask("POST", `takes/${take}/explained`, JSON.stringify(said));
        await keepSaid(take, gap, { done: true });
        hurry();
        return { waiting: false };
      } catch (problem) {
        if (problem instanceof Refused && problem.status !== 401 && problem.status < 500) throw problem;
      }
    }
    await keepSaid(take, gap, { waiting: true, facts, said });
    hurry();
    return { waiting: true };
  },

  // What the server did not take is sent once more.
  async again({ place, name }) {
    const kept = await jsonOf(place, name);
    if (kept && refusedOf(kept)) await writeJson(place, name, cleared(kept));
    hurry();
    return {};
  },
};

let writing = Promise.resolve();
const exclusive = (work) => (writing = writing.then(work, work));

onmessage = ({ data: { id, act, told } }) => {
  exclusive(async () => {
    try {
      postMessage({ id, answer: await acts[act](told || {}) });
    } catch (problem) {
      postMessage({ id, problem: problem.message || problem.name, full: problem.name === "QuotaExceededError" });
    }
  });
};
