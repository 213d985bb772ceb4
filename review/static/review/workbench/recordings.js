// Audio and video at the desk: the players in what is shown, and what keys do to the current one.
import { playerOf } from "../../moderation/player/player.js";
import { follow } from "../../moderation/player/moments.js";
import { all, find } from "./page.js";
import { ready } from "./nodes.js";

const WAYS = { left: "back", right: "on" };

// `refocus`: keys belong to the item again once a slider or a menu was used.
export function begin(within, shield, refocus) {
  for (const root of all("[data-player]", within)) {
    if (root.player) continue;
    const player = playerOf(root);
    if (!player.media) continue;
    follow(player, root.closest(".wb-content") ?? root);
    player.addEventListener("mute", ({ detail }) => shield.mutes !== detail && shield.toggle("mutes"));
    root.addEventListener("change", (event) => event.target.matches("select, [type=range]") && refocus());
  }
  for (const media of all("video, audio", within)) ready(media);
}

// Evidence beside the item leads to its moment as well.
export function lead(beside, content) {
  beside.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-at]");
    const player = link && find("[data-player]", content())?.player;
    if (!player?.media || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    player.media.pause();
    player.seek(Number(link.dataset.at) / 1000);
  });
}

export function perform(content, action) {
  const player = content && find("[data-player]", content)?.player;
  return Boolean(player?.media) && player.perform(WAYS[action] ?? action);
}
