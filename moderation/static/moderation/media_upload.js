// Sends files in pieces, two at a time. What breaks off goes on from where the server has it, also another day.
const page = document.querySelector("[data-upload-page]");
const form = document.getElementById("media-upload");
const list = page.querySelector("[data-files]");
const words = JSON.parse(document.getElementById("media-upload-words").textContent);
const most = Number(page.dataset.most);
const picker = form.querySelector("input[type=file]");
const drop = form.querySelector("[data-drop]");
const PIECE = 4 * 2 ** 20;
const AT_ONCE = 2;
const WAITS = [1, 2, 5, 10, 20];
const KEPT = "assay.uploads";
// Characters that are not seen but turn or hide what is.
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

page.classList.add("is-scripted");
picker.multiple = true;
picker.removeAttribute("name");
for (const part of page.querySelectorAll("[data-scripted]")) part.hidden = false;

const word = (name, values = {}) => words[name].replace(/\{(\w+)\}/g, (_whole, key) => values[key] ?? "");
const sizeOf = (bytes) => (bytes < 2 ** 20 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 2 ** 20).toFixed(1)} MB`);
const token = () => /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? form.elements.csrfmiddlewaretoken.value;
const sleep = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

class Refused extends Error {
  constructor(status, error) {
    super(error?.message ?? words.failed);
    Object.assign(this, { status, code: error?.code ?? "", details: error?.details ?? {} });
  }
}

async function ask(address, method, body, headers = {}, signal) {
  const answer = await fetch(address, {
    method, body, signal, redirect: "manual",
    headers: { Accept: "application/json", "X-CSRFToken": token(), ...headers },
  });
  if (answer.type === "opaqueredirect") throw new Refused(401);
  const told = answer.status === 204 ? {} : await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(answer.status, told.error);
  return told;
}

const fields = (values) => new URLSearchParams(values);

/* Which upload a file began as, so that the same file goes on */
function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? {};
  } catch {
    return {};
  }
}
function keep(name, address) {
  const all = kept();
  if (address) all[name] = address;
  else delete all[name];
  try {
    localStorage.setItem(KEPT, JSON.stringify(all));
  } catch {
    // Without storage a file begins anew after the page is left.
  }
}

class Sending {
  constructor(file) {
    this.file = file;
    this.name = `${page.dataset.open}|${file.name}|${file.size}|${file.lastModified}`;
    this.row = document.getElementById("media-file-row").content.firstElementChild.cloneNode(true);
    this.isPaused = this.isOver = false;
    const shown = file.name.replace(HIDDEN, (sign) => `[U+${sign.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}]`);
    this.part("name").textContent = shown;
    this.part("size").textContent = sizeOf(file.size);
    this.part("title").value = file.name.replace(/\.[^.]*$/, "").slice(0, 128);
    this.part("bar").setAttribute("aria-label", shown);
    this.part("pause").textContent = words.pause;
    this.part("cancel").textContent = words.cancel;
    this.part("pause").addEventListener("click", () => this.pause(!this.isPaused));
    this.part("cancel").addEventListener("click", () => this.cancel());
    this.say("waiting");
    list.append(this.row);
  }

  part(name) {
    return this.row.querySelector(`[data-${name}]`);
  }

  say(name, values, tone = "") {
    this.part("state").textContent = word(name, values);
    this.row.dataset.tone = tone;
  }

  at(offset) {
    this.offset = offset;
    this.part("bar").value = (100 * offset) / this.file.size;
    return { percent: Math.floor((100 * offset) / this.file.size) };
  }

  async run() {
    try {
      if (this.file.size > most) return this.end("too_large", { most: page.dataset.mostShown }, "bad");
      await this.send();
      if (!this.isOver) await this.use();
    } catch (error) {
      if (this.isOver) return;
      keep(this.name, null);
      this.end("refused", { message: error.message }, "bad");
    }
  }

  async begin() {
    const before = kept()[this.name];
    if (before) {
      try {
        const held = await ask(before, "GET");
        if (!held.is_used && held.length === this.file.size) {
          this.say("resumed", this.at(held.offset));
          return held.address;
        }
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
      }
    }
    const opened = await ask(page.dataset.open, "POST", fields({ name: this.file.name, length: this.file.size, mime: this.file.type }));
    keep(this.name, opened.address);
    this.at(0);
    return opened.address;
  }

  async send() {
    this.address = await this.withPatience(() => this.begin());
    while (!this.isOver && this.offset < this.file.size) {
      if (this.isPaused) await new Promise((go) => (this.go = go));
      if (this.isOver) return;
      await this.withPatience(() => this.piece());
    }
  }

  async piece() {
    const bytes = this.file.slice(this.offset, this.offset + PIECE);
    this.stop = new AbortController();
    try {
      const told = await ask(this.address, "PATCH", bytes, {
        "Content-Type": "application/offset+octet-stream",
        "Upload-Offset": String(this.offset),
      }, this.stop.signal);
      this.say("sending", this.at(told.offset));
    } catch (error) {
      if (error.name === "AbortError") return;
      // What arrived of a piece that broke off is not sent again.
      if (error.status === 409 && "offset" in error.details) return this.at(error.details.offset);
      throw error;
    }
  }

  // A connection that is gone comes back; what is refused stays refused.
  async withPatience(act) {
    for (let again = 0; ; again += 1) {
      try {
        return await act();
      } catch (error) {
        const mayPass = !(error instanceof Refused) || error.status >= 500 && error.status !== 507 || [423, 429].includes(error.status);
        if (!mayPass || this.isOver) throw error;
        const wait = WAITS[Math.min(again, WAITS.length - 1)];
        this.say("retrying", { n: wait });
        await sleep(wait);
        if (this.isOver) throw error;
        if (this.address) this.at(await ask(this.address, "GET").then((held) => held.offset, () => this.offset));
      }
    }
  }

  async use() {
    this.part("pause").hidden = this.part("cancel").hidden = true;
    this.say("opening");
    const asked = { title: this.part("title").value };
    for (const name of ["service_video", "service_audio"]) asked[name] = form.elements[name].value;
    if (form.elements.review.checked) asked.review = "1";
    const told = await ask(`${this.address}use/`, "POST", fields(asked));
    keep(this.name, null);
    const link = this.part("page");
    link.href = told.page;
    link.textContent = words.open;
    link.hidden = false;
    this.part("title").disabled = true;
    if (told.refused) this.end("refused", { message: told.refused }, "bad");
    else this.end(told.is_reviewed ? "reviewing" : "done", {}, "good");
  }

  pause(on) {
    if (this.isOver) return;
    this.isPaused = on;
    this.part("pause").textContent = on ? words.resume : words.pause;
    if (on) {
      this.stop?.abort();
      this.say("paused");
    } else {
      this.go?.();
    }
  }

  cancel() {
    if (this.isOver) return;
    this.end("cancelled");
    this.stop?.abort();
    this.go?.();
    keep(this.name, null);
    if (this.address) ask(this.address, "DELETE").catch(() => {});
  }

  end(name, values, tone) {
    this.isOver = true;
    this.say(name, values, tone);
    this.part("pause").hidden = this.part("cancel").hidden = true;
    page.querySelector("[data-said]").textContent = `${this.file.name}: ${this.part("state").textContent}`;
  }
}

const waiting = [];
let running = 0;

function add(files) {
  for (const file of files) waiting.push(new Sending(file));
  next();
}

function next() {
  while (running < AT_ONCE && waiting.length) {
    const sending = waiting.shift();
    if (sending.isOver) continue;
    running += 1;
    sending.run().finally(() => {
      running -= 1;
      next();
    });
  }
}

picker.addEventListener(
  "change",
  (event) => {
    // The theme would write the name into a field that only its own forms have.
    event.stopImmediatePropagation();
    add([...picker.files]);
    picker.value = "";
  },
  { capture: true },
);
for (const type of ["dragover", "dragleave", "drop"]) {
  drop.addEventListener(type, (event) => {
    event.preventDefault();
    drop.toggleAttribute("data-over", type === "dragover");
    if (type === "drop") add([...event.dataTransfer.files]);
  });
}
form.addEventListener("submit", (event) => event.preventDefault());
addEventListener("beforeunload", (event) => {
  if (running) event.preventDefault();
});
