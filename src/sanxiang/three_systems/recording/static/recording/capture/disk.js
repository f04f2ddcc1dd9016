// The private files of the origin, as the keeper writes and reads them.
"use strict";

const bytesOf = (text) => new TextEncoder().encode(text);
const hex = (buffer) => Array.from(new Uint8Array(buffer), (one) => one.toString(16).padStart(2, "0")).join("");
const digest = async (bytes) => hex(await crypto.subtle.digest("SHA-256", bytes));
const full = () => new DOMException("short", "QuotaExceededError");
const orMade = (make) => (gone) => {
  if (gone.name !== "NotFoundError") throw gone;
  return make();
};
let root = null;

// What is there is opened as it is: making it anew asks for room even where it exists.
async function folder(path) {
  root = root || (await navigator.storage.getDirectory());
  let at = root;
  for (const part of path.split("/").filter(Boolean)) {
    const above = at;
    at = await above.getDirectoryHandle(part).catch(orMade(() => above.getDirectoryHandle(part, { create: true })));
  }
  return at;
}

async function access(place, name) {
  const at = await folder(place);
  const handle = await at.getFileHandle(name).catch(orMade(() => at.getFileHandle(name, { create: true })));
  return handle.createSyncAccessHandle();
}

function filledUp(bytes, length) {
  if (bytes.byteLength >= length) return bytes;
  const filled = new Uint8Array(length).fill(10);
  filled.set(bytes);
  return filled;
}

// What is new goes in at one stroke, filled up with line feeds to the length of what stood there: a worker that ends
// before it has cut them off leaves what every reader of JSON takes. Where there is no room, what stood there stands.
async function write(place, name, bytes) {
  const file = await access(place, name);
  const before = new Uint8Array(file.getSize());
  const filled = filledUp(bytes, before.byteLength);
  try {
    file.read(before, { at: 0 });
    try {
      if (file.write(filled, { at: 0 }) !== filled.byteLength) throw full();
    } catch (problem) {
      file.write(before, { at: 0 });
      file.truncate(before.byteLength);
      throw problem;
    }
    file.truncate(bytes.byteLength);
    file.flush();
  } finally {
    file.close();
  }
}

const writeJson = (place, name, told) => write(place, name, bytesOf(JSON.stringify(told)));

async function append(place, name, bytes) {
  const file = await access(place, name);
  const at = file.getSize();
  try {
    if (file.write(bytes, { at }) !== bytes.byteLength) {
      file.truncate(at);
      throw full();
    }
    file.flush();
  } finally {
    file.close();
  }
}

async function read(place, name) {
  try {
    const file = await (await (await folder(place)).getFileHandle(name)).getFile();
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    return null;
  }
}

async function textOf(place, name) {
  const bytes = await read(place, name);
  return bytes ? new TextDecoder().decode(bytes) : null;
}

async function jsonOf(place, name) {
  try {
    return JSON.parse(await textOf(place, name));
  } catch {
    return null;
  }
}

async function names(place) {
  const found = [];
  for await (const name of (await folder(place)).keys()) found.push(name);
  return found.sort();
}

async function remove(place, name) {
  try {
    await (await folder(place)).removeEntry(name, { recursive: true });
  } catch {
    /* gone */
  }
}
