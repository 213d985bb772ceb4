// What stands on a key, by `KeyboardEvent.code`: in the reader's own layout where the browser tells it.
const MARKS = {
  Minus: "-", Equal: "=", BracketLeft: "[", BracketRight: "]", Backslash: "\\", IntlBackslash: "<",
  Semicolon: ";", Backquote: "`", Comma: ",", Period: ".", Slash: "?",
};

/** A function from code to name. `words` names the keys that are called by words, such as Space. */
export async function keyNames(words = {}) {
  let layout = new Map();
  try {
    layout = (await navigator.keyboard?.getLayoutMap?.()) ?? layout;
  } catch {
    // Not allowed here: what an American keyboard has is said instead.
  }
  return (code) => {
    if (words[code]) return words[code];
    if (code === "Slash") return MARKS.Slash;
    const own = layout.get(code);
    if (own?.trim()) return own.toLocaleUpperCase();
    return MARKS[code] ?? code.replace(/^(Key|Digit)/, "");
  };
}
