// The list of recordings: what is selected, the range of time, and reviews that run while one looks.
import { watch } from "./progress.js";

const page = document.querySelector("[data-media-list]");
const all = (selector) => [...page.querySelectorAll(selector)];
const chosen = page.querySelector("[data-chosen]");
const chooseAll = page.querySelector("[data-all]");
const boxes = () => all('[name="media"][type="checkbox"]');
let last = null;

function count() {
  const n = boxes().filter((box) => box.checked).length;
  if (chosen) chosen.textContent = n ? chosen.dataset.words.replace("{n}", n) : "";
  for (const button of all("[data-batch]")) button.disabled = n === 0;
  if (!chooseAll) return;
  chooseAll.checked = n > 0 && n === boxes().length;
  chooseAll.indeterminate = n > 0 && n < boxes().length;
}

page.addEventListener("click", (event) => {
  const box = event.target.closest('[name="media"][type="checkbox"]');
  if (!box) return;
  if (event.shiftKey && last) {
    const list = boxes();
    const [from, to] = [list.indexOf(last), list.indexOf(box)].sort((a, b) => a - b);
    for (const one of list.slice(from, to + 1)) one.checked = box.checked;
  }
  last = box;
  count();
});
chooseAll?.addEventListener("change", () => {
  for (const box of boxes()) box.checked = chooseAll.checked;
  count();
});
// Enter in the reason must not press the first of three buttons.
page.querySelector('[name="reason"]')?.addEventListener("keydown", (event) => {
  if (event.key === "Enter") event.preventDefault();
});

/* All or a range of one's own */
const range = page.querySelector("[data-range]");
const edges = all('.media-when [type="datetime-local"]');
const when = all("[data-when]");
for (const choice of when) {
  choice.addEventListener("change", () => {
    const custom = choice.dataset.when === "custom";
    range.hidden = !custom;
    if (!custom) for (const edge of edges) edge.value = "";
    if (custom) edges[0]?.focus();
  });
}
const isCustom = when.find((choice) => choice.dataset.when === "custom")?.checked;
range.hidden = !isCustom;
// The edges say it all: they alone stand in the address.
page.querySelector(".media-asked").addEventListener("submit", () => {
  for (const choice of when) choice.disabled = true;
  setTimeout(() => when.forEach((choice) => (choice.disabled = false)));
});

for (const hidden of all("[data-scripted]")) hidden.hidden = false;
count();
watch(page, all("[data-running]").map((row) => row.dataset.media));
