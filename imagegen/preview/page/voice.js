// Owns what is said to screen readers: politely, one thing at a time, never a flood.

import { stateWord } from "./words.js";

const PAUSE = 2500;
const MANY = 3;
const SILENT = new Set(["generating"]);

export class Voice {
  constructor(dialog) {
    this.dialog = dialog;
    this.outside = document.getElementById("voice");
    this.waiting = [];
    this.timer = 0;
  }

  /** Say a sentence soon; sentences that come close together are said as one. */
  say(text) {
    const sentence = plain(text);
    if (!this.waiting.includes(sentence)) this.waiting.push(sentence);
    this.timer ||= setTimeout(() => this.#speak(), 120);
  }

  /** Answer what a person has just done, at once. */
  reply(sentence) {
    (this.#inside() ?? this.outside).textContent = plain(sentence);
    clearTimeout(this.timer);
    this.#rest();
  }

  /** Say which pictures came to another state, in a few words when they are many. */
  changes(difference, earlier, rows) {
    if (difference.whole) return;
    const news = new Map();
    for (const name of difference.touched) {
      const row = rows.get(name);
      if (earlier.get(name)?.state === row.state || SILENT.has(row.state)) continue;
      news.set(row.state, [...(news.get(row.state) ?? []), row]);
    }
    for (const [state, some] of news) {
      const word = stateWord(state).toLowerCase();
      if (some.length > MANY) this.say(`${some.length} pictures are ${word}.`);
      else for (const row of some) this.say(`${row.name} is ${word}${reason(row)}.`);
    }
  }

  #speak() {
    (this.#inside() ?? this.outside).textContent = this.waiting.splice(0).join(" ");
    this.#rest();
  }

  // What is behind an open dialog is not read, so the dialog has a voice of its own.
  #inside() {
    return this.dialog.open ? this.dialog.querySelector(".voice") : null;
  }

  #rest() {
    this.timer = setTimeout(() => {
      this.timer = 0;
      if (this.waiting.length) this.#speak();
    }, PAUSE);
  }
}

// Backticks around names are for the eye.
function plain(text) {
  return text.replaceAll("`", "");
}

function reason(row) {
  return row.state === "failed" && row.error ? `: ${row.error.summary}` : "";
}
