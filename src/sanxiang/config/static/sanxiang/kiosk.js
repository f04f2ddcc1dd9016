// A board on a screen that nobody attends: what is longer than the screen goes by slowly, or in whole pages where
// motion is not wanted. A key, a touch or the wheel holds it for a minute; the button holds it until it is pressed
// again. The page renews itself and goes on where it was.
"use strict";

(() => {
  const board = document.querySelector("[data-kiosk]");
  if (!board) return;
  const SPEED = 40;
  const HOLD_MS = 8_000;
  const PAGE_MS = 15_000;
  const AWAY_MS = 60_000;
  const KEPT = `kiosk ${location.pathname}`;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const bar = board.querySelector(".sx-bar");
  const button = board.querySelector("button");
  const told = board.querySelector("[role=status]");
  const said = button.parentElement;
  const GOES = "自动滚动，按任意键或者触摸停住";
  let at = 0;
  let before = 0;
  let till = 0;
  let held = false;

  const last = () => document.documentElement.scrollHeight - innerHeight;

  function go(to) {
    at = Math.max(0, Math.min(to, last()));
    scrollTo({ top: at, behavior: "instant" });
  }

  // The next page begins with the first post that is not whole on this one.
  function turn() {
    if (scrollY >= last() - 1) return go(0);
    const top = bar.getBoundingClientRect().height;
    const seen = innerHeight - top;
    const cut = [...board.querySelectorAll("article")].find(
      (post) => post.getBoundingClientRect().bottom > innerHeight + 1,
    );
    const begins = cut ? cut.getBoundingClientRect().top - top : seen;
    go(scrollY + (begins > 10 && begins <= seen ? begins : seen * 0.9));
  }

  function step(now) {
    const end = last();
    said.hidden = end <= 1;
    if (end > 1 && !held && now >= till) {
      if (told.textContent !== GOES) {
        at = scrollY;
        told.textContent = GOES;
      }
      if (still.matches) {
        turn();
        till = now + PAGE_MS;
      } else if (at >= end) {
        go(0);
        till = now + HOLD_MS;
      } else {
        go(at + (SPEED * Math.min(now - before, 250)) / 1000);
        if (at >= end) till = now + HOLD_MS;
      }
    }
    before = now;
    requestAnimationFrame(step);
  }

  function hold(event) {
    if (event.target === button) return;
    till = performance.now() + AWAY_MS;
    if (!held) told.textContent = "已停住，一分钟后继续";
  }

  for (const name of ["keydown", "pointerdown", "wheel", "touchmove"]) addEventListener(name, hold, { passive: true });
  button.addEventListener("click", () => {
    held = !held;
    at = scrollY;
    till = 0;
    button.textContent = held ? "继续" : "停住";
    told.textContent = held ? "已停住" : GOES;
  });
  addEventListener("pagehide", () => sessionStorage.setItem(KEPT, String(scrollY)));
  history.scrollRestoration = "manual";
  addEventListener("load", () => {
    go(Number(sessionStorage.getItem(KEPT)) || 0);
    till = performance.now() + (still.matches ? PAGE_MS : HOLD_MS);
    requestAnimationFrame(step);
  });
})();
