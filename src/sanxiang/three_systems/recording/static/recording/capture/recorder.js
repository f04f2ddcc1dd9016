// The states of a recording, apart from page and camera: idle → recording → (interrupted | paused) → recording … →
// ended. Whatever is handed in (camera, recorder, clock, keeper) may be a stand-in. An interruption is never hidden:
// what lies between two runs, and what a track or the sound left out inside one, goes into the chain with the next
// piece; what lies open when the recording is ended goes into the closing record.
"use strict";

// How long the last piece of a run may take on a phone that is busy: what comes later is lost.
const LAST = 15000;

class Recorder {
  constructor(tools) {
    this.tools = tools; // {keeper, camera(medium), recorder(stream, type), wall(), mono(), slice, changed(state)}
    this.state = "idle";
    this.run = 0;
    this.marks = [];
    this.gaps = [];
    this.count = 0;
    this.handed = 0;
    this.cause = "";
    this.queue = Promise.resolve();
    this.muted = 0;
    this.silent = 0;
    this.hidden = 0;
    this.warning = "";
  }

  // The camera first: where there is none, or somebody says no, nothing was begun that would lie open ever after.
  async start(take, opening) {
    this.take = take;
    this.medium = opening.medium;
    await this._roll(() => this.tools.keeper("begin", { take, opening: JSON.stringify(opening) }));
  }

  // Go on with a recording that the browser or the device ended: what lies between is a gap.
  async resume(take, medium, cause) {
    this.take = take;
    this.medium = medium;
    this.cause = cause;
    await this._roll(async () => {
      const kept = await this.tools.keeper("reopen", { take });
      this.count = kept.next;
      this.run = kept.last ? kept.last.run + 1 : 0;
      this.lastEnd = kept.last ? kept.last.to : kept.opening.began;
    });
  }

  async _roll(prepared = async () => {}) {
    const stream = await this.tools.camera(this.medium);
    const close = () => stream.getTracks().forEach((track) => track.stop());
    try {
      await prepared();
    } catch (problem) {
      close();
      throw problem;
    }
    if (this.state === "ended") {
      close();
      return;
    }
    this.stream = stream;
    for (const track of stream.getTracks()) {
      track.onended = () => this.interrupt(this.tools.full ? "存储空间不足" : "权限被收回");
      track.onmute = () => {
        this.muted = this.muted || this.tools.wall();
        this._warn("声音或者画面中断");
      };
      track.onunmute = () => this._unmuted();
    }
    this.tools.full = false;
    this.tapped = null;
    const recorder = this.tools.recorder(stream, this.medium);
    this.recorder = recorder;
    this.wall = this.tools.wall();
    this.mono = this.tools.mono();
    this.fresh = this.mono;
    if (this.lastEnd)
      this.gaps.unshift({ from: this.lastEnd, to: new Date(this.wall).toISOString(), cause: this.cause });
    recorder.ondataavailable = (event) => this._data(event.data, recorder.mimeType);
    recorder.onerror = () => this.interrupt("摄像头或者麦克风被占用");
    recorder.start(this.tools.slice);
    this._to("recording");
  }

  _data(blob, type) {
    this.fresh = this.tools.mono();
    if (!blob || !blob.size) return; // some browsers hand out empty slices: the next one covers the time
    this.handed += 1;
    const from = this.wall;
    const monoFrom = this.mono;
    const to = this.tools.wall();
    const monoTo = this.tools.mono();
    this.wall = to;
    this.mono = monoTo;
    const told = {
      run: this.run,
      type,
      from: new Date(from).toISOString(),
      to: new Date(Math.max(from, to)).toISOString(),
      mono: [monoFrom, monoTo],
      marks: this.marks,
      gaps: this.gaps,
      place: this.tools.place && this.tools.place(),
    };
    this.marks = [];
    this.gaps = [];
    this.queue = this.queue.then(() => this._keep(blob, told));
  }

  // What could not be kept is tried once more; where the phone is full, in the room that was kept free for it. A piece
  // that is lost takes no marks with it: they go with the next one. Recording stops there, for a film with a hole in
  // the middle is none; the time until it goes on is a gap.
  async _keep(blob, told) {
    const add = async () => {
      await this.tools.keeper("add", { take: this.take, buffer: await blob.arrayBuffer(), told });
      this.lastEnd = told.to;
      this.count += 1;
      this._to(this.state);
    };
    if (this.broken === told.run) {
      this.marks.unshift(...told.marks);
      return;
    }
    try {
      await add();
    } catch (problem) {
      let kept = true;
      if (problem.full) {
        this.tools.full = true;
        await this.tools.keeper("spend", { take: this.take }).catch(() => {});
      }
      try {
        await add();
      } catch {
        kept = false;
        this.broken = told.run;
        this.marks.unshift(...told.marks);
        this.gaps.unshift(...told.gaps);
      }
      if (problem.full || !kept) this.interrupt(problem.full ? "存储空间不足" : "其他");
    }
  }

  mark(kind, note = "") {
    this.marks.push({ at: new Date(this.tools.wall()).toISOString(), kind, note });
    this._to(this.state);
  }

  // The page asks once a second whether data still comes and whether there is any sound.
  check(level) {
    if (this.state !== "recording") return;
    if (this.tools.mono() - this.fresh > Math.max(10000, 4 * this.tools.slice)) {
      this.interrupt("没有数据");
      return;
    }
    if (level === undefined) return;
    if (level > 0) {
      if (this.silent && this.tools.wall() - this.silent >= 3000) this._gap(this.silent, "没有声音");
      this.silent = 0;
      this._warn("");
      return;
    }
    this.silent = this.silent || this.tools.wall();
    if (this.tools.wall() - this.silent >= 3000) this._warn("三秒没有声音，请检查麦克风");
  }

  visible(shown) {
    if (this.state !== "recording") return;
    if (!shown) {
      this.hidden = this.tools.wall();
      return;
    }
    this._shown();
  }

  _shown() {
    if (this.hidden && this.tools.wall() - this.hidden > this.tools.slice) this._gap(this.hidden, "切换到其他应用");
    this.hidden = 0;
  }

  _gap(since, cause) {
    this.gaps.push({ from: new Date(since).toISOString(), to: new Date(this.tools.wall()).toISOString(), cause });
  }
  _unmuted() {
    if (this.muted) this._gap(this.muted, "摄像头或者麦克风被占用");
    this.muted = 0;
    this._warn("");
  }
  _warn(text) {
    if (text !== this.warning) {
      this.warning = text;
      this._to(this.state);
    }
  }
  _to(state) {
    this.state = state;
    this.tools.changed(this);
  }

  // Ends the run. The recorder may still say that it records when its tracks have ended: it is stopped in any case.
  async interrupt(cause, state = "interrupted") {
    if (this.state !== "recording") return;
    this.cause = cause;
    this._to(state);
    if (this.muted) {
      this._gap(this.muted, "摄像头或者麦克风被占用");
      this.muted = 0;
    }
    if (this.silent && this.tools.wall() - this.silent >= 3000) this._gap(this.silent, "没有声音");
    this.silent = 0;
    this._shown();
    await (this.stopping = this._stopped());
    this.run += 1;
    this._to(state);
  }

  pause(cause) {
    return this.interrupt(cause, "paused");
  }
  // Once, however often it is tapped, and not before the run that was broken off has ended: else it would take the
  // camera from the new one.
  again() {
    const roll = async () => {
      await this.stopping;
      if (this.state === "interrupted" || this.state === "paused") await this._roll();
    };
    this.rolling = this.rolling || roll().finally(() => (this.rolling = null));
    return this.rolling;
  }

  // The end is the moment when it was tapped first, also where the closing record has to be written once more.
  async end() {
    if (this.state === "ended" || this.state === "idle") return null;
    this.tapped = this.tapped || {
      at: new Date(this.tools.wall()).toISOString(),
      open: this.state !== "recording",
      cause: this.cause,
    };
    if (this.state === "recording") await this.interrupt("");
    else await this.stopping;
    const { at, open } = this.tapped;
    const cause = open ? this.tapped.cause : this.tools.full ? "存储空间不足" : "没有数据";
    const kept = await this.tools.keeper("finish", { take: this.take, at, open, cause, gaps: this.gaps });
    this._to("ended");
    return kept;
  }

  async _stopped() {
    const { recorder, stream } = this;
    if (recorder && recorder.state !== "inactive") {
      await new Promise((done) => {
        recorder.onstop = done;
        setTimeout(done, LAST);
        try {
          recorder.stop();
        } catch {
          done();
        }
      });
    }
    for (const track of stream.getTracks()) {
      track.onended = null;
      track.stop();
    }
    await this.queue;
  }
}

if (typeof self !== "undefined") self.Recorder = Recorder;
