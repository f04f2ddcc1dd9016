// The player: bookmarks and gaps on the bar, keys, speed, single pictures, and a watermark with name and time.
(() => {
  const look = document.querySelector("[data-look]");
  const part = (name) => look.querySelector(`[data-${name}]`);
  const mark = part("marked");
  if (mark) {
    const draw = () => {
      const box = mark.getBoundingClientRect();
      const now = new Date().toLocaleTimeString("zh-CN", { hour12: false });
      mark.replaceChildren();
      for (let y = 24; y < Math.max(box.height, 60); y += 110) {
        for (let x = -30 + (y % 220) / 3; x < box.width; x += 330) {
          const text = mark.appendChild(document.createElement("span"));
          text.textContent = `${look.dataset.mark.replace(/ [^ ]*$/, "")} ${now}`;
          Object.assign(text.style, { left: `${x}px`, top: `${y}px` });
        }
      }
    };
    draw();
    setInterval(draw, 5000);
    addEventListener("resize", draw);
    look.addEventListener("contextmenu", (event) => event.preventDefault());
  }
  const film = part("film");
  if (!film) return;
  const told = JSON.parse(document.getElementById("told").textContent);
  const track = part("track");
  const second = document.getElementById("second");
  const long = () => (Number.isFinite(film.duration) && film.duration) || told.duration || 1;
  const clock = (s) => `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, "0")}`;
  const go = (to) => {
    film.currentTime = Math.min(Math.max(0, to), long());
  };
  const place = (one, from, until) => {
    one.style.left = `${(from / long()) * 100}%`;
    if (until === undefined) return;
    one.style.left = `min(${(from / long()) * 100}%, calc(100% - 3px))`;
    one.style.width = `${(Math.max(0, until - from) / long()) * 100}%`;
  };
  const lay = () => {
    track.querySelectorAll(".span, button").forEach((one) => one.remove());
    for (const [from, until, kind, words] of told.spans) {
      const one = track.appendChild(document.createElement("span"));
      one.className = `span ${kind}`;
      one.title = `${words} ${clock(from)}–${clock(until)}`;
      place(one, from, until);
    }
    told.marks.forEach(([at, words], n) => {
      const one = track.appendChild(document.createElement("button"));
      Object.assign(one, {
        type: "button",
        textContent: n + 1,
        title: `${clock(at)} ${words}`,
        ariaLabel: `标记 ${words}，${clock(at)}`,
      });
      place(one, at);
      one.addEventListener("click", (event) => {
        event.stopPropagation();
        go(at);
      });
    });
    const canvas = part("wave");
    const pen = canvas.getContext("2d");
    canvas.width = track.clientWidth;
    canvas.height = track.clientHeight;
    pen.fillStyle = "#8fa3b8";
    told.wave.forEach((height, n) => {
      const x = (n / told.wave.length) * canvas.width;
      const y = Math.max(1, (height / 100) * canvas.height);
      pen.fillRect(x, (canvas.height - y) / 2, Math.max(1, canvas.width / told.wave.length), y);
    });
  };
  const show = () => {
    place(part("now"), film.currentTime);
    part("clock").textContent = `${clock(film.currentTime)} / ${clock(long())}`;
    if (second && document.activeElement !== second) second.value = film.currentTime.toFixed(3);
  };
  const speeds = [...part("speed").options].map((one) => Number(one.value));
  const speed = (by) => {
    const at = speeds.indexOf(film.playbackRate);
    const next = speeds[Math.min(Math.max(0, at + by), speeds.length - 1)];
    film.playbackRate = next;
    part("speed").value = String(next);
  };
  const doing = {
    play: () => (film.paused ? film.play() : film.pause()),
    back: () => go(film.currentTime - 5),
    on: () => go(film.currentTime + 5),
    before: () => {
      film.pause();
      go(film.currentTime - 0.04);
    },
    after: () => {
      film.pause();
      go(film.currentTime + 0.04);
    },
    wide: () => (document.fullscreenElement ? document.exitFullscreen() : part("screen").requestFullscreen()),
    slower: () => speed(-1),
    faster: () => speed(1),
    next: () => {
      const later = told.marks.find(([at]) => at > film.currentTime + 0.2) || told.marks[0];
      if (later) go(later[0]);
    },
    still: () => {
      film.pause();
      if (second) {
        second.value = film.currentTime.toFixed(3);
        second.form.requestSubmit();
      }
    },
  };
  const keys = {
    " ": "play",
    ArrowLeft: "back",
    ArrowRight: "on",
    ",": "before",
    ".": "after",
    "[": "slower",
    "]": "faster",
    m: "next",
    s: "still",
  };
  look
    .querySelectorAll("[data-do]")
    .forEach((button) => button.addEventListener("click", () => doing[button.dataset.do]()));
  part("speed").addEventListener("change", (event) => {
    film.playbackRate = Number(event.target.value);
  });
  track.addEventListener("click", (event) => {
    const box = track.getBoundingClientRect();
    go(((event.clientX - box.left) / box.width) * long());
  });
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || /INPUT|SELECT|TEXTAREA/.test(event.target.tagName)) return;
      const what = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!what || (event.key === " " && event.target.tagName === "BUTTON")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      doing[what]();
    },
    { capture: true },
  );
  for (const name of ["timeupdate", "seeked", "loadedmetadata"]) film.addEventListener(name, show);
  for (const name of ["play", "pause"]) {
    film.addEventListener(name, () => {
      look.querySelector("[data-do=play]").textContent = film.paused ? "播放" : "暂停";
    });
  }
  film.addEventListener("loadedmetadata", lay);
  const wanted = Number(look.dataset.at || 0);
  const begin = () => {
    if (wanted) go(wanted);
  };
  if (film.readyState >= 1) begin();
  else film.addEventListener("loadedmetadata", begin, { once: true });
  film.addEventListener("error", () => {
    part("clock").textContent = "放不了：没有权限，或者浏览器不认识这个格式";
  });
  addEventListener("resize", lay);
  lay();
  show();
})();
