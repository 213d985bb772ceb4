/* While a file is being written its row is read again, until all of them rest. */
"use strict";

const PAUSE = 1500;

async function follow() {
  const list = document.getElementById("exports");
  if (!list || !("moving" in list.dataset)) return;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("exports");
    if (fresh) list.replaceWith(fresh);
  } catch {
    // The server may be restarting: ask again.
  }
  setTimeout(follow, PAUSE);
}
setTimeout(follow, PAUSE);
