// How long the reviewer is really at it, and for how long they see what is hard to see.
const IDLE = 30_000;
const TICK = 250;
const SIGNS = ["keydown", "keyup", "pointermove", "pointerdown", "wheel", "scroll"];

export class Clock {
  #active = 0;
  #last = performance.now();
  #sign = performance.now();
  #seen = {};
  #looked = 0;
  #outgoing = null;

  // `inSight` tells the detection types that are unblurred before the reviewer's eyes right now.
  constructor(inSight) {
    this.inSight = inSight;
    for (const sign of SIGNS) addEventListener(sign, () => this.#sawLife(), { capture: true, passive: true });
    document.addEventListener("visibilitychange", () => this.tick());
    setInterval(() => this.tick(), TICK);
  }

  #sawLife() {
    const now = performance.now();
    // Away for long, then back: the time between was not work.
    if (now - this.#sign > IDLE) this.#last = now;
    this.#sign = now;
  }

  tick() {
    const now = performance.now();
    const passed = now - this.#last;
    this.#last = now;
    const isAway = document.visibilityState !== "visible" || now - this.#sign > IDLE;
    if (isAway || passed > 4 * TICK + IDLE) return;
    this.#active += passed;
    for (const group of this.inSight()) this.#seen[group] = (this.#seen[group] ?? 0) + passed / 1000;
  }

  begin() {
    this.tick();
    this.#active = 0;
  }

  // The active milliseconds since the last decision, shared by so many items.
  take(items = 1) {
    this.tick();
    const each = Math.round(this.#active / items);
    this.#active = 0;
    this.#looked += items;
    return each;
  }

  // What to tell the server next; the same again until it has arrived.
  report() {
    this.tick();
    if (!this.#outgoing && (Object.keys(this.#seen).length || this.#looked)) {
      this.#outgoing = { seen: this.#seen, looked: this.#looked, report: crypto.randomUUID?.() ?? String(Math.random()) };
      this.#seen = {};
      this.#looked = 0;
    }
    return this.#outgoing ?? {};
  }

  arrived() {
    this.#outgoing = null;
  }
}
