// Serves the app without a net. A new version waits until every page of the old one is closed: nothing is taken over
// while somebody records.
"use strict";
const OURS = "sanxiang-capture-";
const NAME = `${OURS}{{ version }}`;
const FILES = {{ files|safe }};
const START = {{ start|safe }};

async function keepFiles() {
  const cache = await caches.open(NAME);
  await cache.addAll(FILES);
}

async function dropOlder() {
  const older = (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== NAME);
  await Promise.all(older.map((name) => caches.delete(name)));
}

async function answer(request, wanted) {
  const cache = await caches.open(NAME);
  return (await cache.match(wanted)) || fetch(request);
}

self.addEventListener("install", (event) => event.waitUntil(keepFiles()));
self.addEventListener("activate", (event) => event.waitUntil(dropOlder()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  const wanted = request.mode === "navigate" && url.pathname === START ? START : url.pathname;
  if (FILES.includes(wanted)) event.respondWith(answer(request, wanted));
});
