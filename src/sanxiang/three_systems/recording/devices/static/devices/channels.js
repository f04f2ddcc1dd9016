// Several recordings under one clock: each plays at the common time less its own beginning.
"use strict";
(() => {
  const room = document.querySelector("[data-session]");
  if (!room) return;
  const films = [...room.querySelectorAll("[data-offset]")];
  const states = [...room.querySelectorAll("[data-state]")];
  const slider = room.querySelector("[data-clock]");
  const told = room.querySelector("[data-told]");
  const play = room.querySelector("[data-do=play]");
  const offset = (film) => Number(film.dataset.offset);
  const NEAR = 0.15;
  let long = Number(room.dataset.long) || 1;
  let at = 0;
  let since = null;
  const now = () => Math.min(long, since === null ? at : at + (performance.now() - since) / 1000);
  const words = (s) => `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, "0")}`;
  const lay = () => {
    const clock = now();
    const going = since !== null && clock < long;
    if (since !== null && !going) {
      at = long;
      since = null;
    }
    films.forEach((film, n) => {
      const want = clock - offset(film);
      const inside = want >= 0 && want <= (film.duration || 0);
      states[n].textContent = film.error
        ? "放不了：没有权限，或者浏览器不认识这个格式"
        : want < 0
          ? "还没有开始"
          : inside
            ? ""
            : film.readyState
              ? "已经结束"
              : "正在载入";
      if (!inside) {
        film.pause();
        return;
      }
      if (Math.abs(film.currentTime - want) > NEAR) film.currentTime = want;
      if (going && film.paused) film.play().catch(() => {});
      if (!going) film.pause();
    });
    slider.value = String(clock);
    told.textContent = `${words(clock)} / ${words(long)}`;
    play.textContent = going ? "暂停" : "播放";
  };
  const go = (to) => {
    at = Math.min(Math.max(0, to), long);
    if (since !== null) since = performance.now();
    lay();
  };
  const doing = {
    play: () => {
      if (since === null) {
        at = at >= long ? 0 : at;
        since = performance.now();
      } else {
        at = now();
        since = null;
      }
      lay();
    },
    back: () => go(now() - 5),
    on: () => go(now() + 5),
  };
  room.querySelectorAll("[data-do]").forEach((one) => one.addEventListener("click", () => doing[one.dataset.do]()));
  slider.addEventListener("input", () => go(Number(slider.value)));
  room.querySelectorAll("[name=sound]").forEach((one) =>
    one.addEventListener("change", () =>
      films.forEach((film, n) => {
        film.muted = n !== Number(one.value);
      }),
    ),
  );
  films.forEach((film, n) => {
    film.muted = n !== 0;
    for (const name of ["loadedmetadata", "error"]) {
      film.addEventListener(name, () => {
        if (Number.isFinite(film.duration)) {
          long = Math.max(long, offset(film) + film.duration);
          slider.max = String(long);
        }
        lay();
      });
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || /INPUT|SELECT|TEXTAREA|BUTTON/.test(event.target.tagName)) {
      return;
    }
    const what = { " ": "play", ArrowLeft: "back", ArrowRight: "on" }[event.key];
    if (what) {
      event.preventDefault();
      doing[what]();
    }
  });
  setInterval(lay, 200);
  lay();
})();
