// Sends a large file in pieces (tus 1.0.0) and goes on where it broke off: after a lost net by itself, after a closed
// page when the same file is chosen again. `sanxiang.upload(file, place, told, said)` resolves to what became of the
// file, rejects with words for people; `place` is the address of the uploads, `told` what the file is for.
(() => {
  const PIECE = 8 << 20;
  const PAUSES = [1, 2, 4, 8, 15, 30];
  const HELPLESS = 40;
  const VERSION = { "Tus-Resumable": "1.0.0" };
  const wait = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
  const hex = (buffer) => [...new Uint8Array(buffer)].map((one) => one.toString(16).padStart(2, "0")).join("");
  const base64 = (bytes) => btoa(Array.from(bytes, (one) => String.fromCharCode(one)).join(""));

  // The same file is known again by its size, its beginning and its end, never by its name.
  const mark = async (file, told) => {
    if (!crypto.subtle) return "";
    const ends = new Blob([file.slice(0, 1 << 20), file.slice(-(1 << 20)), JSON.stringify([file.size, told])]);
    return `upload:${hex(await crypto.subtle.digest("SHA-256", await ends.arrayBuffer()))}`;
  };
  const recalled = (key) => {
    try {
      return key && localStorage.getItem(key);
    } catch {
      return null;
    }
  };
  const keep = (key, value) => {
    try {
      if (key) value ? localStorage.setItem(key, value) : localStorage.removeItem(key);
    } catch {
      /* none */
    }
  };

  const ask = async (address, method, headers, body) => {
    const answer = await fetch(address, {
      method,
      headers: { ...VERSION, ...headers },
      body,
      credentials: "include",
      cache: "no-store",
    });
    if (answer.ok) return answer;
    let text = "";
    try {
      text = (await answer.json()).text;
    } catch {
      /* no words */
    }
    throw Object.assign(new Error(text || `没有接收（${answer.status}），请重新登录后再试`), { status: answer.status });
  };
  const passing = (problem) =>
    problem.status === undefined || problem.status >= 500 || [409, 423, 429, 460].includes(problem.status);

  const begin = async (file, place, told) => {
    const pairs = Object.entries({ filename: file.name, ...told });
    const said = pairs.map(([key, value]) => `${key} ${base64(new TextEncoder().encode(value))}`).join(",");
    const answer = await ask(place, "POST", { "Upload-Length": file.size, "Upload-Metadata": said });
    return new URL(answer.headers.get("Location"), place).href;
  };
  const offset = async (address) => Number((await ask(address, "HEAD", {})).headers.get("Upload-Offset"));
  const piece = async (address, file, from) => {
    const part = await file.slice(from, from + PIECE).arrayBuffer();
    const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": from };
    if (crypto.subtle) {
      headers["Upload-Checksum"] = `sha256 ${base64(new Uint8Array(await crypto.subtle.digest("SHA-256", part)))}`;
    }
    return Number((await ask(address, "PATCH", headers, part)).headers.get("Upload-Offset"));
  };

  const upload = async (file, asked, told, said) => {
    const place = new URL(asked, location.href).href;
    const key = await mark(file, told);
    let address = recalled(key);
    let from = null;
    let failures = 0;
    for (;;) {
      try {
        if (!address) {
          address = await begin(file, place, told);
          keep(key, address);
          from = 0;
        }
        if (from === null) from = await offset(address);
        while (from < file.size) {
          said(from);
          from = await piece(address, file, from);
          failures = 0;
        }
        said(from);
        const whole = await (await ask(address, "GET", {})).json();
        keep(key, null);
        if (!whole.taken) throw Object.assign(new Error(whole.text), { status: 422 });
        return { ...whole, ...whole.taken };
      } catch (problem) {
        if (problem.status === 404 && recalled(key)) {
          keep(key, null);
          address = null;
          from = null;
          continue;
        }
        if (!passing(problem) || failures >= HELPLESS) {
          if (problem.status !== 401) keep(key, null);
          throw problem;
        }
        failures += 1;
        from = address ? null : from;
        said(null, problem.status === undefined ? "网络断了，等它恢复" : problem.message);
        await wait(PAUSES[Math.min(failures, PAUSES.length) - 1]);
      }
    }
  };
  window.sanxiang = { ...window.sanxiang, upload };
})();
