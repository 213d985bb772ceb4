// Shows one part of the rules at a time, keeps it across pages, and filters the items of all parts.
const links = [...document.querySelectorAll("[data-tabs] a")];
const panels = [...document.querySelectorAll("[data-panel]")];
// The names move from the panels into a table of our own: or the browser would jump to them.
const panelOf = new Map(panels.map((panel) => [panel.id, panel]));
const nameOf = new Map(panels.map((panel) => [panel, panel.id]));
const filter = document.getElementById("rules-filter");
const found = document.querySelector("[data-found]");

const asked = () => decodeURIComponent(location.hash.slice(1));

function keepTab() {
  for (const link of document.querySelectorAll("a[data-keep-tab]")) link.hash = location.hash;
  for (const form of document.querySelectorAll("form[data-keep-tab]")) {
    const address = new URL(form.action, location.href);
    address.hash = location.hash;
    form.action = address.href;
    for (const button of form.querySelectorAll("[formaction]")) {
      const other = new URL(button.formAction, location.href);
      other.hash = location.hash;
      button.formAction = other.href;
    }
  }
}

function show(id, { push = false } = {}) {
  const shown = panelOf.get(id) || panels[0];
  for (const panel of panels) panel.hidden = panel !== shown;
  for (const link of links) {
    const isShown = link.hash === `#${nameOf.get(shown)}`;
    link.toggleAttribute("aria-current", isShown);
    if (isShown) link.setAttribute("aria-current", "true");
  }
  if (push && asked() !== nameOf.get(shown)) history.replaceState(null, "", `#${nameOf.get(shown)}`);
  keepTab();
}

function showMatches(words) {
  let count = 0;
  for (const panel of panels) {
    const rows = [...panel.querySelectorAll("[data-item]")];
    let any = false;
    for (const row of rows) {
      const text = row.dataset.item.toLowerCase();
      const matches = words.every((word) => text.includes(word));
      row.hidden = !matches;
      any ||= matches;
      if (matches && row.dataset.code) count += 1;
    }
    panel.hidden = !any;
  }
  found.textContent = found.dataset.words.replace("{n}", count);
  for (const link of links) link.removeAttribute("aria-current");
  found.hidden = false;
}

function showAll() {
  for (const row of document.querySelectorAll("[data-item]")) row.hidden = false;
  found.hidden = true;
  show(asked());
}

function move(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const place = links.indexOf(document.activeElement);
  if (!step || place < 0) return;
  event.preventDefault();
  const next = links[(place + step + links.length) % links.length];
  next.focus();
  show(next.hash.slice(1), { push: true });
}

if (panels.length) {
  for (const panel of panels) panel.removeAttribute("id");
  const fault = document.querySelector("[data-panel] .rules-fault");
  show(fault ? nameOf.get(fault.closest("[data-panel]")) : asked());
  const settle = () => (fault ? fault.scrollIntoView({ block: "center" }) : window.scrollTo(0, 0));
  settle();
  window.addEventListener("load", settle, { once: true });
  // A service without items of its own has nothing to filter.
  if (filter) {
    filter.hidden = false;
    filter.addEventListener("input", () => {
      const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
      if (words.length) showMatches(words); else showAll();
    });
    filter.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  }
  for (const link of links) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      if (filter?.value) { filter.value = ""; showAll(); }
      show(link.hash.slice(1), { push: true });
    });
  }
  document.querySelector("[data-tabs]").addEventListener("keydown", move);
  window.addEventListener("hashchange", () => show(asked()));
} else {
  keepTab();
}
