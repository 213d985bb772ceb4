// One item, everything on one screen.
import { all, find, make } from "./page.js";
import { node, warm } from "./nodes.js";
import { begin } from "./recordings.js";

const AHEAD = 6;
const STEP = 160;

export class Focus {
  zoomed = 0;

  constructor(store, shield, left) {
    Object.assign(this, { store, shield, left });
  }

  draw() {
    const card = this.store.current;
    this.zoomed = 0;
    if (!card) return;
    const content = node(card, "content");
    for (const playing of all("video, audio", this.left)) playing.pause();
    content.removeAttribute("data-current");
    content.setAttribute("aria-labelledby", `wb-title-${card.id}`);
    content.removeAttribute("aria-label");
    find(".wb-title [data-mark]", content)?.remove();
    find("[data-media]", content).dataset.zoom = "0";
    this.shield.cover(content, card);
    this.left.replaceChildren(content);
    begin(content, this.shield, () => content.focus({ preventScroll: true }));
    content.focus({ preventScroll: true });
    // After this item is on the screen.
    requestAnimationFrame(() => setTimeout(() => warm(this.store.ahead(AHEAD), "content")));
  }

  zoom() {
    const media = find("[data-media]", this.left);
    if (!media) return false;
    this.zoomed = (this.zoomed + 1) % 3;
    media.dataset.zoom = String(this.zoomed);
    media.scrollTo((media.scrollWidth - media.clientWidth) / 2, (media.scrollHeight - media.clientHeight) / 2);
    return this.zoomed > 0;
  }

  pan(direction) {
    const media = find("[data-media]", this.left);
    if (!media) return false;
    const [x, y] = { left: [-STEP, 0], right: [STEP, 0], up: [0, -STEP], down: [0, STEP] }[direction];
    media.scrollBy(x, y);
    return true;
  }

  // A colleague was faster: nothing is swapped under the reviewer's hands.
  veil(text) {
    const content = this.left.firstElementChild;
    if (!content) return;
    content.append(make("p", { className: "wb-veil", role: "status" }, text));
  }
}
