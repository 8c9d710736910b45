// Owns what the detail view tells of one picture; a section is made anew only when it differs.

import { difference } from "./difference.js";
import { copier, icon, make, unseen } from "./element.js";
import { problem, prose } from "./problems.js";
import { credits, fieldWord, measure, outlook, stateIcon, stateWord, status, valueWord } from "./words.js";

/** Each section: its name, what of a row it shows, and how. */
const SECTIONS = [
  ["standing", (r) => [r.state, status(r), outlook(r), r.blocked, r.error, r.protected], standing],
  ["progress", (r) => [r.state, r.progress], progress],
  ["prompt", (r) => [r.prompt, promptChange(r)], prompt],
  ["changes", (r) => otherChanges(r), changes],
  ["alt", (r) => [r.alt, r.name, r.state], alt],
  ["output", (r) => [r.output, r.picture, measure(r)], output],
  ["references", (r) => r.references, references],
  ["request", (r) => request(r), ofRequest],
];

export class Facts {
  constructor() {
    this.element = make("div", { class: "facts" });
    this.shown = new Map();
  }

  /** Show a row. */
  show(row) {
    for (const [name, asks, build] of SECTIONS) {
      const signature = JSON.stringify([row.name, asks(row)]);
      const old = this.shown.get(name);
      if (old?.signature === signature) continue;
      const element = build(row) ?? make("div", { hidden: true });
      element.classList.add(name);
      if (old) old.element.replaceWith(element);
      else this.element.append(element);
      this.shown.set(name, { signature, element });
    }
  }
}

function section(title, ...children) {
  return make("section", {}, make("h3", {}, title), ...children);
}

function standing(row) {
  const next = outlook(row);
  // The words of a failure or a block stand below in full.
  const word = ["failed", "blocked"].includes(row.state) ? stateWord(row.state) : status(row);
  return make(
    "div",
    { "data-state": row.state },
    make("p", { class: "sign" }, icon(stateIcon(row.state)), word),
    row.error ? problem(row.error) : null,
    row.blocked && row.blocked !== row.error?.summary
      ? make("p", { class: "next" }, ...prose(row.blocked))
      : null,
    next ? make("p", { class: "next" }, next) : null,
    row.protected
      ? make("p", { class: "guard" }, icon("protected"), make("span", {}, ...prose("Protected: only --replace makes it anew.")))
      : null,
  );
}

function progress(row) {
  if (row.state !== "generating") return null;
  const bar = make("progress", { max: 100, "aria-label": `Progress of ${row.name}` });
  if (row.progress !== null) bar.value = row.progress;
  return bar;
}

function promptChange(row) {
  return row.changes.find((one) => one.field === "prompt" && one.old && one.new) ?? null;
}

function otherChanges(row) {
  const shown = promptChange(row);
  // That an image came or went, its state says.
  return row.changes.filter((one) => one !== shown && one.field !== "image");
}

function changes(row) {
  const rest = otherChanges(row);
  if (!rest.length) return null;
  const pairs = rest.map((one) =>
    make("div", {}, make("dt", {}, fieldWord(one.field)), make("dd", {}, ...versus(one))),
  );
  return section("Changed since the lock", make("dl", { class: "pairs" }, ...pairs));
}

function versus(change) {
  const { old, new: fresh } = change;
  const texts = [old, fresh].every((one) => typeof one === "string" && one.includes(" "));
  if (texts) return [difference(old, fresh)];
  return [
    make("del", {}, unseen("was "), valueWord(old)),
    make("span", { class: "arrow", "aria-hidden": "true" }, " → "),
    make("ins", {}, unseen(", is "), valueWord(fresh)),
  ];
}

function prompt(row) {
  if (!row.prompt) return null;
  const change = promptChange(row);
  const text = change
    ? difference(change.old, change.new)
    : make("p", { class: "text" }, row.prompt);
  const head = make("div", { class: "head" }, make("h3", {}, "Prompt"), copier(row.prompt, "prompt"));
  return make("section", {}, head, text);
}

function alt(row) {
  if (row.state === "retired" && !row.alt) return null;
  if (row.alt) return section("Alt text", make("p", { class: "text" }, row.alt));
  if (row.alt === "") {
    return section("Alt text", make("p", { class: "next" }, "Empty: it decorates, so screen readers pass over it."));
  }
  return section(
    "Alt text",
    make(
      "p",
      { class: "remark" },
      icon("alt"),
      make("span", {}, "Missing. Say what the picture shows, for people who cannot see it: ", make("code", {}, 'alt = "…"')),
    ),
  );
}

function output(row) {
  const open = row.picture
    ? make("a", { href: row.picture, target: "_blank", rel: "noopener" }, "Open the picture")
    : null;
  return make(
    "section",
    {},
    make("div", { class: "head" }, make("h3", {}, "Output"), copier(row.output, "output path")),
    make("p", {}, make("code", { class: "path" }, row.output)),
    measure(row) ? make("p", { class: "next" }, measure(row)) : null,
    open ? make("p", {}, open) : null,
  );
}

function references(row) {
  if (!row.references.length) return null;
  const items = row.references.map((one) => make("li", {}, make("code", { class: "path" }, one)));
  return section("References", make("ol", { class: "plain", role: "list" }, ...items));
}

function request(row) {
  const { price, credits: paid, action } = row;
  const params = Object.entries(row.params ?? {}).map(([key, value]) => [fieldWord(key), valueWord(value)]);
  return [
    ["model", row.model],
    ...params,
    ["seed", row.seed === null ? "" : String(row.seed)],
    ["take", row.take === 0 ? "taken in, not bought" : String(row.take)],
    ["price", action === "generate" ? (price === null ? "not known" : credits(price)) : ""],
    ["paid", paid === null ? "" : credits(paid)],
    ["job", row.job ?? ""],
  ].filter(([, value]) => value);
}

function ofRequest(row) {
  const pairs = request(row).map(([term, value]) =>
    make(
      "div",
      {},
      make("dt", {}, term),
      make("dd", {}, value, term === "job" ? copier(value, "job id") : null),
    ),
  );
  return section("Request", make("dl", { class: "pairs" }, ...pairs));
}
