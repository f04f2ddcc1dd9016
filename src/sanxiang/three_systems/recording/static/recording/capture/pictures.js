// Photos taken in the app, and what the phone's own camera made: each kept as a recording of its own.
"use strict";

const Pictures = {
  of(app) {
    const PART = 4194304;
    const LONGEST = 172800;
    const kindOf = (type) => (type.startsWith("image/") ? "photo" : type.startsWith("audio/") ? "audio" : "video");

    // What a photo or a file says of itself; a recording that goes on keeps its own.
    async function openedBeside(medium, id, name) {
      const before = app.opening;
      const take = await app.opened(medium, id, name);
      const mine = app.opening;
      app.opening = before;
      return [take, mine];
    }

    const filming = () => {
      const rec = app.recording;
      return rec && rec.state === "recording" && rec.medium === "video" ? rec.stream : null;
    };

    async function drawn(stream) {
      const video = h("video", { muted: true, playsinline: true });
      video.srcObject = stream;
      await video.play();
      await new Promise((done) => {
        if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(done);
        else setTimeout(done, 300);
      });
      const canvas = h("canvas", { width: video.videoWidth, height: video.videoHeight });
      canvas.getContext("2d").drawImage(video, 0, 0);
      return canvas;
    }

    async function photo(id, name) {
      try {
        const still = { facingMode: "environment", width: { ideal: 1920 } };
        const stream = filming() || (await navigator.mediaDevices.getUserMedia({ video: still }));
        const canvas = await drawn(stream);
        // As it is taken: once the picture is kept, the recording may have ended.
        if (app.recording) app.recording.mark("拍照");
        if (!app.recording || stream !== app.recording.stream) stream.getTracks().forEach((track) => track.stop());
        const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.9));
        const [take, opening] = await openedBeside("photo", id, name);
        const at = new Date().toISOString();
        const mono = performance.now();
        await app.ask("begin", { take, opening: JSON.stringify(opening) });
        const told = { run: 0, type: "image/jpeg", from: at, to: at, mono: [mono, mono] };
        await app.ask("add", { take, buffer: await blob.arrayBuffer(), told });
        await app.ask("finish", { take });
        app.say("照片已存");
        app.fresh(!app.editing());
        return take;
      } catch (problem) {
        app.say(`没有拍成：${app.why(problem)}`);
        return "";
      }
    }

    // How long a file of the camera lasts, in milliseconds; 0 where it does not say.
    const lasts = (file) =>
      new Promise((done) => {
        const seen = h("video", { preload: "metadata" });
        const url = URL.createObjectURL(file);
        const told = () => {
          URL.revokeObjectURL(url);
          done(seen.duration > 0 && seen.duration < LONGEST ? Math.round(seen.duration * 1000) : 0);
        };
        seen.onloadedmetadata = told;
        seen.onerror = told;
        setTimeout(told, file.type.startsWith("image/") ? 0 : 5000);
        seen.src = url;
      });

    // What the phone's own camera made (来源等级 B): taken in as it is, in parts. A file bears the time of its end.
    async function fromCamera(file, id, name) {
      try {
        const long = await lasts(file);
        const [take, opening] = await openedBeside(kindOf(file.type), id, name);
        const to = new Date(file.lastModified).toISOString();
        const from = new Date(file.lastModified - long).toISOString();
        const told = { run: 0, type: file.type, from, to, mono: [0, long] };
        await app.ask("begin", { take, opening: JSON.stringify({ ...opening, source: "camera", began: from }) });
        for (let at = 0; at < file.size; at += PART) {
          await app.ask("add", { take, buffer: await file.slice(at, at + PART).arrayBuffer(), told });
        }
        await app.ask("finish", { take });
        app.say("已存在手机里，自动上传");
        app.fresh(!app.editing());
      } catch (problem) {
        app.say(`没有接收：${problem.message}`);
      }
    }

    return { photo, fromCamera };
  },
};
