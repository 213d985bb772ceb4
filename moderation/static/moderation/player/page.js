// Players on an ordinary page, with the keys of a reviewer's own map.
import { playerOf } from "./player.js";
import { follow } from "./moments.js";

const FIELD = "input:not([type=range], [type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const ARROWS = { ArrowLeft: "back", ArrowRight: "on" };

for (const root of document.querySelectorAll("[data-player]")) {
  const player = playerOf(root);
  const around = root.closest("[data-media-page]") ?? root;
  follow(player, around);
  const codes = new Map(Object.entries(JSON.parse(root.dataset.keys || "{}")).map(([what, code]) => [code, what]));

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (document.querySelector("dialog:modal")) return;
    const target = event.target instanceof Element ? event.target : document.body;
    const isMenu = target.matches("[data-speed]");
    if (target.closest(FIELD) && !isMenu) return;
    const isPressed = event.code === "Space" || event.code === "Enter";
    if (isPressed && target.closest("button, a, summary, input, select")) return;
    if ((isMenu || target.closest("input[type=range]")) && event.code.startsWith("Arrow")) return;
    const what = event.code === "Space" ? "play" : (ARROWS[event.code] ?? codes.get(event.code));
    if (!what) return;
    const press = around.querySelector(`[data-press="${what}"]`);
    if (press) press.click();
    else if (!player.perform(what)) return;
    event.preventDefault();
  });
}
