// Recording on the phone: started, gone on with, ended; the strip above, the live part and the bar that show how it
// stands.
"use strict";

const Live = {
  of(app) {
    const SLICE = /AppleWebKit(?!.*Chrome)/.test(navigator.userAgent) ? 4000 : 2000;
    const RATE = { video: 1_500_000, audio: 64_000 };
    const LEAST = 30 * 60;
    const STOP = 5 * 60;
    const TYPES = {
      video: ["video/webm;codecs=vp8,opus", "video/mp4", "video/webm"],
      audio: ["audio/webm;codecs=opus", "audio/mp4", "audio/webm"],
    };
    const strip = document.getElementById("strip");
    const live = document.getElementById("live");
    const bar = document.getElementById("bar");
    let freeLock = null;
    let awake = null;
    let level;
    let shown = null;
    let drawn = null;

    // How many seconds more there is room for.
    const left = (medium = "video") =>
      Math.max(0, (((app.room.quota || 0) - (app.room.usage || 0)) * 8) / RATE[medium]);
    const isShort = (medium) => medium in RATE && app.room.quota && left(medium) < LEAST;

    // ── camera, microphone, sound level ───────────────────────────────────────────────────────────────────────────
    const CAMERA = { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } };
    async function camera(medium) {
      if (!app.able()) throw new Error("这个浏览器不能现场录制");
      const video = medium === "video" ? CAMERA : false;
      return listen(await navigator.mediaDevices.getUserMedia({ audio: true, video }));
    }

    function recorder(stream, medium) {
      const mimeType = TYPES[medium].find((one) => MediaRecorder.isTypeSupported(one));
      const rates = { videoBitsPerSecond: RATE.video, audioBitsPerSecond: RATE.audio };
      return new MediaRecorder(stream, { mimeType, ...rates });
    }

    function listen(stream) {
      level = undefined;
      try {
        const context = new AudioContext();
        const meter = context.createAnalyser();
        const data = new Float32Array(1024);
        context.createMediaStreamSource(stream).connect(meter);
        clearInterval(listen.at);
        listen.at = setInterval(() => {
          if (context.state !== "running") return;
          meter.getFloatTimeDomainData(data);
          level = Math.max(level || 0, ...data.map(Math.abs));
        }, 200);
      } catch {
        /* no meter: the check of data alone */
      }
      return stream;
    }

    const tools = () => ({
      keeper: app.ask,
      slice: window.SLICE || SLICE,
      wall: () => Date.now(),
      mono: () => performance.now(),
      changed: () => drawLive(),
      camera,
      recorder,
    });

    // ── start and end ─────────────────────────────────────────────────────────────────────────────────────────────
    // What a recording says of itself before its first piece.
    async function opened(medium, id, name) {
      await app.look();
      if (app.over()) throw new Error(app.over());
      if (isShort(medium)) {
        throw new Error(`手机空间不够录 30 分钟（现在只够 ${app.span(left(medium))}），请先清理空间`);
      }
      if (!app.pack) throw new Error("先联网登录一次，下载任务包");
      const take = crypto.randomUUID();
      const others = (app.task(id) || {}).officers || [];
      app.opening = {
        v: 1,
        take,
        pass: app.pack.pass,
        medium,
        source: "phone",
        case: id || "",
        activity: name || "",
        officers: [...new Set([app.pack.officer, ...others])],
        device: navigator.userAgent.slice(0, 60),
        began: new Date().toISOString(),
        contact: app.contact,
      };
      return take;
    }

    // One page records at a time.
    async function held() {
      const got = await new Promise((done) =>
        navigator.locks.request("sanxiang-recording", { ifAvailable: true }, (lock) => {
          done(!!lock);
          return lock ? new Promise((free) => (freeLock = free)) : undefined;
        }),
      );
      if (!got) app.say("另一个页面正在录制，请回到那个页面");
      return got;
    }

    function free() {
      if (freeLock) freeLock();
      freeLock = null;
      if (awake) awake.release().catch(() => {});
      awake = null;
    }

    function failed(text) {
      free();
      app.recording = null;
      app.say(text);
    }

    const begun = () => {
      app.recording = new Recorder(tools());
      app.recording.began = Date.now();
      drawLive();
      return app.recording;
    };

    async function stayAwake() {
      try {
        awake = await navigator.wakeLock.request("screen");
      } catch {
        /* the screen goes dark: what that interrupts is told */
      }
    }

    async function start(medium, id, name) {
      if (app.recording && app.recording.state !== "ended") {
        app.say(opening() ? OPENING : "已经在录制");
        return;
      }
      if (!(await held())) return;
      try {
        const take = await opened(medium, id, name);
        await begun().start(take, app.opening);
        await stayAwake();
      } catch (problem) {
        failed(`没有开始录制：${app.why(problem)}`);
      }
      app.fresh();
    }

    // Goes on with a recording that was cut off.
    async function goOn(one) {
      if (app.over()) {
        app.say(app.over());
        return;
      }
      if (!(await held())) return;
      app.opening = { activity: one.activity };
      try {
        await begun().resume(one.take, one.medium, "程序异常退出");
      } catch (problem) {
        failed(`没有继续录制：${app.why(problem)}`);
      }
      app.fresh(true);
    }

    function endedWith(lost, kept) {
      if (lost) return `录制结束；手机空间不足，最后 ${lost} 个标记没有存下，请在中断说明里写明`;
      return kept && kept.gaps && kept.gaps.length
        ? "录制结束，自动上传；没有录到的时间要说明原因"
        : "录制结束，自动上传";
    }

    async function end() {
      const rec = app.recording;
      if (!rec || rec.ending || opening()) return;
      rec.ending = true;
      let kept;
      try {
        kept = await rec.end();
      } catch (problem) {
        rec.ending = false;
        app.say(`没有结束成，录下的都在：${problem.message}`);
        return;
      }
      app.recording = null;
      free();
      app.opening = null;
      app.say(endedWith(rec.marks.length, kept));
      app.fresh(true);
    }

    // Once a second while it records: whether data and sound still come, whether there is room.
    function tick() {
      const rec = app.recording;
      if (!rec) return;
      rec.check(level);
      level = level === undefined ? undefined : 0;
      drawLive();
      drawStrip();
      if (app.room.quota && left(rec.medium) < STOP && rec.state === "recording") {
        rec.interrupt("存储空间不足");
        app.say("手机空间快满，录制已安全停止");
      }
    }

    function seen(visible) {
      const rec = app.recording;
      if (!rec) return;
      rec.visible(visible);
      if (!visible && rec.recorder && rec.recorder.state === "recording") rec.recorder.requestData();
    }

    // ── the strip ─────────────────────────────────────────────────────────────────────────────────────────────────
    const warned = (text, on) => h("span", { class: on ? "warn" : "" }, text);

    function stripRecording() {
      const rec = app.recording;
      if (!rec) return "";
      const running = rec.state === "recording";
      const text = running ? `● ${app.span((Date.now() - rec.began) / 1000)}` : "录制中断";
      return h("span", { class: running ? "rec" : "warn" }, text);
    }

    function stripNet() {
      const idle = navigator.onLine ? "网络正常" : "没有网络";
      const login = app.pack && app.pack.third ? "委托已终止" : "要重新登录";
      const texts = { idle, sending: "正在上传", waiting: "等网络", login };
      return warned(texts[app.sending.state], app.sending.state === "login" || !navigator.onLine);
    }

    function stripWaiting() {
      const open = app.takes.filter((one) => !one.sealed);
      const bytes = open.reduce((sum, one) => sum + one.bytes * (1 - one.sent / Math.max(1, one.count)), 0);
      const pieces = open.reduce((sum, one) => sum + one.count - one.sent, 0);
      return h("span", {}, pieces ? `待上传 ${pieces} 段 ${app.mb(bytes)} MB` : "已全部上传");
    }

    function stripClock() {
      if (!app.contact) return warned("时钟未核对", false);
      const ahead = Math.round((new Date(app.contact.device) - new Date(app.contact.server)) / 1000);
      return warned(`时钟偏差 ${ahead > 0 ? "+" : ""}${ahead} 秒`, Math.abs(ahead) > 60);
    }

    function drawStrip() {
      const room = warned(`可录 ${app.span(left())}`, left() < LEAST);
      strip.replaceChildren(stripRecording(), stripNet(), stripWaiting(), room, stripClock());
    }

    // ── what is being recorded ────────────────────────────────────────────────────────────────────────────────────
    function drawLive() {
      const rec = app.recording;
      live.hidden = !rec;
      document.body.classList.toggle("recording", !!rec);
      if (rec) drawRecording(rec);
      else shown = null;
      drawBar();
    }

    function drawRecording(rec) {
      const one = app.takes.find((other) => other.take === rec.take);
      const gaps = one ? one.open_gaps : 0;
      const key = `${rec.state}|${rec.warning}|${rec.take}|${rec.told}|${gaps}`;
      if (shown !== key) {
        shown = key;
        live.replaceChildren(...liveParts(rec, gaps));
      }
      const at = live.querySelector("[data-time]");
      if (!at) return;
      const since = app.span((Date.now() - rec.began) / 1000);
      at.textContent = `${since} · 已存 ${rec.count} 段 · 已传 ${one ? one.sent : 0} 段`;
    }

    // While the browser asks whether the page may have camera and microphone.
    const OPENING = "正在打开摄像头和麦克风，请在浏览器的提示里点“允许”";
    const opening = () => !!app.recording && app.recording.state === "idle";

    function heading(rec, running) {
      if (running) return `● 正在${rec.medium === "video" ? "录像" : "录音"}`;
      return rec.state === "paused" ? "已暂停" : `中断：${rec.cause}`;
    }

    function picture(rec, running) {
      const hidden = rec.medium !== "video" || !running;
      const video = h("video", { muted: true, playsinline: true, autoplay: true, hidden });
      if (running) video.srcObject = rec.stream;
      return video;
    }

    function notice(rec) {
      const told = () => {
        rec.told = true;
        rec.mark("开始告知");
        app.say("已记下开始告知");
      };
      return h("p", { class: "notice" }, "您好，现在开始录音录像，请您知悉。", app.button("已告知", told));
    }

    function marks(rec) {
      const mark = (kind) => {
        rec.mark(kind);
        if (kind === "亮证") app.reading.begins(app.opening);
        if (navigator.vibrate) navigator.vibrate(40);
        app.say(`已标记“${kind}”`);
      };
      const buttons = app.pack.marks.map((kind) => app.button(kind, () => mark(kind)));
      return h("div", { class: "marks" }, buttons);
    }

    function broken(rec) {
      const again = () => rec.again().catch((problem) => app.say(`没有继续录制：${app.why(problem)}`));
      const told = "断开的时间会如实记下，结束后要说明原因。";
      return h("p", {}, told, app.button("继续录制", again, "primary"));
    }

    function liveParts(rec, gaps) {
      if (opening()) return [h("p", {}, OPENING)];
      const running = rec.state === "recording";
      const state = h("strong", { class: running ? "on" : "warn" }, heading(rec, running));
      return [
        h("div", { class: "line" }, state, h("span", { "data-time": "" })),
        picture(rec, running),
        rec.warning ? h("p", { class: "card bad", role: "alert" }, rec.warning) : null,
        running && !rec.told ? notice(rec) : null,
        running ? marks(rec) : broken(rec),
        gaps && !app.pack.third ? h("p", {}, app.link(`说明中断（${gaps}）`, `#take/${rec.take}`)) : null,
        h(
          "div",
          { class: "line" },
          running ? app.button("暂停", () => rec.pause("人工暂停")) : null,
          app.button("结束录制", end, "stop"),
        ),
      ].filter(Boolean);
    }

    // ── the bar ───────────────────────────────────────────────────────────────────────────────────────────────────
    // Which act of which case it records for: of the page that is open.
    function place() {
      const [page, id, name] = location.hash.slice(1).split("/");
      if (!["task", "act", "serve"].includes(page)) return ["", ""];
      const task = app.task(id);
      return [id, task && (name || task.only || (task.acts[0] || {}).id)];
    }

    function drawBar() {
      const [id, name] = place();
      const recording = !!app.recording && !opening();
      const key = `${id}|${name}|${recording}`;
      if (drawn === key) return; // a button that is replaced under a finger is not pressed
      drawn = key;
      if (!app.able()) {
        bar.replaceChildren(app.cameraButton(id, name, "big"));
        return;
      }
      bar.replaceChildren(
        app.button("拍照", () => app.photo(id, name)),
        recording
          ? app.button("■ 结束", end, "big stop")
          : app.button("● 开始记录", () => start("video", id, name), "big"),
        recording ? "" : app.button("录音", () => start("audio", id, name)),
      );
    }

    return { opened, start, goOn, end, tick, seen, drawStrip, drawLive, drawBar };
  },
};
