// Open items of the same or similar content: three are looked at, then all are decided the same, and undone as one.
import { get } from "./net.js";
import { find, make, word } from "./page.js";
import { node } from "./nodes.js";

const SHARE = 100;
const KEPT_FOR = 20_000;

export class Alike {
  #offer = null;
  #found = null;

  // `decided` is told of the shares, and of all their items.
  constructor(shield, decided) {
    Object.assign(this, { shield, decided });
    this.line = find("[data-offer]");
    this.dialog = find("[data-alike]");
    this.dialog.addEventListener("cancel", (event) => event.preventDefault());
  }

  get isOpen() {
    return this.dialog.open;
  }

  get isOffered() {
    return !this.line.hidden;
  }

  // After a decision on an item that others are like.
  offer(card, verdict, said) {
    if (!card.similar) return;
    clearTimeout(this.#offer?.timer);
    this.#offer = { card, verdict, said, timer: setTimeout(() => this.withdraw(), KEPT_FOR) };
    find("[data-offer-text]", this.line).textContent = word("similar", { count: card.similar });
    this.line.hidden = false;
  }

  withdraw() {
    clearTimeout(this.#offer?.timer);
    this.#offer = null;
    this.line.hidden = true;
  }

  async open() {
    const offered = this.#offer;
    if (!offered) return;
    const { card, verdict, said } = offered;
    const { items, shown } = await get("similar", { item: card.id });
    if (this.#offer !== offered) return;
    this.withdraw();
    if (!items.length) return;
    this.#found = { items, verdict };
    find("[data-alike-title]", this.dialog).textContent = word("similar", { count: items.length });
    find("[data-alike-do]", this.dialog).textContent = word("similar_do", { count: items.length, outcome: said });
    const names = ["representative", "farthest", "random"];
    find("[data-alike-shown]", this.dialog).replaceChildren(
      ...shown.map((one, at) => {
        const content = node(one, "content");
        this.shield.cover(content, one);
        return make("figure", {}, make("figcaption", {}, word(names[at] ?? "random")), content);
      }),
    );
    this.dialog.showModal();
    find('[data-action="alike"]', this.dialog).focus();
  }

  close() {
    this.#found = null;
    this.dialog.close();
  }

  // Hands the whole group over, in shares that the server takes in one go.
  decide() {
    const { items, verdict } = this.#found;
    this.close();
    const shares = [];
    for (let at = 0; at < items.length; at += SHARE) shares.push({ ...verdict, items: items.slice(at, at + SHARE) });
    this.decided(shares, items);
  }
}
