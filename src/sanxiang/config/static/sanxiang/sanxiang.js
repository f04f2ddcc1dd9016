// Comfort only: every page works without it.
const all = (selector, action) => document.querySelectorAll(selector).forEach(action);
const keep = {
  get: (name) => {
    try {
      return sessionStorage.getItem(name);
    } catch {
      return null;
    }
  },
  set: (name, text) => {
    try {
      text ? sessionStorage.setItem(name, text) : sessionStorage.removeItem(name);
    } catch {
      /* none */
    }
  },
};

// Keys: "/" to the search box, "?" opens the sheet, a letter opens its page, J and K go through the rows.
const sheet = document.getElementById("keys");
const openSheet = () => {
  if (sheet && !sheet.open) sheet.showModal();
};
const step = (by) => {
  const rows = [...document.querySelectorAll("[data-row] a[href]:first-of-type")].filter(
    (link, at, links) => links.findIndex((other) => other.closest("[data-row]") === link.closest("[data-row]")) === at,
  );
  const next = rows[rows.findIndex((link) => link === document.activeElement) + by];
  if (next) {
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }
};
document.addEventListener("keydown", (event) => {
  if (
    event.isComposing ||
    event.target.closest("input, textarea, select, dialog") ||
    event.ctrlKey ||
    event.metaKey ||
    event.altKey
  )
    return;
  const link = /^[a-z]$/.test(event.key) && document.querySelector(`[data-key="${event.key}"]`);
  if (event.key === "/") {
    const box = document.querySelector("[data-find]") || document.querySelector("input[type=search]");
    if (box) {
      event.preventDefault();
      box.focus();
    }
  } else if (event.key === "?") openSheet();
  else if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
  else if (link) link.click();
});
all("[data-open=keys]", (button) => {
  button.hidden = false;
  button.addEventListener("click", openSheet);
});

// Outdoor view: black on white, remembered on this device.
const outdoor = (on) => {
  document.documentElement.classList.toggle("sx-outdoor", on);
};
let bright = false;
try {
  bright = localStorage.getItem("outdoor") === "1";
} catch {
  /* none */
}
outdoor(bright);
all("[data-outdoor]", (button) => {
  const tell = () => button.setAttribute("aria-pressed", String(bright));
  button.hidden = false;
  tell();
  button.addEventListener("click", () => {
    bright = !bright;
    outdoor(bright);
    tell();
    try {
      localStorage.setItem("outdoor", bright ? "1" : "0");
    } catch {
      /* none */
    }
  });
});

// A usual phrase goes into its field at one tap.
all("[data-phrase]", (button) => {
  button.hidden = false;
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset.phrase);
    field.value += (field.value ? "\n" : "") + button.textContent;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
});

// A page made for paper is printed at one press.
all("[data-print]", (button) => {
  button.hidden = false;
  button.addEventListener("click", () => print());
});

// A choice that narrows a list is sent at once.
all("[data-without-script]", (button) => {
  button.hidden = true;
});
all("[data-send]", (field) => field.addEventListener("change", () => field.form.requestSubmit()));

// All boxes of a name at once, or none.
all("[data-all]", (button) => {
  const boxes = () => [...button.form.querySelectorAll(`input[type="checkbox"][name="${button.dataset.all}"]`)];
  const tell = () => {
    button.textContent = boxes().some((box) => box.checked) ? "全不选" : "全选";
  };
  button.hidden = false;
  tell();
  button.form.addEventListener("change", tell);
  button.addEventListener("click", () => {
    const none = boxes().every((box) => !box.checked);
    for (const box of boxes()) box.checked = none;
    tell();
  });
});

// One more row in a table.
all("[data-add-row]", (button) =>
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const body = document.getElementById(button.dataset.addRow);
    const row = body.rows[body.rows.length - 1].cloneNode(true);
    for (const field of row.querySelectorAll("input, textarea, select")) {
      field.name = field.name.replace(/\.(\d+)\./, (_, n) => `.${Number(n) + 1}.`);
      if (field.type === "checkbox") field.checked = false;
      else field.value = "";
    }
    body.append(row);
    row.querySelector("input, textarea, select").focus();
  }),
);

// What is typed stays in this tab until it is sent, so that a look at another page loses nothing.
all("form[data-draft]", (form) => {
  const name = `draft:${location.pathname}`;
  const texts = () => [
    ...form.querySelectorAll(
      "input:not([type=hidden]):not([type=checkbox]):not([type=radio]):not([type=file]), textarea",
    ),
  ];
  const kept = JSON.parse(keep.get(name) || "{}");
  for (const field of texts()) if (!field.value && kept[field.name]) field.value = kept[field.name];
  form.addEventListener("input", () => {
    keep.set(
      name,
      JSON.stringify(
        Object.fromEntries(
          texts()
            .filter((field) => field.value)
            .map((field) => [field.name, field.value]),
        ),
      ),
    );
  });
  form.addEventListener("submit", () => keep.set(name, ""));
});

// Files are sent as soon as they are chosen, one after another, with how far each has come; the form then only names
// them. Without script they travel with the form.
all("input[type=file][data-stage]", (field) => {
  const said = document.getElementById("p-files");
  const list = document.getElementById("l-files");
  const form = field.form;
  const listed = (told) => {
    const row = list.appendChild(document.createElement("label"));
    const box = document.createElement("input");
    const text = document.createElement("span");
    const more = document.createElement("span");
    row.className = "sx-check";
    Object.assign(box, { type: "checkbox", name: "kept", value: told.id, checked: true });
    more.className = "sx-muted";
    more.textContent = told.said;
    text.append(told.name, document.createElement("br"), more);
    row.append(box, " ", text);
  };
  const send = async (file) => {
    if (file.size > field.dataset.largest)
      return `“${file.name}”超过 ${Math.floor(field.dataset.largest / 1048576)} MB`;
    const asked = Object.fromEntries(new URLSearchParams(field.dataset.told));
    const come = (bytes, why) => {
      said.textContent = why
        ? `“${file.name}”：${why}`
        : `正在传“${file.name}”：${Math.min(99, Math.floor((bytes / file.size) * 100))}%`;
    };
    try {
      listed(await sanxiang.upload(file, field.dataset.stage, { target: "act", ...asked }, come));
      return "";
    } catch (problem) {
      return problem.message.includes(file.name) ? problem.message : `“${file.name}”${problem.message}`;
    }
  };
  let busy = false;
  field.addEventListener("change", async () => {
    const files = [...field.files];
    const problems = [];
    busy = true;
    for (const file of files) problems.push(await send(file));
    busy = false;
    field.value = "";
    said.textContent = problems.filter(Boolean).join("；");
  });
  form.addEventListener(
    "submit",
    (event) => {
      if (busy) {
        event.preventDefault();
        event.stopImmediatePropagation();
        said.textContent = "文件还在传，传完再办理";
        field.focus();
      }
    },
    { capture: true },
  );
});

// A field that is asked only with certain answers is hidden until they are given; what is typed in it stays.
all("[data-when]", (field) => {
  const asked = document.getElementsByName(field.dataset.when)[0];
  if (!asked) return;
  const follow = () => {
    field.hidden = !field.dataset.in.split("|").includes(asked.value);
  };
  asked.addEventListener("change", follow);
  follow();
});
if (document.querySelector(".sx-login")) {
  try {
    sessionStorage.clear();
  } catch {
    /* none */
  }
}
const summary = document.querySelector("[data-focus]");
if (summary) summary.focus();

// A page that waits for somebody else asks now and then, and opens anew once something happened.
all("[data-ask]", (part) => {
  const ask = async () => {
    try {
      const told = await fetch(part.dataset.ask, { headers: { "X-Ask": "1" }, cache: "no-store" });
      if (told.status === 200) {
        location.reload();
        return;
      }
    } catch {
      /* no network now */
    }
    setTimeout(ask, 2500);
  };
  setTimeout(ask, 2500);
});

// The paper that a form would make, drawn anew a moment after the last key; nothing is written by it.
all("[data-preview]", (part) => {
  const form = document.getElementById("act-form");
  const told = part.querySelector("[data-preview-told]");
  const pages = part.querySelector("[data-preview-pages]");
  if (!form) return;
  part.hidden = false;
  let waiting = 0;
  let asked = 0;
  const draw = async () => {
    const mine = (asked += 1);
    const typed = new FormData(form);
    for (const [name, value] of [...typed]) if (value instanceof File) typed.delete(name);
    try {
      const answer = await fetch(part.dataset.preview, { method: "POST", body: typed });
      if (!answer.ok || mine !== asked) return;
      const found = await answer.json();
      told.textContent = found.missing.length ? `${found.title}　还缺：${found.missing.join("、")}` : found.title;
      pages.replaceChildren(
        ...found.pages.map((source, n) => {
          const page = document.createElement("img");
          page.src = source;
          page.alt = `${found.title}第 ${n + 1} 页`;
          page.className = "sx-sheet";
          return page;
        }),
      );
    } catch {
      /* no network now: the form works without */
    }
  };
  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(draw, 700);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  later();
});

// What the worker is making: look again.
if (document.querySelector("[data-again]")) setTimeout(() => location.reload(), 4000);
