/* Comforts of the usage page; all of it can be read and used without them. */
const card = document.createElement("div");
card.className = "usage-tip";
card.hidden = true;
card.setAttribute("aria-hidden", "true");

function fill(text) {
  const [head, ...lines] = text.split("\n");
  const title = document.createElement("strong");
  title.textContent = head;
  const table = document.createElement("dl");
  for (const line of lines) {
    const [name, value] = line.split("\t");
    const term = document.createElement("dt");
    const figure = document.createElement("dd");
    term.textContent = name;
    figure.textContent = value;
    table.append(term, figure);
  }
  card.replaceChildren(title, table);
}

/* Beside the pointer, and never outside the window. */
function place(event) {
  const { width, height } = card.getBoundingClientRect();
  const left = event.clientX + 16 + width > innerWidth ? event.clientX - width - 16 : event.clientX + 16;
  const top = Math.min(Math.max(event.clientY - height / 2, 8), innerHeight - height - 8);
  card.style.left = `${Math.max(left, 8)}px`;
  card.style.top = `${top}px`;
}

function watch(chart) {
  let shown = null;
  chart.addEventListener("pointermove", (event) => {
    const part = event.target.closest("[data-tip]");
    if (part !== shown) {
      shown = part;
      card.hidden = !part;
      if (part) fill(part.dataset.tip);
    }
    if (part) place(event);
  });
  chart.addEventListener("pointerleave", () => {
    shown = null;
    card.hidden = true;
  });
}

/* The browser's own hint would stand over the card: what it says goes on as the name of the part. */
for (const part of document.querySelectorAll("[data-tip]")) {
  const title = part.querySelector("title");
  if (!title) continue;
  part.setAttribute("aria-label", title.textContent);
  title.remove();
}
for (const chart of document.querySelectorAll(".usage-columns, .usage-map")) watch(chart);
document.body.append(card);

/* One list of filters is open at a time; a click elsewhere or Escape shuts it. */
const filters = [...document.querySelectorAll(".usage-filter")];
const shut = (kept) => filters.forEach((one) => one !== kept && one.removeAttribute("open"));
document.addEventListener("click", (event) => shut(event.target.closest(".usage-filter")));
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && filters.find((one) => one.open);
  if (!open) return;
  open.removeAttribute("open");
  open.querySelector("summary").focus();
});
