/* Copying an id, and menus of rows that close when another place is clicked. */
"use strict";

for (const button of document.querySelectorAll("[data-copy-text]")) {
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copyText);
    } catch {
      copyWithoutClipboard(button.dataset.copyText); // served without TLS there is no clipboard object
    }
    const label = button.textContent;
    button.textContent = button.dataset.done;
    setTimeout(() => (button.textContent = label), 2000);
  });
}

function copyWithoutClipboard(text) {
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

function shutRowMenus(except) {
  for (const menu of document.querySelectorAll(".results-menu[open]")) {
    if (!menu.contains(except)) menu.open = false;
  }
}
document.addEventListener("click", (event) => shutRowMenus(event.target));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") shutRowMenus(null);
});

/* Empty fields stay out of the address, so that it can be read and shared. */
for (const form of document.querySelectorAll(".results-asked")) {
  form.addEventListener("submit", () => {
    for (const field of form.elements) field.disabled ||= field.tagName !== "FIELDSET" && !field.value;
    setTimeout(() => {
      for (const field of form.elements) field.disabled = false;
    });
  });
}
