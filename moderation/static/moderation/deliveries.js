/* One box that chooses the whole page; empty fields stay out of the address. */
"use strict";

const all = document.getElementById("log-all");
if (all) {
  const boxes = [...document.querySelectorAll("#deliveries tbody input[type=checkbox]")];
  all.hidden = !boxes.length;
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
  });
}

for (const form of document.querySelectorAll(".log-asked")) {
  form.addEventListener("submit", () => {
    const empty = [...form.elements].filter((field) => field.name && !field.value);
    for (const field of empty) field.disabled = true;
    setTimeout(() => {
      for (const field of empty) field.disabled = false;
    });
  });
}
