// Tells an editor that changes are not saved yet, and keeps them from leaving by mistake.
const form = document.getElementById("rules-form");
const note = form.querySelector("[data-changes]");
const asLoaded = new URLSearchParams(new FormData(form)).toString();
let leaving = false;

const changed = () => new URLSearchParams(new FormData(form)).toString() !== asLoaded;

form.addEventListener("input", () => { if (note) note.hidden = !changed(); });
form.addEventListener("submit", () => { leaving = true; });
window.addEventListener("beforeunload", (event) => { if (!leaving && changed()) event.preventDefault(); });
