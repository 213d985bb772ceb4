// Audio and video at the desk: the players in what is shown, and what keys do to the current one.
import { playerOf } from "../../moderation/player/player.js";
import { follow } from "../../moderation/player/moments.js";
import { all, find } from "./page.js";
import { ready } from "./nodes.js";

const WAYS = { play: "toggle", left: "back", right: "on" };

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

export function perform(content, action) {
  const player = content && find("[data-player]", content)?.player;
  return Boolean(player?.media) && player.perform(WAYS[action] ?? action);
}
