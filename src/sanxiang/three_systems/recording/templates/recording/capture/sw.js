// Serves the app without a net. A new version waits until every page of the old one is closed: nothing is taken over
// while somebody records.
"use strict";
const NAME = "sanxiang-capture-{{ version }}", FILES = {{ files|safe }}, START = {{ start|safe }};
self.addEventListener("install", (event) => event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(FILES))));
self.addEventListener("activate", (event) => event.waitUntil(caches.keys().then((names) => Promise.all(
  names.filter((name) => name.startsWith("sanxiang-capture-") && name !== NAME).map((name) => caches.delete(name))))));
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  const wanted = event.request.mode === "navigate" && url.pathname === START ? START : url.pathname;
  if (!FILES.includes(wanted)) return;
  event.respondWith(caches.open(NAME).then((cache) => cache.match(wanted)).then((kept) => kept || fetch(event.request)));
});
