// What colleagues did to items in hand. The one being looked at is never swapped under the reviewer's fingers.
import { root, say, word } from "./page.js";
import { keyName } from "./keys.js";
import { focus, isTiled, state, store, supply } from "./desk.js";

const WORDS = { decided: "gone_decided", taken: "gone_taken", escalated: "gone_escalated" };
const SHOWN_FOR = 2500;

export function onGone({ detail }) {
  const looked = !isTiled() && !state.gone && detail.find(({ item }) => item === store.currentId);
  const others = detail.filter((one) => one !== looked);
  if (looked) {
    state.gone = { item: looked.item, timer: setTimeout(goOn, SHOWN_FOR) };
    root.toggleAttribute("data-gone", true);
    focus.veil(`${said(looked)} ${word("gone_wait", { key: keyName("next") })}`);
    say(said(looked), "bad");
  } else if (others.length) {
    say(said(others.at(-1)), "bad");
  }
  store.remove(others.map(({ item }) => item));
}

export function goOn() {
  if (!state.gone) return;
  clearTimeout(state.gone.timer);
  const { item } = state.gone;
  state.gone = null;
  root.toggleAttribute("data-gone", false);
  store.remove([item]);
  supply.refillIfLow();
}

function said({ why, by, outcome, label }) {
  if (!by || !WORDS[why]) return word("gone");
  return word(WORDS[why], { name: by, outcome: label ? `${outcome} (${label})` : outcome });
}
