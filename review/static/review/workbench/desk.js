// The parts of the desk, and the state it is in. Who shows and who acts share it.
import { find } from "./page.js";
import { keyName } from "./keys.js";
import { Alike } from "./alike.js";
import { Clock } from "./clock.js";
import { Focus } from "./focus.js";
import { Sender } from "./sender.js";
import { Shield } from "./shield.js";
import { Store } from "./store.js";
import { Supply } from "./supply.js";
import { Tiles } from "./tiles.js";
import { Undo } from "./undo.js";
import { Verbs } from "./verbs.js";

export const left = find("[data-left]");
export const right = find("[data-right]");
export const help = find("[data-help]");

export const store = new Store();
export const sender = new Sender();
export const shield = new Shield(store, keyName);
export const clock = new Clock(inSight);
export const supply = new Supply(store, sender, clock);
export const undo = new Undo(sender);
export const alike = new Alike(shield, (shares, items) => verbs.decideAlike(shares, items));
export const verbs = new Verbs({ store, sender, supply, undo, clock, alike });
export const focus = new Focus(store, shield, left);
export const tiles = new Tiles(store, shield, left);

export const state = {
  choosing: "", // "category", or the category whose reason is chosen
  gone: null, // the item that a colleague decided while it was looked at
};

export const isTiled = () => supply.view !== "focus";

// The detection types that are unblurred before the reviewer's eyes.
function inSight() {
  const seen = isTiled() ? store.visible : [store.current];
  return new Set(seen.filter((card) => card && !shield.hides(card)).flatMap((card) => card.groups));
}
