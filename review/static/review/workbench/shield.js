// Spares the reviewer's eyes and ears: blur, a look while a key is held, greyscale, mute.
import { all, find, keepChoice, ownChoice, root, settings, word } from "./page.js";

export class Shield {
  blurs = settings.look.blur > 0;
  greys = ownChoice("greyscale");
  mutes = ownChoice("mute");
  peeking = false;

  constructor(store, keyName) {
    this.store = store;
    this.keyName = keyName;
    root.style.setProperty("--wb-blur", `${settings.look.blur || settings.look.usual_blur}px`);
    addEventListener("blur", () => this.peek(false));
    this.apply();
  }

  hides(card) {
    return this.blurs && card.severe && !(this.peeking && card.id === this.store.currentId);
  }

  toggle(what) {
    this[what] = !this[what];
    if (what !== "blurs") keepChoice({ greys: "greyscale", mutes: "mute" }[what], this[what]);
    this.apply();
    return this[what];
  }

  peek(on) {
    if (this.peeking === on) return;
    this.peeking = on;
    this.apply();
  }

  apply(within = root) {
    root.toggleAttribute("data-grey", this.greys);
    const states = { blur: this.blurs, greyscale: this.greys, mute: this.mutes };
    for (const [action, on] of Object.entries(states)) {
      find(`[data-action="${action}"]`).setAttribute("aria-pressed", String(on));
    }
    for (const node of all("[data-item]", within)) {
      const card = this.store.get(Number(node.dataset.item));
      if (card) this.cover(node, card);
    }
    for (const media of all("video, audio", within)) media.muted = this.mutes;
  }

  cover(node, card) {
    const hides = this.hides(card);
    node.toggleAttribute("data-shielded", hides);
    const said = find("[data-shield-say]", node);
    if (!said) return;
    said.hidden = !hides;
    said.textContent = hides ? word("shielded", { key: this.keyName("peek") }) : "";
  }
}
