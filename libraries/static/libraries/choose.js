// Counts what is selected on the page, and selects all of it.
const form = document.getElementById("images");
const all = form?.querySelector("[data-choose-all]");

if (all) {
  const boxes = [...form.querySelectorAll("input[name=image]")];
  const count = form.querySelector("[data-count]");
  const sure = form.querySelector(".as-sure");
  let last = null;

  const tell = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    all.checked = chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
    count.textContent = chosen ? count.dataset.some.replace("{n}", chosen) : count.dataset.none;
    sure.hidden = chosen === 0;
    if (!chosen) sure.open = false;
  };

  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    tell();
  });
  for (const box of boxes) {
    box.addEventListener("click", (event) => {
      if (event.shiftKey && last && last !== box) {
        const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((one, other) => one - other);
        for (const between of boxes.slice(from, to + 1)) between.checked = box.checked;
      }
      last = box;
      tell();
    });
  }
  form.querySelector("[data-all]").hidden = false;
  tell();
}
