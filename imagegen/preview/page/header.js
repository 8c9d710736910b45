// Owns the head and foot of the page: project name, cost, chips, and what is going on.

import { icon, make, tell } from "./element.js";
import { STATES, credits, figure, running, stateIcon, stateWord } from "./words.js";
import { ASPECTS } from "./view.js";

const ASPECT_WORDS = { protected: "Protected", alt: "No alt text" };

export class Header {
  constructor(state, view) {
    this.state = state;
    this.view = view;
    this.name = document.getElementById("project");
    this.cost = document.getElementById("cost");
    this.chips = document.getElementById("chips");
    this.footing = document.getElementById("footing");
    this.buttons = new Map();
    this.connected = true;
  }

  /** Show what a change of the state touched. */
  follow(difference) {
    const { parts } = difference;
    if (parts.has("project")) tell(this.name, this.state.project || "imagegen");
    if (parts.has("cost")) this.#cost();
    if (parts.has("running")) this.foot();
    if (difference.touched.size || difference.removed.size || difference.whole) this.count();
    this.#title();
  }

  /** Show how many pictures each chip stands for, and which chips are pressed. */
  count() {
    const counts = this.view.counts();
    const chips = [...Object.keys(STATES), ...Object.keys(ASPECTS)];
    for (const state of counts.keys()) if (!chips.includes(state)) chips.unshift(state);
    let here = null;
    here = this.#chip("all", this.state.rows.size, here);
    for (const chip of chips) here = this.#chip(chip, counts.get(chip) ?? 0, here);
  }

  /** Show whether the server is there; return whether that is news. */
  line(connected) {
    if (connected === this.connected) return false;
    this.connected = connected;
    this.foot();
    return true;
  }

  /** Show the build that runs, or that the line is lost; hidden when there is nothing to say. */
  foot() {
    const { footing, connected } = this;
    const run = this.state.running;
    footing.hidden = connected && !run;
    footing.classList.toggle("is-lost", !connected);
    if (!connected) {
      footing.replaceChildren(icon("missing"), make("span", {}, "Connection lost, trying again…"));
    } else if (run) {
      this.#run(run);
    }
  }

  #run(run) {
    const { verb, done, waiting } = running(run);
    let bar = this.footing.querySelector("progress");
    if (!bar) {
      bar = make("progress", { "aria-label": "Pictures done" });
      const told = make("span", { class: "doing" });
      this.footing.replaceChildren(icon("generating"), told, bar, make("span", { class: "waits" }));
    }
    bar.max = Math.max(run.total, 1);
    bar.value = run.done;
    tell(this.footing.querySelector(".doing"), `${verb} ${done}`);
    tell(this.footing.querySelector(".waits"), waiting);
  }

  #title() {
    const { running: run, project } = this.state;
    const wanted = `${run ? `${run.done}/${run.total} · ` : ""}${project || "imagegen"} · imagegen`;
    if (document.title !== wanted) document.title = wanted;
  }

  #cost() {
    const { cost } = this.state;
    this.cost.hidden = !cost;
    if (!cost) return;
    const plan = cost.planned === null ? "unknown" : figure(cost.planned);
    const more = ` credits${cost.unpriced ? ` + ${figure(cost.unpriced)} unpriced` : ""}`;
    this.cost.replaceChildren(
      sum("Spent", figure(cost.spent), `Charged for this project so far: ${credits(cost.spent)}`),
      sum("Today", figure(cost.today), `Charged today: ${credits(cost.today)}`),
      sum("Plan", plan, "What a build would cost now", more),
    );
  }

  // A chip that is pressed stays, also when nothing is left of what it stands for.
  #chip(chip, number, before) {
    let button = this.buttons.get(chip);
    const pressed = chip === "all" ? !this.view.chips.size : this.view.chips.has(chip);
    if (!number && !pressed && chip !== "all") {
      button?.remove();
      return before;
    }
    if (!button) {
      const sign = chip === "all" ? null : icon(chip in ASPECTS ? chip : stateIcon(chip));
      button = make(
        "button",
        { type: "button", class: "chip", "data-chip": chip },
        sign,
        make("span", {}, chip === "all" ? "All" : (ASPECT_WORDS[chip] ?? stateWord(chip))),
        make("span", { class: "number" }),
      );
      this.buttons.set(chip, button);
    }
    tell(button.lastChild, figure(number));
    button.setAttribute("aria-pressed", String(pressed));
    const next = before ? before.nextSibling : this.chips.firstChild;
    if (next !== button) this.chips.insertBefore(button, next);
    return button;
  }
}

function sum(term, value, title, more = "") {
  return make(
    "div",
    { title },
    make("dt", {}, term),
    make("dd", {}, make("strong", {}, value), more),
  );
}
