// Keeps items in hand: claims ahead of need, beats so that they stay, learns what colleagues did.
import { farewell, post, Refused } from "./net.js";
import { find, notice, settings, word } from "./page.js";

const LOW = 10;
const BATCH = 25;
const MOST = 100;
const BEAT = 4000;
const FIGURES_EVERY = 5;

export class Supply extends EventTarget {
  tab = settings.tab;
  view = "focus";
  tiles = 24;
  queue = settings.queue;
  about = null; // of a case: {author} or {data}
  decided = new Set();
  isEmpty = false;
  #turn = 0;
  #loading = null;
  #beats = 0;
  #nextClaim = 0; // not before: the queue had no more to give

  constructor(store, sender, clock) {
    super();
    Object.assign(this, { store, sender, clock });
    setInterval(() => this.beat(), BEAT);
    sender.addEventListener("change", () => sender.waiting.length || this.refillIfLow());
    addEventListener("pagehide", () => this.#leave());
    addEventListener("pageshow", (event) => event.persisted && this.start());
  }

  // Other work: what is in hand goes back, unless it was decided already and is on its way.
  start() {
    this.#turn += 1;
    this.isEmpty = false;
    this.#nextClaim = 0;
    this.store.clear();
    // Two claims at once would look past each other's items.
    const before = this.#loading ?? Promise.resolve();
    return this.#load(before.then(() => this.#claim(true)));
  }

  get wanted() {
    if (this.view === "grid") return Math.min(this.tiles * 2, MOST);
    return this.view === "case" ? MOST : BATCH;
  }

  refillIfLow() {
    const low = this.view === "grid" ? this.tiles : LOW;
    const isDue = this.#turn > 0 && performance.now() >= this.#nextClaim;
    if (isDue && !this.#loading && this.store.cards.length < low) this.#load(this.#claim(false));
  }

  #load(claiming) {
    const loading = claiming.finally(() => {
      if (this.#loading === loading) this.#loading = null;
    });
    this.#loading = loading;
    return loading;
  }

  async #claim(replace) {
    const turn = this.#turn;
    const { tab, view, queue, about } = this;
    // The server still counts as held what was decided and is on its way.
    const count = Math.min(this.wanted + this.sender.unsent, MOST);
    let answer;
    try {
      answer = await post("claim", { tab, view, queue, count, replace, ...about });
    } catch (error) {
      this.#nextClaim = performance.now() + BEAT / 2;
      if (error instanceof Refused) notice("claim", error.message, "bad");
      return;
    }
    if (turn !== this.#turn) return;
    notice("claim");
    this.figures(answer.figures);
    this.aboutCase = answer.case;
    this.#nextClaim = answer.cards.length < count ? performance.now() + BEAT / 2 : 0;
    this.store.add(answer.cards.filter((card) => !this.sender.holds(card.id) && !this.decided.has(card.id)));
    this.isEmpty = !this.store.cards.length && !this.sender.unsent;
    this.dispatchEvent(new Event("supplied"));
  }

  async beat() {
    if (this.sender.state !== "online") return;
    if (!this.store.cards.length || document.visibilityState === "visible") this.refillIfLow();
    const turn = this.#turn;
    const began = performance.now();
    const items = this.store.cards.map((card) => card.id).filter((id) => !this.sender.holds(id));
    const figures = this.#beats++ % FIGURES_EVERY === 0;
    const report = this.clock.report();
    let answer;
    try {
      answer = await post("beat", { items, figures, ...report });
    } catch (error) {
      if (error instanceof Refused) this.clock.arrived();
      return;
    }
    this.clock.arrived();
    if (turn !== this.#turn) return;
    if (answer.figures) this.figures(answer.figures);
    if (answer.care) this.care(answer.care);
    // Not what came back to the desk since the question was asked.
    const gone = answer.gone.filter(({ item }) => this.store.get(item)?.since < began);
    if (gone.length) this.dispatchEvent(new CustomEvent("gone", { detail: gone }));
  }

  figures({ waiting }) {
    for (const [kind, { shown }] of Object.entries(waiting)) {
      const count = find(`[data-count="${kind}"]`);
      if (count) count.textContent = shown;
    }
    const { since, due, late } = waiting[this.tab];
    const place = find("[data-oldest]");
    place.textContent = since ? `${word("oldest", { time: since })} · ${due}` : "";
    place.toggleAttribute("data-late", late);
  }

  care({ capped, break_due, break_minutes }) {
    notice("capped", capped.length ? word("capped", { groups: capped.join(", ") }) : "");
    notice("rest", break_due ? word("rest", { minutes: break_minutes }) : "");
  }

  #leave() {
    const items = this.store.cards.map((card) => card.id).filter((id) => !this.sender.holds(id));
    farewell("release", { items, ...this.clock.report() });
  }
}
