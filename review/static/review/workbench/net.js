// Requests to the workbench's addresses, and the three ways in which they fail.
import { find, settings } from "./page.js";

export class Unreachable extends Error {} // worth trying again
export class SignedOut extends Unreachable {}
export class Refused extends Error {
  constructor(status, error = {}) {
    super(error.message ?? "");
    this.status = status;
    this.code = error.code ?? "";
  }
}

const PATIENCE = 20_000;

export function token() {
  // Signing in again in another tab makes a new one.
  const cookie = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie);
  return cookie ? cookie[1] : find("[name=csrfmiddlewaretoken]").value;
}

async function ask(address, options) {
  let answer;
  try {
    answer = await fetch(address, {
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE),
      ...options,
      headers: { Accept: "application/json", ...options.headers },
    });
  } catch {
    throw new Unreachable();
  }
  if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) throw new SignedOut();
  if (answer.status >= 500 || answer.status === 429) throw new Unreachable();
  const body = await answer.json().catch(() => {
    throw answer.ok ? new Unreachable() : new Refused(answer.status);
  });
  if (!answer.ok) throw new Refused(answer.status, body.error);
  return body;
}

export const post = (way, body) =>
  ask(settings.urls[way], {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
    keepalive: true,
  });

export const get = (way, query) => ask(`${settings.urls[way]}?${new URLSearchParams(query)}`, { method: "GET" });

// The last word of a page that goes away.
export function farewell(way, body) {
  const form = new FormData();
  form.set("csrfmiddlewaretoken", token());
  form.set("body", JSON.stringify(body));
  navigator.sendBeacon(settings.urls[way], form);
}
