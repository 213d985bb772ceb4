// Asks how far reviews have come, and draws the page anew when one has ended.
const EVERY = 2000;

export function watch(page, ids) {
  if (!ids.length) return;
  const address = `${page.dataset.progress}?${ids.map((id) => `id=${encodeURIComponent(id)}`).join("&")}`;
  const ask = async () => {
    if (document.visibilityState !== "visible") return setTimeout(ask, EVERY);
    let running;
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      ({ running } = await answer.json());
    } catch {
      return setTimeout(ask, EVERY * 3);
    }
    if (ids.some((id) => !(id in running))) return renew(ids, running);
    draw(page, running);
    setTimeout(ask, EVERY);
  };
  setTimeout(ask, EVERY);
}

function draw(page, running) {
  for (const [id, { percent, step }] of Object.entries(running)) {
    const place = page.querySelector(`[data-progress-of="${CSS.escape(id)}"]`);
    if (!place) continue;
    place.querySelector("progress").value = percent;
    place.querySelector("span").textContent = `${step} · ${percent} %`;
  }
}

// Not under the hands of somebody who writes, chooses or watches.
function renew(ids, running) {
  const isAtWork = document.activeElement?.matches("input:not([type=checkbox]), textarea, select");
  const isChoosing = document.querySelector('[name="media"][type="checkbox"]:checked');
  const isPlaying = [...document.querySelectorAll("video, audio")].some((media) => !media.paused);
  if (isAtWork || isChoosing || isPlaying || document.querySelector("dialog[open]")) {
    return setTimeout(renew, EVERY, ids, running);
  }
  location.reload();
}
