// What a reviewer does to items. Each takes effect on the screen at once; the sender sees to the rest.
import { categoryName } from "./legend.js";
import { say, word } from "./page.js";

export class Verbs {
  constructor({ store, sender, supply, undo, clock, alike }) {
    Object.assign(this, { store, sender, supply, undo, clock, alike });
  }

  // `verdict`: {outcome, category, label, reason}
  decide(card, verdict) {
    const op = this.sender.push("decide", { item: card.id, ...verdict, ms: this.clock.take() });
    const said = saidOf(verdict);
    this.undo.note([op], [card]);
    this.#leave([card]);
    say(said, verdict.outcome);
    op.arrived.then(
      () => this.alike.offer(card, verdict, said),
      (refused) => this.#refused([card], refused),
    );
  }

  // The whole page of tiles: what is marked is blocked, the rest passes.
  submit() {
    const cards = this.store.visible;
    if (!cards.length) return false;
    const ms = this.clock.take(cards.length);
    const groups = new Map();
    const marks = new Map();
    for (const card of cards) {
      const mark = this.store.marks.get(card.id);
      if (mark) marks.set(card.id, mark);
      const key = mark ? `${mark.category} ${mark.reason}` : "";
      const group = groups.get(key) ?? { outcome: mark ? "block" : "pass", items: [], ms: 0, ...mark };
      group.items.push(card.id);
      group.ms += ms;
      groups.set(key, group);
    }
    const ops = [...groups.values()].map((group) => this.sender.push("batch", group));
    this.undo.note(ops, cards, marks);
    this.#leave(cards);
    say(word("batch", { passed: cards.length - marks.size, blocked: marks.size }), marks.size ? "block" : "pass");
    for (const op of ops) this.#watch(op, cards);
    return true;
  }

  // Items like one that was decided: most of them were never on this screen.
  decideAlike(shares, items) {
    const ops = shares.map((share) => this.sender.push("batch", share));
    const here = items.map((id) => this.store.get(id)).filter(Boolean);
    const stand = { id: 0, delay: here[0]?.delay ?? 0 };
    const entry = this.undo.note(ops, here.length ? here : [stand]);
    entry.items = items;
    entry.count = items.length;
    if (!here.length) entry.cards = [];
    for (const id of items) this.supply.decided.add(id);
    this.store.remove(items);
    say(saidOf(shares[0]) + ` × ${items.length}`, shares[0].outcome);
    for (const op of ops) this.#watch(op, here);
  }

  #watch(op, cards) {
    op.arrived.then(
      ({ refused }) => {
        const [first] = Object.values(refused);
        if (first) say(word("refused", { message: first.message }), "bad");
      },
      (refused) => this.#refused(cards.filter((card) => op.body.items.includes(card.id)), refused),
    );
  }

  leave(kind, card, text, said) {
    const op = this.sender.push(kind, { item: card.id, text });
    this.#leave([card]);
    say(said);
    op.arrived.catch((refused) => this.#refused([card], refused));
  }

  note(card, text) {
    const op = this.sender.push("note", { item: card.id, text });
    say(word("noted"));
    op.arrived.catch((refused) => say(word("refused", { message: refused.message }), "bad"));
    return op.arrived;
  }

  takeBack() {
    const entry = this.undo.take(this.supply.view);
    if (!entry) return say(word("nothing_to_undo"));
    this.alike.withdraw();
    const { cards, marks = new Map(), items, count, op } = entry;
    for (const id of items) this.supply.decided.delete(id);
    this.#back(cards);
    for (const [id, mark] of marks) this.store.mark(id, mark.category, mark.reason);
    say(word("undone", { count }));
    op?.arrived.then(
      (answer) => this.#back(answer.cards),
      (refused) => {
        this.store.remove(cards.map((card) => card.id));
        say(word("refused", { message: refused.message }), "bad");
      },
    );
  }

  #back(cards) {
    if (!cards.length) return;
    this.store.add(cards, { first: true });
    this.supply.isEmpty = false;
    this.clock.begin();
  }

  #leave(cards) {
    for (const card of cards) this.supply.decided.add(card.id);
    this.store.remove(cards.map((card) => card.id));
    this.supply.refillIfLow();
  }

  #refused(cards, refused) {
    say(word("refused", { message: refused.message }), "bad");
    if (refused.status !== 400 && refused.status !== 0) return;
    // Nothing wrong with the item: it is to be decided still.
    for (const card of cards) this.supply.decided.delete(card.id);
    this.#back(cards);
  }
}

export function saidOf({ outcome, category, label }) {
  return outcome === "pass" ? word("passed") : word("blocked", { category: category ? categoryName(category) : label });
}
