// A recording as it stands on the phone: its opening, its chain of pieces, its interruptions.
"use strict";

const folderOf = (take) => `takes/${take}`;
const piece = (number) => `${String(number).padStart(6, "0")}.seg`;
const lastOf = (chain) => chain.pieces[chain.pieces.length - 1] || null;
const openingOf = (chain) => JSON.parse(new TextDecoder().decode(chain.opening));
const sentOf = (take) => jsonOf(folderOf(take), "sent.json");
const keepSent = (take, sent) => writeJson(folderOf(take), "sent.json", sent);
const endOf = (take) => jsonOf(folderOf(take), "end.json");
const saidOf = (take, gap) => jsonOf(`${folderOf(take)}/said`, `${gap}.json`);
const keepSaid = (take, gap, told) => writeJson(`${folderOf(take)}/said`, `${gap}.json`, told);

function parsed(line) {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

// A chain as it stands on the disk: whole lines only, and only pieces that are there in full.
async function chainOf(take) {
  const lines = ((await textOf(folderOf(take), "chain.jsonl")) || "").split("\n");
  const opening = await read(folderOf(take), "opening.json");
  const chain = { opening, headers: [], pieces: [], head: opening ? await digest(opening) : "" };
  for (const line of lines) {
    const told = parsed(line);
    if (!told || told.prev !== chain.head || told.i !== chain.pieces.length) break;
    chain.headers.push(line);
    chain.pieces.push(told);
    chain.head = await digest(bytesOf(line));
  }
  return chain;
}

const rewrite = (take, chain) =>
  write(folderOf(take), "chain.jsonl", bytesOf(chain.headers.map((line) => `${line}\n`).join("")));

async function gapsOfChain(take, chain) {
  const closing = (await endOf(take)) || {};
  const told = [...chain.pieces.map((one) => [one.i, one.gaps]), ["end", closing.gaps]];
  return told.flatMap(([where, gaps]) =>
    (gaps || []).map((gap, place) => ({ id: `${where}.${place}`, from: gap.from, to: gap.to, cause: gap.cause })),
  );
}

// The interruptions of a take that are known on this phone, and how far each is explained. What is sealed is told by
// the server, which also finds what the phone cannot; until then by the chain, under the same names. An explanation
// that could not be sent waits in a file of its own.
async function gapsOf(take, chain, sent) {
  const known = sent.sealed ? sent.sealed.gaps : await gapsOfChain(take, chain);
  const found = [];
  for (const gap of known) {
    const said = (await saidOf(take, gap.id)) || {};
    if (said.done) continue;
    found.push({ ...gap, waiting: !!said.waiting, problem: said.problem || "", facts: said.facts || {} });
  }
  return found;
}
