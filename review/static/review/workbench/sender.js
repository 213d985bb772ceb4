// Takes what the reviewer did and sees to it that it arrives: in order, once, whatever the network does.
// What has not arrived is kept in the browser, and sent by the next page if this one goes away.
import { post, farewell, Refused, SignedOut, Unreachable } from "./net.js";
import { settings } from "./page.js";

const TOGETHER = 20;
const PAUSES = [300, 800, 2000, 4000, 8000];
const ORPHANED = 30_000;
const SHELF = `assay.workbench.unsent.${settings.me}.`;

const newId = () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("");

export class Sender extends EventTarget {
  waiting = [];
  state = "online";
  #answers = new Map(); // op -> {resolve, reject}
  #running = false;
  #wake = null;
  #shelf = SHELF + tabId();

  constructor() {
    super();
    addEventListener("online", () => this.#wake?.());
    addEventListener("pagehide", () => this.#farewell());
  }

  // Returns the op; `op.arrived` is told what the server made of it.
  push(kind, body) {
    const op = { id: newId(), kind, body, at: Date.now(), tried: false };
    Object.defineProperty(op, "arrived", {
      value: new Promise((resolve, reject) => this.#answers.set(op.id, { resolve, reject })),
    });
    op.arrived.catch(() => {});
    this.waiting.push(op);
    this.#changed();
    this.#run();
    return op;
  }

  // True if it was taken back before anybody was told.
  cancel(id) {
    const op = this.waiting.find((one) => one.id === id);
    if (!op || op.tried) return false;
    this.waiting = this.waiting.filter((one) => one !== op);
    this.#answers.delete(id);
    this.#changed();
    return true;
  }

  // How many items wait for their word to arrive.
  get unsent() {
    return this.waiting.reduce((sum, { kind, body }) => sum + (kind === "note" ? 0 : (body.items?.length ?? 1)), 0);
  }

  holds(item) {
    return this.waiting.some(({ kind, body }) => kind !== "note" && (body.item === item || body.items?.includes(item)));
  }

  // What an earlier page left behind; it told its reviewer already.
  adopt() {
    const found = [];
    for (const key of Object.keys(localStorage).filter((name) => name.startsWith(SHELF))) {
      const ops = JSON.parse(localStorage.getItem(key) ?? "[]");
      if (key !== this.#shelf && ops.some((op) => Date.now() - op.at < ORPHANED)) continue;
      if (key !== this.#shelf) localStorage.removeItem(key);
      found.push(...ops.map((op) => ({ ...op, tried: true })));
    }
    this.waiting.unshift(...found);
    this.#changed();
    this.#run();
    return found;
  }

  async #run() {
    if (this.#running) return;
    this.#running = true;
    await null; // so that what is pushed in one go leaves in one go
    for (let failures = 0; this.waiting.length; ) {
      const group = this.#next();
      for (const op of group) op.tried = true;
      try {
        const outcomes = await deliver(group);
        failures = 0;
        this.#be("online");
        this.#settle(group, outcomes);
      } catch (error) {
        if (!(error instanceof Unreachable)) {
          this.#settle(group, group.map(() => error instanceof Refused ? error : new Refused(0)));
          if (!(error instanceof Refused)) console.error(error);
          continue;
        }
        this.#be(error instanceof SignedOut ? "signed_out" : "offline");
        await this.#pause(PAUSES[Math.min(failures++, PAUSES.length - 1)]);
      }
    }
    this.#running = false;
  }

  #next() {
    const [first] = this.waiting;
    if (first.kind !== "decide") return [first];
    const end = this.waiting.findIndex((op) => op.kind !== "decide");
    return this.waiting.slice(0, Math.min(TOGETHER, end < 0 ? TOGETHER : end));
  }

  #settle(group, outcomes) {
    this.waiting = this.waiting.filter((op) => !group.includes(op));
    group.forEach((op, place) => {
      const outcome = outcomes[place];
      const failed = outcome instanceof Refused;
      for (const later of this.waiting) if (later.kind === "undo") name(later.body, op.id, failed ? {} : outcome);
      const answer = this.#answers.get(op.id);
      this.#answers.delete(op.id);
      if (failed) answer?.reject(outcome);
      else answer?.resolve(outcome);
    });
    this.#changed();
  }

  #pause(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => (clearTimeout(timer), resolve());
    });
  }

  #be(state) {
    if (this.state === state) return;
    this.state = state;
    this.dispatchEvent(new Event("state"));
  }

  #changed() {
    try {
      if (this.waiting.length) localStorage.setItem(this.#shelf, JSON.stringify(this.waiting));
      else localStorage.removeItem(this.#shelf);
    } catch {
      // Without storage they live as long as the page.
    }
    this.dispatchEvent(new Event("change"));
  }

  #farewell() {
    const left = this.waiting.filter((op) => op.kind === "decide" && !op.tried).slice(0, 100);
    if (left.length) farewell("decide", { ops: left.map(verdictOf) });
  }
}

const WAYS = { batch: "decide_many", undo: "undo", skip: "skip", escalate: "escalate", note: "note" };
const verdictOf = (op) => ({ op: op.id, ...op.body });

async function deliver(group) {
  const [{ kind, body }] = group;
  if (kind === "undo") {
    if (!body.decisions.length && !body.batches.length) return [{ items: [], cards: [] }];
    return [await post("undo", { decisions: body.decisions, batches: body.batches, view: body.view ?? "" })];
  }
  if (kind !== "decide") return [await post(WAYS[kind], body)];
  const { results } = await post("decide", { ops: group.map(verdictOf) });
  const byOp = new Map(results.map((one) => [one.op, one]));
  return group.map(({ id }) => {
    const one = byOp.get(id) ?? { status: 0 };
    return one.decision ? one : new Refused(one.status, one.error);
  });
}

// An undo names the ops it takes back until it is known what the server calls them.
export function name(undo, op, { decision, batches = [] }) {
  if (!undo.ops.includes(op)) return;
  undo.ops = undo.ops.filter((one) => one !== op);
  if (decision) undo.decisions.push(decision);
  undo.batches.push(...batches);
}

function tabId() {
  try {
    const held = sessionStorage.getItem("assay.workbench.tab") ?? newId();
    sessionStorage.setItem("assay.workbench.tab", held);
    return held;
  } catch {
    return newId();
  }
}
