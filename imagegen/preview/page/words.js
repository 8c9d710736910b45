// Owns the page's wording: states, actions, sums and sizes in words that need no colour.

/** States in the order in which they want a person, with their words; icons have the same names. */
export const STATES = {
  failed: "Failed",
  blocked: "Blocked",
  missing: "Missing",
  edited: "Edited by hand",
  unpicked: "Unpicked",
  generating: "Generating",
  changed: "Changed",
  new: "New",
  draft: "Draft",
  retired: "Retired",
  current: "Current",
};

const NAMES = Object.keys(STATES);
const STAGES = { ordered: "Ordered", fetching: "Fetching", done: "Finishing" };
const FORMATS = { webp: "WebP" };
const NUMBER = new Intl.NumberFormat("en");
const BYTES = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });

/** Return how much a state wants a person; 0 wants one most. */
export function rank(state) {
  const found = NAMES.indexOf(state);
  return found < 0 ? 0 : found;
}

/** Return the word of a state, also of one that this page does not know. */
export function stateWord(state) {
  return STATES[state] ?? capital(String(state));
}

/** Return the icon of a state, also of one that this page does not know. */
export function stateIcon(state) {
  return state in STATES ? state : "blocked";
}

/** Return what a tile says of its picture, in one line. */
export function status(row) {
  const word = stateWord(row.state);
  switch (row.state) {
    case "changed": {
      const fields = row.changes.map((change) => fieldWord(change.field));
      return fields.length ? `${word}: ${fields.join(", ")}` : word;
    }
    case "generating": {
      const stage = STAGES[row.stage] ?? word;
      return row.progress === null ? stage : `${stage} ${row.progress}\u202f%`;
    }
    case "failed":
      return row.error ? `${word}: ${row.error.summary}` : word;
    case "blocked":
      return row.blocked ? `${word}: ${row.blocked}` : word;
    case "unpicked":
      return row.candidates.length ? `${word}: ${count(row.candidates.length, "take")}` : word;
    default:
      return word;
  }
}

/** Return what the next build does with a picture, in one sentence. */
export function outlook(row) {
  if (row.state === "generating") return "It is being made now.";
  if (row.state === "blocked") return "";
  switch (row.action) {
    case "keep":
      return row.state === "unpicked" ? "Look at the candidates and choose one; that is free." : "";
    case "restore":
      return "The next build brings the file back, free of charge.";
    case "derive":
      return "The next build makes the file from the picture at hand, free of charge.";
    case "generate":
      if (row.price === null) return "The next build buys it; its price is not known.";
      if (row.price === 0) return "The next build makes it, free of charge.";
      return `The next build buys it for ${credits(row.price)}.`;
    case "retire":
      return "It is no longer in the project file; the next build retires it.";
    default:
      return "";
  }
}

/** Return a field of the project file as an author calls it. */
export function fieldWord(field) {
  return String(field).replace(/^params\./, "").replaceAll("_", " ");
}

/** Return a value of the project file as text; null is none. */
export function valueWord(value) {
  if (value === null || value === undefined || value === "") return "none";
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value.join(", ");
  return JSON.stringify(value);
}

/** Return a sum in words. */
export function credits(sum) {
  return count(sum, "credit");
}

/** Return a number with its noun, which takes an s. */
export function count(number, noun) {
  return `${NUMBER.format(number)}\u00a0${noun}${number === 1 ? "" : "s"}`;
}

/** Return a number with its thousands set apart. */
export function figure(number) {
  return NUMBER.format(number);
}

/** Return the size of a picture: pixels, format and bytes, as far as they are known. */
export function measure(row) {
  const parts = [];
  if (row.width && row.height) parts.push(`${row.width}\u202f×\u202f${row.height}`);
  if (row.format) parts.push(FORMATS[row.format] ?? row.format.toUpperCase());
  if (row.bytes) parts.push(weight(row.bytes));
  return parts.join(" · ");
}

/** Return a place as editors and terminals understand it. */
export function place(where) {
  return `${where.file}:${where.line}:${where.column}`;
}

/** Return what a running build says in one line. */
export function running(run) {
  const verb = run.verb === "watch" ? "Watching" : "Building";
  const done = `${figure(run.done)} of ${figure(run.total)}`;
  return { verb, done, waiting: run.waiting ? `waiting for ${run.waiting}` : "" };
}

function weight(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${BYTES.format(bytes / 1e3)} kB` : `${BYTES.format(bytes / 1e6)} MB`;
}

/** Return a word with a capital letter. */
export function capital(word) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
