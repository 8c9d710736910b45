// Owns the line to the server: the first look, the patches, and coming back after a break.

const FIRST_WAIT = 400;
const LONGEST_WAIT = 5000;
const QUIET = 1500; // a break shorter than this is not worth a word
const GATHER = 16; // patches that come within this time are shown together

export class Events {
  /** `onLine(connected)` hears of every line that opens, and of a break that lasts. */
  constructor(state, onLine) {
    this.state = state;
    this.onLine = onLine;
    this.source = null;
    this.wait = FIRST_WAIT;
    this.gathered = [];
    this.gathering = 0;
    this.retry = 0;
    this.breaking = 0;
    const again = () => {
      if (document.visibilityState === "visible" && !this.source) this.#start();
    };
    document.addEventListener("visibilitychange", again);
    window.addEventListener("online", again);
  }

  /** Take a whole look, then follow; never ends. */
  start() {
    this.#start();
  }

  #start() {
    clearTimeout(this.retry);
    this.retry = 0;
    if (this.state.known) this.#follow();
    else this.#look();
  }

  async #look() {
    try {
      const answer = await fetch("/api/state", { cache: "no-store" });
      if (!answer.ok) throw new Error(answer.statusText);
      const state = await answer.json();
      this.gathered = []; // older than what has just been read
      this.state.replace(state);
      this.#follow();
    } catch (error) {
      // A fault of the page itself must not pass for a lost line.
      if (!(error instanceof TypeError) && !(error instanceof SyntaxError)) console.error(error);
      this.#broke();
    }
  }

  #follow() {
    this.source?.close();
    const source = new EventSource(`/events?since=${this.state.revision}`);
    this.source = source;
    source.addEventListener("open", () => this.#back());
    source.addEventListener("patch", (event) => this.#gather(JSON.parse(event.data)));
    source.addEventListener("reset", () => {
      this.#hangUp();
      this.#look();
    });
    // The browser would ask again with the old revision; this page knows better by now.
    source.addEventListener("error", () => {
      if (this.source === source) this.#broke();
    });
  }

  #gather(patch) {
    this.gathered.push(patch);
    this.gathering ||= setTimeout(() => this.#flush(), GATHER);
  }

  #flush() {
    clearTimeout(this.gathering);
    this.gathering = 0;
    const patches = this.gathered;
    this.gathered = [];
    if (patches.length) this.state.patch(patches);
  }

  #hangUp() {
    this.source?.close();
    this.source = null;
  }

  #broke() {
    this.#flush();
    this.#hangUp();
    this.breaking ||= setTimeout(() => this.onLine(false), QUIET);
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.#start(), this.wait);
    this.wait = Math.min(this.wait * 1.7, LONGEST_WAIT);
  }

  #back() {
    this.wait = FIRST_WAIT;
    clearTimeout(this.breaking);
    this.breaking = 0;
    this.onLine(true);
  }
}
