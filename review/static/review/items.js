// Decides items without leaving the list, asks for a category in a dialog, and shows details beside it.
// Without this script every button and link does the same by pages.
import { playerOf } from "../moderation/player/player.js";
import { follow } from "../moderation/player/moments.js";

const page = document.querySelector("[data-items]");
const form = document.getElementById("items-form");
const done = document.getElementById("items-done");
const refused = page.querySelector("[data-refused]");
const blockDialog = page.querySelector("[data-block-dialog]");
const details = page.querySelector("[data-details]");

const all = (selector, root = page) => [...root.querySelectorAll(selector)];
const pieces = () => all("[data-piece]");
const pieceOf = (id) => page.querySelector(`[data-piece="${CSS.escape(id)}"]`);
const ticked = () => all('[name="items"]:checked');
const filled = (element, n) => element.dataset.words.replace("{n}", n);

/* What is ticked */
const chosen = page.querySelector("[data-chosen]");
const chooseAll = page.querySelector("[data-all]");
let lastTicked = null;

function countTicked() {
  if (!form) return;
  const n = ticked().length;
  chosen.hidden = n === 0;
  chosen.textContent = filled(chosen, n);
  for (const button of all("[data-batch]")) button.disabled = n === 0;
  const open = all('[name="items"]:not(:disabled)');
  chooseAll.checked = n > 0 && n === open.length;
  chooseAll.indeterminate = n > 0 && n < open.length;
}

page.addEventListener("click", (event) => {
  const box = event.target.closest('[name="items"]');
  if (!box) return;
  const boxes = all('[name="items"]');
  if (event.shiftKey && lastTicked && boxes.includes(lastTicked)) {
    const [from, to] = [boxes.indexOf(lastTicked), boxes.indexOf(box)].sort((a, b) => a - b);
    for (const one of boxes.slice(from, to + 1)) one.checked = box.checked && !one.disabled;
  }
  lastTicked = box;
  countTicked();
});
chooseAll?.addEventListener("change", () => {
  for (const box of all('[name="items"]:not(:disabled)')) box.checked = chooseAll.checked;
  countTicked();
});

/* Sending: the answer brings the changed pieces, drawn by the server */
async function send(address, body, ids) {
  const busy = ids.map(pieceOf).filter(Boolean);
  for (const piece of busy) piece.toggleAttribute("data-busy", true);
  let answer;
  try {
    answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } });
  } catch {
    answer = null;
  }
  const told = answer ? await answer.json().catch(() => ({})) : {};
  for (const piece of busy) piece.removeAttribute("data-busy");
  if (!answer?.ok) return tell("", "", told.error?.message ?? page.dataset.failed);
  for (const [id, drawn] of Object.entries(told.pieces)) redraw(id, drawn);
  tell(told.said, told.tokens, told.refused);
  countTicked();
  const shown = details.open && details.querySelector("[data-detail-of]")?.dataset.detailOf;
  if (shown && shown in told.pieces) await show(details.dataset.address);
}

function redraw(id, drawn) {
  const old = pieceOf(id);
  if (!old) return;
  const hadFocus = old.contains(document.activeElement);
  const isShown = old.hasAttribute("data-shown");
  const holder = document.createElement("template");
  holder.innerHTML = drawn;
  const piece = holder.content.firstElementChild;
  piece.toggleAttribute("data-shown", isShown);
  old.replaceWith(piece);
  if (hadFocus) piece.querySelector("button:not(:disabled), a").focus();
}

function tell(said, tokens, why) {
  done.hidden = !said;
  done.querySelector("[data-said]").textContent = said;
  done.elements.tokens.value = tokens;
  done.querySelector("button").hidden = !tokens;
  refused.textContent = why;
  refused.hidden = !why;
}

/* Pass and block, of one item or of all that are ticked */
page.addEventListener("submit", async (event) => {
  if (event.target.method !== "post") return;
  event.preventDefault();
  const sender = event.target;
  const button = event.submitter;
  const body = new FormData(sender);
  if (sender === done) return send(sender.action, body, []);
  if (button.name === "add") {
    const id = details.querySelector("[data-detail-of]").dataset.detailOf;
    await send(sender.action, body, [id]);
    return details.querySelector('[name="note"]')?.focus();
  }
  if (button.name === "tokens") {
    body.set("tokens", button.value);
    return send(button.formAction, body, []);
  }
  const isBatch = button.name === "outcome";
  const ids = isBatch ? ticked().map((box) => box.value) : [button.value.split("-")[0]];
  if (!ids.length) return;
  if (!isBatch) body.delete("items");
  body.set(button.name, button.value);
  const outcome = isBatch ? button.value : button.name;
  if (outcome === "block" && !(await askForCategory(ids.length, body))) return button.focus();
  await send(sender.action, body, ids);
});

function askForCategory(n, body) {
  const asked = blockDialog.querySelector("form");
  asked.reset();
  asked.elements.reason.setAttribute("list", "reasons-all");
  const count = blockDialog.querySelector("[data-block-count]");
  count.textContent = n > 1 ? filled(count, n) : "";
  blockDialog.returnValue = "";
  blockDialog.showModal();
  return new Promise((answer) => {
    blockDialog.addEventListener("close", () => {
      for (const [name, value] of new FormData(asked)) body.set(name, value);
      answer(blockDialog.returnValue === "block");
    }, { once: true });
  });
}

blockDialog.addEventListener("change", (event) => {
  const own = event.target.dataset.reasons;
  const list = own && document.getElementById(own) ? own : "reasons-all";
  if (own) blockDialog.querySelector('[name="reason"]').setAttribute("list", list);
});
blockDialog.addEventListener("keydown", (event) => {
  if (event.target.matches("textarea, [name=reason]") || !/^[1-9]$/.test(event.key)) return;
  const radio = all('[type="radio"]', blockDialog)[Number(event.key) - 1];
  if (!radio) return;
  event.preventDefault();
  radio.checked = true;
  radio.focus();
  radio.dispatchEvent(new Event("change", { bubbles: true }));
});

/* Details beside the list */
let opener = null;

async function show(address) {
  const asked = new URL(address, location.href);
  asked.searchParams.set("panel", "1");
  let answer;
  try {
    answer = await fetch(asked);
  } catch {
    answer = null;
  }
  if (!answer?.ok || answer.redirected) return location.assign(address);
  details.innerHTML = await answer.text();
  details.dataset.address = address;
  beginPlayers(details);
  if (!details.open) details.show();
  details.scrollTop = 0;
  const id = details.querySelector("[data-detail-of]").dataset.detailOf;
  for (const piece of pieces()) piece.toggleAttribute("data-shown", piece.dataset.piece === id);
}

function beginPlayers(within) {
  for (const root of all("[data-player]", within)) follow(playerOf(root), root.closest("[data-media-page]"));
}

function closeDetails() {
  if (!details.open) return;
  for (const playing of all("video, audio", details)) playing.pause();
  details.close();
  for (const piece of pieces()) piece.removeAttribute("data-shown");
  (opener?.isConnected ? opener : pieceOf(opener?.dataset.of ?? "")?.querySelector("[data-open]"))?.focus();
}

page.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-open]");
  if (link && !(event.ctrlKey || event.metaKey || event.shiftKey)) {
    event.preventDefault();
    if (!details.contains(link)) remember(link);
    await show(link.href);
    details.querySelector("[data-close]").focus();
  }
  if (event.target.closest("[data-close]")) closeDetails();
  const move = event.target.closest("[data-move]");
  if (move) await step(Number(move.dataset.move), `[data-move="${move.dataset.move}"]`);
});

function remember(link) {
  opener = link;
  opener.dataset.of = link.closest("[data-piece]")?.dataset.piece ?? "";
}

async function step(by, focused) {
  const list = pieces();
  const at = list.findIndex((piece) => piece.hasAttribute("data-shown"));
  const next = list[at + by]?.querySelector("[data-open]");
  if (!next) return;
  remember(next);
  await show(next.href);
  details.querySelector(focused).focus();
  next.scrollIntoView({ block: "nearest" });
}

/* Arrows move from piece to piece, Escape closes the panel */
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || blockDialog.open) return;
  if (event.key === "Escape") return closeDetails();
  const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  const here = event.target.closest?.("[data-piece]");
  if (!by || !here) return;
  const list = pieces();
  const next = list[list.indexOf(here) + by];
  if (!next) return;
  event.preventDefault();
  next.querySelector("[data-open]").focus();
});

beginPlayers(page);
for (const hidden of all("[data-scripted]")) hidden.hidden = false;
countTicked();
