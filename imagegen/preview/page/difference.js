// Owns how two texts are compared word by word, and how the comparison reads.

import { make, unseen } from "./element.js";

const LIMIT = 1_500_000; // cells of the table; longer texts are shown one above the other
const ALIKE = 0.25; // below this share of common words the flow would be unreadable

/** Return pieces [kind, text] with kind "same", "old" or "new"; null if too little is common. */
export function compare(before, after) {
  const a = tokens(before);
  const b = tokens(after);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (
    tail < a.length - head &&
    tail < b.length - head &&
    a[a.length - 1 - tail] === b[b.length - 1 - tail]
  ) {
    tail += 1;
  }
  const middleA = a.slice(head, a.length - tail);
  const middleB = b.slice(head, b.length - tail);
  if (middleA.length * middleB.length > LIMIT) return null;
  const pieces = [
    ...a.slice(0, head).map((text) => ["same", text]),
    ...walk(middleA, middleB),
    ...a.slice(a.length - tail).map((text) => ["same", text]),
  ];
  const common = pieces.filter(([kind, text]) => kind === "same" && text.trim()).length;
  const words = Math.max(...[a, b].map((all) => all.filter((text) => text.trim()).length), 1);
  return common / words < ALIKE ? null : smooth(pieces);
}

/** Return the comparison of two texts as elements; what went and what came is marked and said. */
export function difference(before, after) {
  const pieces = compare(before, after);
  if (!pieces) {
    return make(
      "div",
      { class: "difference" },
      make("p", {}, marked("old", before)),
      make("p", {}, marked("new", after)),
    );
  }
  const flow = pieces.map(([kind, text]) => (kind === "same" ? text : marked(kind, text)));
  return make("p", { class: "difference" }, ...flow);
}

function marked(kind, text) {
  return kind === "old"
    ? make("del", {}, unseen("[removed: "), text, unseen("] "))
    : make("ins", {}, unseen("[added: "), text, unseen("] "));
}

function tokens(text) {
  return String(text).match(/[\p{L}\p{N}_'’-]+|\s+|[^\p{L}\p{N}_\s]/gu) ?? [];
}

// Longest common subsequence, from the end, so that the way back is a way forward.
function walk(a, b) {
  const width = b.length + 1;
  const table = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      table[i * width + j] =
        a[i] === b[j]
          ? table[(i + 1) * width + j + 1] + 1
          : Math.max(table[(i + 1) * width + j], table[i * width + j + 1]);
    }
  }
  const pieces = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      pieces.push(["same", a[i]]);
      i += 1;
      j += 1;
    } else if (j === b.length || (i < a.length && table[(i + 1) * width + j] >= table[i * width + j + 1])) {
      pieces.push(["old", a[i]]);
      i += 1;
    } else {
      pieces.push(["new", b[j]]);
      j += 1;
    }
  }
  return pieces;
}

// A lone space between two changed words belongs to the change: phrases read better than confetti.
function smooth(pieces) {
  const runs = [];
  let old = "";
  let fresh = "";
  const close = () => {
    if (old) runs.push(["old", old]);
    if (fresh) runs.push(["new", fresh]);
    old = fresh = "";
  };
  pieces.forEach(([kind, text], index) => {
    if (kind === "old") old += text;
    else if (kind === "new") fresh += text;
    else if (!text.trim() && (old || fresh) && index + 1 < pieces.length && pieces[index + 1][0] !== "same") {
      old += text;
      fresh += text;
    } else {
      close();
      const last = runs.at(-1);
      if (last?.[0] === "same") last[1] += text;
      else runs.push(["same", text]);
    }
  });
  close();
  return runs;
}
