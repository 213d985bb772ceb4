// The Online Test: each picture goes on its own, three at a time, and its card appears when it is there.
const AT_ONCE = 3;
const form = document.getElementById("online-test");
const results = document.getElementById("results");

if (form) start();

function start() {
  const files = form.querySelector("input[type=file]");
  const drop = form.querySelector("[data-drop]");
  const said = form.querySelector("[data-said]");
  const bar = form.querySelector("[data-bar]");
  const clear = form.querySelector("[data-clear]");
  const service = form.elements.service;
  const draft = form.querySelector("[data-draft-choice]");

  const offerDraft = () => {
    const has = service.selectedOptions[0]?.hasAttribute("data-draft");
    draft.hidden = !has;
    if (!has) form.elements.draft.checked = false;
  };
  service.addEventListener("change", offerDraft);
  offerDraft();

  if (drop) {
    for (const name of ["dragenter", "dragover"])
      drop.addEventListener(name, (event) => {
        event.preventDefault();
        drop.toggleAttribute("data-over", true);
      });
    drop.addEventListener("dragleave", () => drop.toggleAttribute("data-over", false));
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      drop.toggleAttribute("data-over", false);
      files.files = event.dataTransfer.files;
    });
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const all = contents();
    const most = Number(form.dataset.most);
    if (!all.length) return (said.textContent = form.dataset.nothing);
    const chosen = all.slice(0, most);
    results.replaceChildren();
    clear.hidden = false;
    bar.hidden = false;
    bar.max = chosen.length;
    const button = form.querySelector("button:not([type])");
    button.disabled = true;
    let done = 0;
    const tell = () => {
      bar.value = done;
      said.textContent =
        form.dataset.progress.replace("%(done)s", done).replace("%(all)s", chosen.length) +
        (all.length > most ? " " + form.dataset.tooMany : "");
    };
    tell();
    const places = chosen.map(() => {
      const place = document.createElement("div");
      results.append(place);
      return place;
    });
    let next = 0;
    const work = async () => {
      while (next < chosen.length) {
        const number = next++;
        await show(places[number], chosen[number]);
        done++;
        tell();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    button.disabled = false;
  });

  clear.addEventListener("click", () => {
    results.replaceChildren();
    clear.hidden = bar.hidden = true;
    said.textContent = "";
    setTimeout(offerDraft);
  });

  function contents() {
    const urls = [...new Set((form.elements.urls?.value ?? "").split(/\s*\n\s*/))].filter(Boolean);
    const text = form.elements.content?.value.trim() ? [["content", form.elements.content.value]] : [];
    return [...urls.map((url) => ["urls", url]), ...[...(files?.files ?? [])].map((file) => ["files", file]), ...text];
  }
}

async function show(place, [name, value]) {
  const body = new FormData();
  for (const field of ["csrfmiddlewaretoken", "service", "data_id", "device_id", "ip"])
    body.set(field, form.elements[field].value);
  if (form.elements.draft.checked) body.set("draft", "1");
  body.set(name, value);
  try {
    const answer = await fetch(form.dataset.one, { method: "POST", body });
    if (!answer.ok) throw new Error(answer.status);
    place.innerHTML = await answer.text();
  } catch {
    const note = document.createElement("p");
    note.className = "as-alert as-alert-error";
    note.textContent = `${value.name ?? value}: ${form.dataset.failed}`;
    place.replaceChildren(note);
  }
}
