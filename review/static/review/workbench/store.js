// The items in hand, in order, which of them is looked at, and how tiles are marked.
export class Store extends EventTarget {
  cards = [];
  page = null; // ids of the tiles on the screen; null: all that is in hand
  currentId = 0;
  marks = new Map(); // item -> {category, reason}

  get(id) {
    return this.cards.find((card) => card.id === id);
  }

  get current() {
    return this.get(this.currentId);
  }

  get visible() {
    return this.page ? this.cards.filter((card) => this.page.has(card.id)) : this.cards;
  }

  // Those that come after the current one: what is worth having in memory.
  ahead(count) {
    const at = this.cards.findIndex((card) => card.id === this.currentId);
    return this.cards.slice(at + 1, at + 1 + count);
  }

  add(cards, { first = false } = {}) {
    const fresh = cards.filter((card) => !this.get(card.id));
    if (!fresh.length) return;
    for (const card of fresh) card.since = performance.now();
    this.cards = first ? [...fresh, ...this.cards] : [...this.cards, ...fresh];
    if (this.page && first) this.page = new Set([...fresh.map((card) => card.id), ...this.page]);
    if (first || !this.current) this.currentId = first ? fresh[0].id : (this.visible[0]?.id ?? 0);
    this.tell("cards");
  }

  remove(ids) {
    const going = new Set(ids);
    const before = this.visible;
    const at = before.findIndex((card) => card.id === this.currentId);
    this.cards = this.cards.filter((card) => !going.has(card.id));
    for (const id of going) {
      this.marks.delete(id);
      this.page?.delete(id);
    }
    if (going.has(this.currentId)) {
      const left = (card) => !going.has(card.id);
      this.currentId = (before.slice(at + 1).find(left) ?? before.slice(0, Math.max(at, 0)).findLast(left))?.id ?? 0;
    }
    this.tell("cards");
  }

  clear() {
    this.cards = [];
    this.page = null;
    this.currentId = 0;
    this.marks.clear();
    this.tell("cards");
  }

  // Put the next so many tiles on the screen.
  turn(size) {
    this.page = Number.isFinite(size) ? new Set(this.cards.slice(0, size).map((card) => card.id)) : null;
    if (!this.visible.some((card) => card.id === this.currentId)) this.currentId = this.visible[0]?.id ?? 0;
    this.tell("cards");
  }

  look(id) {
    if (!this.get(id) || id === this.currentId) return;
    this.currentId = id;
    this.tell("current");
  }

  move(step) {
    const seen = this.visible;
    const at = seen.findIndex((card) => card.id === this.currentId);
    const to = seen[Math.min(Math.max(at + step, 0), seen.length - 1)];
    if (to) this.look(to.id);
  }

  mark(id, category = "", reason = "") {
    if (category) this.marks.set(id, { category, reason });
    else this.marks.delete(id);
    this.tell("marks");
  }

  tell(what) {
    this.dispatchEvent(new Event(what));
  }
}
