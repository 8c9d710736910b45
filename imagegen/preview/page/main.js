// Owns how the page is put together: who hears of what, the search field, and the empty page.

import { Detail } from "./detail.js";
import { copying, make, tell } from "./element.js";
import { Events } from "./events.js";
import { Gallery } from "./gallery.js";
import { Header } from "./header.js";
import { showProblems } from "./problems.js";
import { State } from "./state.js";
import { View } from "./view.js";
import { Voice } from "./voice.js";
import { count } from "./words.js";

const FIRST_ENTRY = '[images.hero]\nprompt = "A cozy home office in warm afternoon light"\n';

const find = (id) => document.getElementById(id);
const dialog = find("detail");
const state = new State();
const view = new View(state);
const voice = new Voice(dialog);
const gallery = new Gallery(state, view);
const header = new Header(state, view);
const detail = new Detail({ state, view, gallery, voice, dialog });
let begun = false;

state.onChange((difference, earlier) => {
  header.follow(difference);
  if (difference.parts.has("problems") || difference.whole) tellProblems();
  gallery.follow(difference);
  tellEmpty();
  voice.changes(difference, earlier, state.rows);
  if (begun) detail.follow(difference);
  else detail.start();
  begun = true;
});

function tellProblems() {
  const panel = find("problems");
  const told = panel.textContent;
  showProblems(panel, state.problems, state.rows.size);
  if (!begun || told === panel.textContent) return;
  const [first] = state.problems;
  voice.say(first ? `The project cannot be read: ${first.summary}.` : "The project can be read again.");
}

function tellEmpty() {
  const visible = view.visible().length;
  const total = state.rows.size;
  tell(find("tally"), view.narrow ? `${visible} of ${count(total, "picture")}` : count(total, "picture"));
  document.querySelector(".toolbar").hidden = !total;
  const empty = find("empty");
  const kind = visible || !state.known ? "" : total ? "unmatched" : state.problems.length ? "broken" : "none";
  if (empty.dataset.kind === kind) return;
  empty.dataset.kind = kind;
  empty.hidden = kind === "" || kind === "broken";
  empty.replaceChildren(...(kind === "unmatched" ? unmatched() : kind === "none" ? none() : []));
}

function unmatched() {
  return [
    make("h2", {}, "Nothing matches"),
    make("p", {}, "No picture has these words in its name, prompt or alt text, and this state."),
    make("button", { type: "button", class: "primary", "data-clear": true }, "Show all pictures"),
  ];
}

function none() {
  return [
    make("h2", {}, "No pictures yet"),
    make("p", {}, "Write the first one into ", make("code", {}, "imagegen.toml"), "; it appears here when you save."),
    make("pre", {}, make("code", {}, FIRST_ENTRY)),
  ];
}

function narrow() {
  header.count();
  gallery.arrange();
  tellEmpty();
  voice.reply(find("tally").textContent);
}

function clear() {
  view.clear();
  find("search").value = "";
  narrow();
}

let typing = 0;
find("search").addEventListener("input", (event) => {
  clearTimeout(typing);
  typing = setTimeout(() => {
    view.search(event.target.value);
    narrow();
  }, 80);
});

find("sort").addEventListener("change", (event) => {
  view.sort = event.target.value;
  gallery.arrange();
});

find("chips").addEventListener("click", (event) => {
  const chip = event.target.closest("button")?.dataset.chip;
  if (!chip) return;
  if (chip === "all") view.chips.clear();
  else view.toggle(chip);
  narrow();
});

find("empty").addEventListener("click", (event) => {
  if (!("clear" in event.target.dataset)) return;
  clear();
  find("search").focus();
});

document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault(); // an address with a hash opens a picture
  find("gallery").focus();
});

document.addEventListener("keydown", (event) => {
  if (dialog.open || event.altKey || event.ctrlKey || event.metaKey) return;
  const field = find("search");
  const writing = event.target.closest("input, select, textarea");
  if (event.key === "/" && !writing) {
    event.preventDefault();
    field.focus();
    field.select();
  } else if (event.key === "Escape" && event.target === field && field.value) {
    event.preventDefault();
    field.value = "";
    view.search("");
    narrow();
  }
});

copying(find("problems"), (sentence) => voice.reply(sentence));

new Events(state, (connected) => {
  if (connected) gallery.retry();
  if (!header.line(connected)) return;
  voice.say(connected ? "The connection is back." : "The connection is lost.");
}).start();
