// One recording that is played: its own controls, its line, what is flagged on it. Used by every page that plays.
const RATES = [0.5, 0.75, 1, 1.25, 1.5, 2];
const USUAL_RATE = 25;
const SKIP = 5;

export function clock(seconds) {
  const tenths = Math.max(0, Math.floor(seconds * 10 + 1e-6));
  const [h, m, s] = [Math.floor(tenths / 36000), Math.floor(tenths / 600) % 60, Math.floor(tenths / 10) % 60];
  const two = (n) => String(n).padStart(2, "0");
  return `${h ? `${h}:${two(m)}` : m}:${two(s)}.${tenths % 10}`;
}

export class Player extends EventTarget {
  #frame;
  #drawn = 0;

  constructor(root) {
    super();
    this.root = root;
    this.media = root.querySelector("video, audio");
    this.flagged = (root.dataset.flagged || "").split(" ").filter(Boolean).map((ms) => Number(ms) / 1000);
    this.#frame = 1 / (Number(root.dataset.rate) || USUAL_RATE);
    this.told = Number(root.dataset.duration) / 1000;
    [this.playWord, this.pauseWord, this.soundWord, this.muteWord] = root.dataset.words.split("|");
    root.player = this;
    if (!this.media) return;
    this.media.controls = false;
    this.media.tabIndex = -1;
    this.part("[data-player-controls]").hidden = false;
    this.#listen();
    this.draw();
  }

  part(selector) {
    return this.root.querySelector(selector);
  }

  // Live streams and files without an index say Infinity until they were read.
  get length() {
    const real = this.media?.duration;
    return Number.isFinite(real) && real > 0 ? real : this.told;
  }

  get now() {
    return this.media?.currentTime ?? 0;
  }

  #listen() {
    const { media, root } = this;
    root.addEventListener("click", (event) => {
      const button = event.target.closest("[data-do]");
      if (button) this.perform(button.dataset.do);
    });
    const seek = this.part("[data-seek]");
    seek.addEventListener("input", () => this.seek(Number(seek.value) / 1000));
    this.part("[data-speed]").addEventListener("change", (event) => this.rate(Number(event.target.value)));
    this.part("[data-volume]").addEventListener("input", (event) => {
      media.volume = Number(event.target.value) / 100;
      if (media.volume > 0) this.mute(false);
    });
    const line = this.part("[data-line]");
    line?.addEventListener("click", (event) => {
      const place = line.getBoundingClientRect();
      this.seek(((event.clientX - place.left) / place.width) * this.length);
    });
    media.addEventListener("click", () => this.perform("play"));
    for (const one of ["play", "pause", "seeked", "timeupdate", "volumechange", "ratechange", "loadedmetadata"]) {
      media.addEventListener(one, () => this.draw());
    }
    media.addEventListener("play", () => this.#run());
    const broken = () => {
      const fault = this.part("[data-player-fault]");
      fault.hidden = false;
      this.root.toggleAttribute("data-broken", true);
    };
    media.addEventListener("error", broken);
    if (media.error) broken();
    const veil = this.part("[data-unveil]");
    veil?.addEventListener("change", () => root.toggleAttribute("data-veiled", !veil.checked));
    if (!Number(root.dataset.rate)) this.#learnFrame();
  }

  // Where nobody has counted the frames, what is stepped by is learnt from them as they pass.
  #learnFrame() {
    const { media } = this;
    let last = null;
    let isLearnt = false;
    const meet = (_now, { mediaTime }) => {
      const passed = last === null ? 0 : mediaTime - last;
      if (!media.paused && media.playbackRate <= 1 && passed > 0.005 && passed < 0.11) {
        this.#frame = isLearnt ? Math.min(this.#frame, passed) : passed;
        isLearnt = true;
      }
      last = mediaTime;
      media.requestVideoFrameCallback(meet);
    };
    media.requestVideoFrameCallback?.(meet);
  }

  // Smoothly while it plays, and not at all otherwise.
  #run() {
    const next = () => {
      if (this.media.paused || !this.root.isConnected) return;
      this.draw();
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  }

  // Says whether there was anything to do.
  perform(what) {
    const { media } = this;
    if (!media) return false;
    const ways = {
      play: () => (media.paused ? media.play().catch(() => {}) : media.pause()),
      back: () => this.seek(this.now - SKIP),
      on: () => this.seek(this.now + SKIP),
      frame_back: () => this.step(-1),
      frame_on: () => this.step(1),
      moment_next: () => this.moment(1),
      moment_previous: () => this.moment(-1),
      slower: () => this.faster(-1),
      faster: () => this.faster(1),
      mute: () => this.mute(!media.muted),
      fullscreen: () => this.fullscreen(),
    };
    if (!ways[what]) return false;
    ways[what]();
    return true;
  }

  seek(seconds) {
    if (!this.media) return;
    this.media.currentTime = Math.min(Math.max(seconds, 0), Math.max(this.length - 0.001, 0));
    this.draw();
  }

  step(by) {
    this.media.pause();
    this.seek(this.now + by * this.#frame);
  }

  faster(by) {
    const at = RATES.indexOf(this.media.playbackRate);
    this.rate(RATES[Math.min(Math.max((at < 0 ? 2 : at) + by, 0), RATES.length - 1)]);
  }

  rate(times) {
    this.media.playbackRate = times;
    this.part("[data-speed]").value = String(times);
  }

  mute(on) {
    this.media.muted = on;
    this.dispatchEvent(new CustomEvent("mute", { detail: on }));
  }

  moment(by) {
    const edge = 0.05;
    const to = by > 0 ? this.flagged.find((at) => at > this.now + edge) : this.flagged.findLast((at) => at < this.now - edge);
    const around = by > 0 ? this.flagged[0] : this.flagged.at(-1);
    const found = to ?? around;
    if (found === undefined) return;
    this.media.pause();
    this.seek(found);
  }

  fullscreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.part("[data-player-stage]").requestFullscreen?.().catch(() => {});
  }

  draw() {
    const { media } = this;
    const share = this.length ? Math.min(this.now / this.length, 1) : 0;
    const head = this.part("[data-head]");
    for (const end of ["x1", "x2"]) head?.setAttribute(end, `${(share * 100).toFixed(3)}%`);
    const shown = `${clock(this.now)} / ${clock(this.length)}`;
    const seek = this.part("[data-seek]");
    seek.max = String(Math.round(this.length * 1000));
    if (document.activeElement !== seek || !media.paused) seek.value = String(Math.round(this.now * 1000));
    if (this.#drawn !== shown) {
      this.part("[data-clock]").textContent = shown;
      seek.setAttribute("aria-valuetext", shown);
      this.#drawn = shown;
    }
    const play = this.part('[data-do="play"]');
    play.setAttribute("aria-label", media.paused ? this.playWord : this.pauseWord);
    this.root.toggleAttribute("data-playing", !media.paused);
    const mute = this.part('[data-do="mute"]');
    mute.setAttribute("aria-pressed", String(media.muted));
    this.#drawPlace();
    this.dispatchEvent(new Event("time"));
  }

  // Which of the flagged moments this is.
  #drawPlace() {
    const place = this.part("[data-place]");
    if (!place) return;
    const count = this.flagged.length;
    const passed = this.flagged.filter((at) => at <= this.now + 0.05).length;
    const text = passed ? `${passed}/${count}⚑` : `${count}⚑`;
    if (place.textContent !== text) place.textContent = text;
  }
}

export function playerOf(root) {
  return root.player ?? new Player(root);
}
