// Owns how a problem is shown: what, where with the line itself, why, and what to do next.

import { copier, icon, make } from "./element.js";
import { capital, count, place } from "./words.js";

/** Return one problem as an article. */
export function problem(one) {
  const { where } = one;
  return make(
    "article",
    { class: "problem" },
    make("h3", {}, ...prose(capital(one.summary))),
    where ? spot(where) : null,
    one.detail ? make("p", {}, ...prose(one.detail)) : null,
    one.hint ? make("p", { class: "hint" }, ...prose(capital(one.hint))) : null,
  );
}

/** Show the problems of the project in their panel; it is hidden while there are none. */
export function showProblems(panel, problems, pictures) {
  panel.hidden = !problems.length;
  if (!problems.length) {
    panel.replaceChildren();
    return;
  }
  const told = pictures
    ? "Below are the pictures of the last time when it could."
    : "The pictures appear here as soon as it can.";
  panel.replaceChildren(
    make(
      "header",
      {},
      icon("failed"),
      make("h2", {}, count(problems.length, "problem")),
      make("p", {}, `The project cannot be read now. ${told}`),
    ),
    ...problems.map(problem),
  );
}

// The pointer stands under the column in the same fixed-width letters.
function spot(where) {
  const text = where.text ?? "";
  const lead = text.slice(0, Math.max(where.column - 1, 0)).replace(/[^\t]/g, " ");
  const gutter = `${where.line} `;
  return make(
    "div",
    { class: "spot" },
    make("p", {}, make("code", {}, place(where)), copier(place(where), "the place")),
    make(
      "pre",
      { tabindex: "0", role: "region", "aria-label": `Line ${where.line}` },
      make("span", { class: "gutter", "aria-hidden": "true" }, gutter),
      make("code", {}, text),
      "\n",
      make("span", { class: "pointer", "aria-hidden": "true" }, `${" ".repeat(gutter.length)}${lead}^`),
    ),
  );
}

/** Return a text whose names in backticks and options become code, and whose lines stay lines. */
export function prose(text) {
  return String(text)
    .split(/(`[^`\n]+`|\n|(?<!\S)--[a-z][a-z-]+)/)
    .filter(Boolean)
    .map((part) => {
      if (part === "\n") return make("br");
      if (part.startsWith("--")) return make("code", { class: "option" }, part);
      return /^`[^`]+`$/.test(part) ? make("code", {}, part.slice(1, -1)) : part;
    });
}
