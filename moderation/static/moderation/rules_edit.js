// The editor: tells how much is not saved yet, keeps people from leaving by mistake, and switches an item on
// when a library is chosen for it that nothing else stands behind.
const form = document.getElementById("rules-form");
const told = form.querySelector("[data-changes]");
const wasChanged = "isChanged" in form.dataset;
let leaving = false;

function isAsLoaded(field) {
  // Of those that exclude each other one is switched on: the one that it switched off is no second change.
  if (field.type === "radio") return !field.checked || field.defaultChecked;
  return field.type === "checkbox" ? field.checked === field.defaultChecked : field.value === field.defaultValue;
}
const changed = () =>
  [...form.querySelectorAll("input[name]")].filter((field) => !isAsLoaded(field)).length;

function tell() {
  const count = changed();
  told.hidden = !count;
  told.textContent = count === 1 ? told.dataset.one : told.dataset.many.replace("{n}", count);
}

function countOn(panel) {
  const place = panel && document.querySelector(`[data-on="${panel.dataset.group}"]`);
  if (!place) return;
  const switches = [...panel.querySelectorAll("input[name^='on:']")];
  place.textContent = `${switches.filter((one) => one.checked).length}/${switches.length}`;
}

function showChosen(row) {
  const names = [...row.querySelectorAll("input:checked")].map((box) => box.nextElementSibling.textContent);
  row.classList.toggle("rules-off", !names.length);
  row.querySelector("[data-chosen]").replaceChildren(
    ...names.flatMap((name) => {
      const tag = document.createElement("span");
      tag.className = "as-tag";
      tag.textContent = name;
      return [tag, " "];
    }),
  );
}

form.addEventListener("change", ({ target }) => {
  const row = target.closest("[data-lists]");
  if (row) {
    showChosen(row);
    const item = document.querySelector(`tr[data-code="${row.dataset.lists}"]`);
    const own = item.querySelector("input[name^='on:']");
    if (target.checked && item.dataset.backing !== "engine" && !own.checked) {
      own.checked = true;
      item.classList.remove("rules-off");
    }
  }
  if (target.name.startsWith("on:")) target.closest("tr").classList.toggle("rules-off", !target.checked);
  countOn(target.closest("[data-panel]"));
  tell();
});
form.addEventListener("input", tell);
form.addEventListener("submit", () => { leaving = true; });
// A field that the browser finds wrong may lie in a part that is not shown.
form.addEventListener("invalid", ({ target }) => {
  const panel = target.closest("[data-panel]");
  if (panel?.hidden) {
    panel.hidden = false; // at once, or the browser finds nothing to put its message on
    location.hash = panel.dataset.panel;
  }
}, true);
window.addEventListener("pageshow", () => { leaving = false; tell(); });
window.addEventListener("beforeunload", (event) => {
  if (!leaving && (wasChanged || changed())) event.preventDefault();
});
// One chooser open at a time; Escape and a click elsewhere close it.
document.addEventListener("click", ({ target }) => {
  for (const open of document.querySelectorAll(".rules-pick[open]")) if (!open.contains(target)) open.open = false;
});
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && document.activeElement.closest(".rules-pick[open]");
  if (open) { open.open = false; open.querySelector("summary").focus(); }
});
