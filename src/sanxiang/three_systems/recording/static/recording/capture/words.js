// How times, sizes and the states of what stands on this phone are said.
"use strict";

const Words = {
  MEDIA: { video: "录像", audio: "录音", photo: "照片" },

  // The time of day; with its day where that is not today.
  clock(text) {
    const at = new Date(text);
    const time = at.toLocaleTimeString("zh-CN", { hour12: false });
    const today = at.toDateString() === new Date().toDateString();
    return today ? time : `${at.getMonth() + 1}月${at.getDate()}日 ${time}`;
  },
  moment: (text) => new Date(text).toLocaleString("zh-CN", { hour12: false, timeZone: "Asia/Shanghai" }),
  mb: (bytes) => (bytes / 1048576).toFixed(bytes < 10485760 ? 1 : 0),

  // Why camera or microphone were not to be had.
  why(problem) {
    const known = {
      NotAllowedError: "没有拿到摄像头和麦克风的权限，请在浏览器设置里允许",
      NotFoundError: "没有找到摄像头或者麦克风",
      NotReadableError: "摄像头或者麦克风被别的应用占用，请关掉那个应用再试",
      AbortError: "摄像头或者麦克风被别的应用占用，请关掉那个应用再试",
    };
    return known[problem.name] || problem.message;
  },

  span(seconds) {
    if (seconds >= 3600) return `${Math.floor(seconds / 3600)} 小时 ${Math.floor((seconds % 3600) / 60)} 分`;
    return `${Math.floor(seconds / 60)} 分 ${Math.floor(seconds % 60)} 秒`;
  },

  // How far a recording has come.
  state(one) {
    if (one.running) return "正在录制";
    if (!one.ended) return "意外中断";
    if (one.problem) return "系统没有收下，只在本机";
    const gaps = one.open_gaps ? "，中断待说明" : "";
    return one.sealed ? `已封存${gaps}` : `已传 ${one.sent}/${one.count} 段${gaps}`;
  },

  // Where an act stands: only here, for the server did not take it; waiting to be sent; done; kept by the server, not
  // done yet.
  standing(one) {
    if (one.refused || (one.answer && one.answer.state === "problem")) return "here";
    if (!one.answer) return "waits";
    return one.answer.state === "done" ? "done" : "kept";
  },
};
