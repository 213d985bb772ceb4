// The review queue: one key decides, the next card is there already.
const queue = document.getElementById("queue");
const said = queue.querySelector("[data-said]");
const cards = () => [...queue.querySelectorAll("article[data-item]:not([data-done])")];
let current = null;

function focus(card) {
  if (!card) return;
  if (current) {
    current.removeAttribute("data-current");
    choose(current, false);
  }
  current = card;
  card.setAttribute("data-current", "");
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
}

function move(step) {
  const all = cards();
  const at = all.indexOf(current);
  focus(all[Math.min(Math.max(at + step, 0), all.length - 1)]);
}

function choose(card, open) {
  card.toggleAttribute("data-choosing", open);
  card.querySelector("[data-open-categories]").setAttribute("aria-expanded", String(open));
}

function say(text, tone = "") {
  said.textContent = text;
  said.dataset.tone = tone;
}

async function decide(card, outcome, label = "") {
  if (card.hasAttribute("data-sending") || card.hasAttribute("data-done")) return;
  card.setAttribute("data-sending", "");
  const form = new FormData(card.querySelector("form"));
  form.set("outcome", outcome);
  form.set("label", label);
  let answer;
  try {
    answer = await fetch(queue.dataset.decide, {
      method: "POST",
      body: form,
      headers: { Accept: "application/json" },
    });
  } catch {
    card.removeAttribute("data-sending");
    return say(queue.dataset.failed, "bad");
  }
  const body = await answer.json().catch(() => ({}));
  card.removeAttribute("data-sending");
  if (answer.ok) {
    say(body.said);
    return settle(card);
  }
  say(body.error?.message ?? queue.dataset.failed, "bad");
  if (answer.status === 404 || answer.status === 409) settle(card);
}

function settle(card) {
  const all = cards();
  const next = all[all.indexOf(card) + 1] ?? all[all.indexOf(card) - 1];
  card.setAttribute("data-done", "");
  card.hidden = true;
  const left = cards().length;
  queue.querySelector('[data-figure="left"]').textContent = left;
  if (next) return focus(next);
  current = null;
  queue.querySelector("[data-end]").hidden = false;
  location.reload();
}

function agree(card) {
  return card.dataset.agree ? decide(card, "block", card.dataset.agree) : decide(card, "pass");
}

queue.addEventListener("submit", (event) => {
  event.preventDefault();
  const card = event.target.closest("article");
  const pressed = event.submitter;
  if (pressed?.name === "label") decide(card, "block", pressed.value);
  else decide(card, "pass");
});

queue.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open-categories]");
  const card = event.target.closest("article");
  if (!card) return;
  if (card !== current) focus(card);
  if (opener) choose(card, !card.hasAttribute("data-choosing"));
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !current) return;
  if (event.target.closest("input:not([type=hidden]), textarea, select, [contenteditable]")) return;
  const onButton = event.target.closest("button, a");
  const key = event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : event.key;
  if (current.hasAttribute("data-choosing") && /^[1-9]$/.test(event.key)) {
    const category = current.querySelector(`[data-digit="${event.key}"]`);
    if (category) decide(current, "block", category.value);
  } else if (key === "p") decide(current, "pass");
  else if (key === "b") choose(current, !current.hasAttribute("data-choosing"));
  else if (key === "j" || key === "ArrowDown") move(1);
  else if (key === "k" || key === "ArrowUp") move(-1);
  else if (key === "Escape") choose(current, false);
  else if (key === "Enter" && !onButton) agree(current);
  else return;
  event.preventDefault();
});

window.addEventListener("pagehide", () => {
  const form = new FormData();
  form.set("csrfmiddlewaretoken", queue.querySelector("[name=csrfmiddlewaretoken]").value);
  if (cards().length) navigator.sendBeacon(queue.dataset.release, form);
});

document.documentElement.classList.add("has-keys");
focus(cards()[0]);
