/* While a request is under way its page is read again, until it has ended. */
"use strict";

const PAUSE = 2000;

async function follow() {
  const shown = document.getElementById("subject-request");
  if (!shown || !("moving" in shown.dataset)) return;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("subject-request");
    if (fresh) shown.replaceWith(fresh);
  } catch {
    // The server may be restarting: ask again.
  }
  setTimeout(follow, PAUSE);
}
setTimeout(follow, PAUSE);
