// What `U` takes back: up to ten decisions, single or in batch, with what is left of the time to send.
import { find, settings, word } from "./page.js";

const MOST = 10;

export class Undo {
  constructor(sender) {
    this.sender = sender;
    this.button = find('[data-action="undo"]');
    // Of a page before this one: known to the server only.
    this.entries = [...settings.undoable].reverse().map(({ decision, batch, count }) => ({
      ops: [],
      decisions: batch ? [] : [decision],
      batches: batch ? [batch] : [],
      items: [],
      cards: [],
      count,
    }));
    setInterval(() => this.draw(), 250);
    this.draw();
  }

  note(ops, cards, marks = new Map()) {
    const entry = { ops: ops.map((op) => op.id), decisions: [], batches: [], cards, marks, at: Date.now() };
    entry.items = cards.map((card) => card.id);
    entry.count = cards.length;
    entry.delay = Math.min(...cards.map((card) => card.delay));
    for (const op of ops) {
      op.arrived.then(
        (answer) => this.#arrived(entry, op, answer),
        () => this.#drop(entry, op),
      );
    }
    this.entries = [...this.entries, entry].slice(-MOST);
    this.draw();
    return entry;
  }

  #arrived(entry, op, { decision, batches = [] }) {
    entry.ops = entry.ops.filter((id) => id !== op.id);
    if (decision) entry.decisions.push(decision);
    entry.batches.push(...batches);
  }

  #drop(entry, op) {
    entry.ops = entry.ops.filter((id) => id !== op.id);
    if (!entry.ops.length && !entry.decisions.length && !entry.batches.length) {
      this.entries = this.entries.filter((one) => one !== entry);
      this.draw();
    }
  }

  // Takes the last entry back. Returns it, with `op` if the server has to be told.
  take(view) {
    const entry = this.entries.pop();
    if (!entry) return null;
    const left = entry.ops.filter((id) => !this.sender.cancel(id));
    if (left.length || entry.decisions.length || entry.batches.length) {
      entry.op = this.sender.push("undo", {
        ops: left,
        decisions: [...entry.decisions],
        batches: [...entry.batches],
        items: entry.items,
        view: entry.cards.length ? "" : view,
      });
    }
    this.draw();
    return entry;
  }

  draw() {
    const last = this.entries.at(-1);
    this.button.disabled = !last;
    const left = last?.at ? Math.ceil(last.delay - (Date.now() - last.at) / 1000) : 0;
    const text = !last ? "" : left > 0 ? word("sent_in", { seconds: left }) : word("sent");
    const place = find("[data-undo]", this.button);
    if (place.textContent !== text) place.textContent = text;
    this.button.toggleAttribute("data-pending", left > 0);
  }
}
