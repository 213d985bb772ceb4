// Many items at once: small tiles of one kind in the grid, everything of one author in a case.
import { all, find, make, word } from "./page.js";
import { node, warm } from "./nodes.js";
import { begin } from "./recordings.js";
import { categoryName } from "./legend.js";

export class Tiles {
  constructor(store, shield, place) {
    Object.assign(this, { store, shield, place });
    this.loupe = null;
  }

  piece(card, view) {
    return node(card, view === "grid" ? "tile" : "content");
  }

  draw(view) {
    const cards = this.store.visible;
    const list = make("div", { className: `wb-${view}`, role: "group", "aria-label": view });
    list.append(...cards.map((card) => this.piece(card, view)));
    this.place.replaceChildren(list);
    this.list = list;
    this.view = view;
    this.place.toggleAttribute("data-loupe", false);
    begin(this.place, this.shield, () => this.drawCurrent());
    this.shield.apply(this.place);
    this.drawMarks();
    this.drawCurrent();
    warm(this.store.cards.slice(cards.length, cards.length * 2), view === "grid" ? "tile" : "content");
  }

  drawMarks() {
    const cards = this.store.visible;
    cards.forEach((card, at) => {
      const tile = this.piece(card, this.view);
      const mark = this.store.marks.get(card.id);
      const said = mark ? word("tile_block", { category: categoryName(mark.category) }) : word("tile_pass");
      tile.toggleAttribute("data-marked", Boolean(mark));
      let foot = find("[data-mark]", tile);
      if (!foot) {
        foot = make("span", { className: "wb-tile-mark", data: { mark: "" } });
        find(".wb-title", tile).append(foot);
      }
      foot.textContent = mark ? categoryName(mark.category) : word("tile_pass");
      const why = find(".wb-tile-why, .wb-title-label", tile)?.textContent ?? "";
      tile.setAttribute("role", "group");
      tile.setAttribute("aria-label", `${word("tile_of", { place: at + 1, count: cards.length })}: ${why}: ${said}`);
    });
  }

  drawCurrent() {
    for (const tile of all("[data-current]", this.place)) {
      tile.removeAttribute("data-current");
      tile.tabIndex = -1;
    }
    const card = this.store.current;
    if (!card) return;
    const tile = this.piece(card, this.view);
    tile.setAttribute("data-current", "");
    tile.tabIndex = 0;
    tile.focus({ preventScroll: true });
    tile.scrollIntoView({ block: "nearest" });
    if (this.place.hasAttribute("data-loupe")) this.showLoupe();
    this.shield.apply(this.place);
  }

  // How many tiles stand in a row: read off the screen, which knows best.
  get columns() {
    const tops = this.store.visible.map((card) => this.piece(card, this.view).offsetTop);
    return Math.max(1, tops.findIndex((top) => top !== tops[0]) < 0 ? tops.length : tops.findIndex((top) => top !== tops[0]));
  }

  go(direction) {
    const steps = { left: -1, right: 1, up: -this.columns, down: this.columns };
    this.store.move(steps[direction]);
  }

  // The current item large, over the tiles.
  zoom() {
    const isOpen = this.place.toggleAttribute("data-loupe");
    if (isOpen) this.showLoupe();
    else this.hideLoupe();
    return isOpen;
  }

  showLoupe() {
    this.hideLoupe();
    const card = this.store.current;
    if (!card || this.view !== "grid") return;
    this.loupe = make("div", { className: "wb-loupe" }, node(card, "content"));
    this.place.append(this.loupe);
    begin(this.loupe, this.shield, () => this.drawCurrent());
    this.shield.apply(this.loupe);
  }

  hideLoupe() {
    this.loupe?.remove();
    this.loupe = null;
  }
}
