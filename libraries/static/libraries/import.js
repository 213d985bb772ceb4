// Moves the bar of an import, and shows the page anew when its work is done.
const panel = document.getElementById("import");
const bar = panel.querySelector("progress");
const EVERY = 500, SELDOM = 3000;
let state = "";

async function look() {
  let wait = EVERY;
  try {
    const answer = await fetch(panel.dataset.state, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    const now = await answer.json();
    if (!now.under_way || (state && state !== now.state)) return location.reload();
    state = now.state;
    show(now);
  } catch {
    wait = SELDOM;
  }
  setTimeout(look, wait);
}

const said = (number) => number.toLocaleString(document.documentElement.lang || "en");

function show({ lines, done, counts }) {
  if (lines) {
    bar.max = lines;
    bar.value = done;
  }
  for (const [name, value] of Object.entries({ done, lines })) {
    const place = panel.querySelector(`[data-${name}]`);
    if (place && value !== null) place.textContent = said(value);
  }
  for (const [outcome, value] of Object.entries(counts)) {
    const place = document.querySelector(`[data-outcome="${outcome}"]`);
    if (place) place.textContent = said(value);
  }
}

look();
