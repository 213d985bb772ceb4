// One recording: its keys on the buttons, the dialog of its records, and its review while it runs.
import { watch } from "./progress.js";

const page = document.querySelector("[data-media-page]");
const codes = JSON.parse(page.querySelector("[data-player]").dataset.keys || "{}");
const MARKS = { Comma: ",", Period: ".", Minus: "-", Equal: "=", Space: "␣", Enter: "↵", Slash: "/" };

for (const key of page.querySelectorAll("[data-key]")) {
  const code = codes[key.dataset.key];
  if (!code) continue;
  key.textContent = code.startsWith("Key") ? code.slice(3) : (MARKS[code] ?? code);
  key.hidden = false;
}

const dialog = page.querySelector("[data-records-dialog]");
page.querySelector("[data-records]")?.addEventListener("click", (event) => {
  event.preventDefault();
  dialog.close();
  dialog.showModal();
});
dialog?.querySelector("[data-close]").addEventListener("click", (event) => {
  event.preventDefault();
  dialog.close();
});

watch(page, page.dataset.running ? [page.dataset.running] : []);
