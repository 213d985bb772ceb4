// The categories to block with, their digits, and a category's reasons.
import { find, make, root, settings, word } from "./page.js";

const place = find("[data-legend]");
const byCode = new Map(settings.categories.map((category) => [category.code, category]));

export const category = (code) => byCode.get(code);
export const categoryName = (code) => byCode.get(code)?.name ?? code;

// In focus the machine's own come first; over tiles the order stays the same for all.
export function codesFor(card, view, tab) {
  if (!card || view === "grid") return settings.categories.filter((one) => one.types.includes(tab)).map((one) => one.code);
  return card.order;
}

export function draw(codes, machine = [], marked = "") {
  place.replaceChildren(
    ...codes.map((code, at) => {
      const digit = at < 9 ? String(at + 1) : "";
      return make(
        "button",
        {
          type: "button",
          className: "wb-category",
          data: { action: "category", code, digit, ...(machine.includes(code) ? { machine: "" } : {}) },
          "aria-pressed": String(code === marked),
        },
        ...(digit ? [make("kbd", {}, digit)] : []),
        make("span", {}, categoryName(code)),
      );
    }),
  );
}

export function drawReasons(code) {
  place.replaceChildren(
    make("p", { className: "wb-legend-say" }, word("reason_of", { category: categoryName(code) })),
    ...byCode.get(code).reasons.slice(0, 9).map((reason, at) =>
      make(
        "button",
        { type: "button", className: "wb-category", data: { action: "reason", reason, digit: String(at + 1) } },
        make("kbd", {}, String(at + 1)),
        make("span", {}, reason),
      ),
    ),
  );
}

// Over tiles the digits always mark; in focus they wait for the key that blocks.
export function open(isOpen, always) {
  root.toggleAttribute("data-choosing", isOpen || always);
  find('[data-action="block"]').setAttribute("aria-expanded", String(isOpen));
}

export const at = (digit) => find(`[data-digit="${digit}"]`, place);
