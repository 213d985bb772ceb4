// The frame that the server drew, what it said to begin with, and small ways to speak of it.
export const root = document.getElementById("workbench");
export const settings = JSON.parse(document.getElementById("workbench-settings").textContent);

export const find = (selector, within = root) => within.querySelector(selector);
export const all = (selector, within = root) => [...within.querySelectorAll(selector)];

export function word(name, values = {}) {
  return settings.words[name].replace(/\{(\w+)\}/g, (_whole, key) => values[key] ?? "");
}

// A piece of page that the server rendered, and escaped.
export function piece(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return document.importNode(template.content.firstElementChild, true);
}

export function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "data") Object.assign(node.dataset, value);
    else if (name.includes("-") || name === "role") node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...children);
  return node;
}

const said = find("[data-said]");

export function say(text, tone = "") {
  said.textContent = text;
  said.dataset.tone = tone;
}

// A line over the work that stays until what it tells of is over.
export function notice(name, text = "", tone = "warn") {
  const place = find("[data-notices]");
  let line = find(`[data-notice="${name}"]`, place);
  if (!text) return line?.remove();
  if (!line) {
    line = make("p", { className: "wb-notice", data: { notice: name } });
    place.append(line);
  }
  line.dataset.tone = tone;
  if (line.textContent !== text) line.textContent = text;
}

export function remembered(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(`assay.workbench.${name}`)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(`assay.workbench.${name}`, JSON.stringify(value));
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

// What stands in the reviewer's settings, until they choose otherwise here; a new setting counts again.
export const ownChoice = (name) => remembered(`${name}.${settings.look[name]}`, settings.look[name]);
export const keepChoice = (name, value) => remember(`${name}.${settings.look[name]}`, value);
