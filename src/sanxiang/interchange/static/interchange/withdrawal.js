/* A receipt with something open asks again and shows what came meanwhile; what the reader has unfolded stays so. */
const PAUSE = 5000;
const live = () => document.querySelector("[data-live]");

async function again() {
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    const found = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-live]");
    if (answer.ok && found) {
      const open = new Set([...live().querySelectorAll("details[open]")].map((one) => one.dataset.place));
      found.querySelectorAll("details").forEach((one) => {
        one.open = open.has(one.dataset.place);
      });
      live().replaceWith(document.adoptNode(found));
    }
  } catch {
    /* The next time. */
  }
  if (live().dataset.live) setTimeout(again, PAUSE);
}

if (live()?.dataset.live) setTimeout(again, PAUSE);
