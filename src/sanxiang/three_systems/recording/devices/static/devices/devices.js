// The camera of a phone as a scanner, where the browser can read codes; everything works without it.
"use strict";
(() => {
  const button = document.querySelector("[data-camera]");
  const view = document.querySelector("[data-view]");
  const field = document.getElementById("scan");
  if (!button || !("BarcodeDetector" in window) || !navigator.mediaDevices) return;
  button.hidden = false;
  let stream = null;
  const stop = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    view.hidden = true;
  };
  button.addEventListener("click", async () => {
    if (stream) {
      stop();
      return;
    }
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      button.textContent = "摄像头不能用，请键入编号";
      return;
    }
    view.srcObject = stream;
    view.hidden = false;
    await view.play();
    const detector = new BarcodeDetector();
    const look = async () => {
      if (!stream) return;
      const found = await detector.detect(view).catch(() => []);
      if (found.length) {
        field.value = found[0].rawValue;
        stop();
        field.form.requestSubmit();
        return;
      }
      requestAnimationFrame(look);
    };
    look();
  });
  addEventListener("pagehide", stop);
})();
// Printing by a button, which without script is the browser's own.
document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});
