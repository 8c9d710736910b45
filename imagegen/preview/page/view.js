// Owns which pictures are looked at: the search, the chips that are pressed, and the sort.

import { rank } from "./words.js";

/** Chips beside those of the states: what they ask of a row. */
export const ASPECTS = {
  protected: (row) => row.protected,
  // An empty one marks decoration.
  alt: (row) => row.alt === null && row.state !== "retired",
};

const haystacks = new WeakMap();

export class View {
  constructor(state) {
    this.state = state;
    this.words = [];
    this.chips = new Set();
    this.sort = "name";
  }

  /** Look for rows that hold every word of `text` in name, prompt or alt text. */
  search(text) {
    this.words = text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  }

  /** Press or release one chip. */
  toggle(chip) {
    if (!this.chips.delete(chip)) this.chips.add(chip);
  }

  /** Look at everything again. */
  clear() {
    this.words = [];
    this.chips.clear();
  }

  /** Whether anything is looked for. */
  get narrow() {
    return this.words.length > 0 || this.chips.size > 0;
  }

  /** Return whether a row is looked at. */
  matches(row) {
    return this.#chosen(row) && this.words.every((word) => haystack(row).includes(word));
  }

  /** Return every name, sorted. */
  order() {
    const { rows, order } = this.state;
    if (this.sort === "name") return order;
    const weigh =
      this.sort === "price"
        ? (row) => (row.action === "generate" ? -(row.price ?? 0) : 1)
        : (row) => rank(row.state);
    const weighed = order.map((name, index) => [weigh(rows.get(name)), index, name]);
    return weighed.sort((a, b) => a[0] - b[0] || a[1] - b[1]).map(([, , name]) => name);
  }

  /** Return the names that are looked at, sorted. */
  visible() {
    return this.order().filter((name) => this.matches(this.state.rows.get(name)));
  }

  /** Return how many rows each chip would show. */
  counts() {
    const counts = new Map();
    const add = (chip) => counts.set(chip, (counts.get(chip) ?? 0) + 1);
    for (const row of this.state.rows.values()) {
      add(row.state);
      for (const [chip, asks] of Object.entries(ASPECTS)) if (asks(row)) add(chip);
    }
    return counts;
  }

  // Chips widen each other: what any of them asks for is shown.
  #chosen(row) {
    if (!this.chips.size || this.chips.has(row.state)) return true;
    return Object.entries(ASPECTS).some(([chip, asks]) => this.chips.has(chip) && asks(row));
  }
}

function haystack(row) {
  let text = haystacks.get(row);
  if (text === undefined) {
    text = `${row.name}\n${row.prompt ?? ""}\n${row.alt ?? ""}`.toLocaleLowerCase();
    haystacks.set(row, text);
  }
  return text;
}
