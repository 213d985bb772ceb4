// Frames and lines of a transcript beside a player: each leads to its time, and is marked while it is played.
export function follow(player, within) {
  within.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-at]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !player.media) return;
    event.preventDefault();
    player.media.pause();
    player.seek(Number(link.dataset.at) / 1000);
  });
  const lines = [...within.querySelectorAll("[data-said-lines] > li")];
  const frames = [...within.querySelectorAll(".frame")].map((frame) => ({
    frame,
    at: Number(frame.querySelector("[data-at]").dataset.at),
  }));
  frames.sort((a, b) => a.at - b.at);
  let shown = null;
  let seen = null;

  player.addEventListener("time", () => {
    const now = player.now * 1000 + 1;
    const line = lines.find((one) => Number(one.dataset.from) <= now && now < Number(one.dataset.to)) ?? null;
    if (line !== shown) {
      shown?.removeAttribute("aria-current");
      line?.setAttribute("aria-current", "true");
      if (line && !player.media.paused) keepInView(line);
      shown = line;
    }
    const at = frames.findLast((one) => one.at <= now)?.frame ?? null;
    if (at !== seen) {
      seen?.removeAttribute("data-here");
      at?.setAttribute("data-here", "");
      seen = at;
    }
  });
}

// Only the list itself scrolls, never the page under the reader.
function keepInView(line) {
  const list = line.closest("[data-said-lines]");
  const top = line.offsetTop - list.offsetTop;
  if (top < list.scrollTop || top + line.offsetHeight > list.scrollTop + list.clientHeight) {
    list.scrollTop = top - list.clientHeight / 3;
  }
}
