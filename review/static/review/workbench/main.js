// Begins: ties what happens to what is shown, and takes the first items in hand.
import { all, find, keepChoice, ownChoice, remembered, settings } from "./page.js";
import * as keys from "./keys.js";
import { alike, help, isTiled, sender, state, store, supply, tiles } from "./desk.js";
import { draw, drawCards, drawCase, drawConnection, drawCurrent, drawLegend, drawView } from "./screen.js";
import { goOn, onGone } from "./gone.js";
import { perform } from "./acts.js";

store.addEventListener("cards", () => {
  if (state.gone && store.currentId !== state.gone.item) goOn();
  drawCards();
});
store.addEventListener("current", () => (isTiled() ? drawCurrent() : draw()));
store.addEventListener("marks", () => {
  if (!isTiled()) return;
  tiles.drawMarks();
  drawLegend();
});
supply.addEventListener("gone", onGone);
supply.addEventListener("supplied", () => {
  if (!store.cards.length) draw();
  drawCase();
});
sender.addEventListener("state", drawConnection);
sender.addEventListener("change", drawConnection);
// The browser's own way to shut a dialog would not tell the desk.
for (const dialog of [help, alike.dialog]) dialog.addEventListener("cancel", (event) => event.preventDefault());

const size = find("[data-tiles]");
size.addEventListener("change", () => {
  supply.tiles = Number(size.value);
  keepChoice("tiles", supply.tiles);
  size.blur();
  drawView();
  if (supply.view === "grid") supply.start();
});

supply.tiles = ownChoice("tiles");
if (![...size.options].some((option) => option.value === String(supply.tiles))) size.add(new Option(supply.tiles));
size.value = String(supply.tiles);
supply.view = settings.view || remembered("view", "focus");
if (settings.author || settings.data) {
  supply.view = "case";
  supply.about = settings.author ? { author: settings.author } : { data: settings.data };
} else if (supply.view === "case") {
  supply.view = "focus";
}
for (const part of all("[data-with-script]")) part.hidden = false;
keys.label();
keys.listen(perform);
drawView();
draw();
supply.start();
sender.adopt();
