// Owns the detail view: one picture in a dialog, its address, its neighbours and its keys.

import { Candidates } from "./candidates.js";
import { copying, icon, make, tell, unseen } from "./element.js";
import { Facts } from "./facts.js";
import { framed } from "./frame.js";
import { slider } from "./slider.js";
import { capital, figure, status } from "./words.js";

const MODES = { picture: "Picture", before: "Before and after", candidates: "Candidates" };
const OWN_ARROWS = 'input, select, textarea, pre, [role="slider"]';

export class Detail {
  constructor({ state, view, gallery, voice, dialog }) {
    Object.assign(this, { state, view, gallery, voice, dialog });
    this.name = null;
    this.mode = "picture";
    this.staged = "";
    /** Whether closing may simply go back: the page itself came here from the gallery. */
    this.stepped = false;
    const say = (sentence) => voice.reply(sentence);
    this.candidates = new Candidates(say);
    this.facts = new Facts();
    this.#build();
    copying(dialog, say);
    dialog.addEventListener("click", (event) => this.#click(event));
    dialog.addEventListener("keydown", (event) => this.#key(event));
    dialog.addEventListener("close", () => this.#closed());
    window.addEventListener("hashchange", () => this.#address(true));
  }

  /** Open what the address names, once the rows are known. */
  start() {
    this.#address(false);
  }

  /** Show what a change of the state touched. */
  follow(difference) {
    if (this.name === null) return;
    const row = this.state.rows.get(this.name);
    if (!row) {
      this.voice.say(`${this.name} is no longer in the project.`);
      this.dialog.close();
    } else if (difference.touched.has(this.name)) {
      this.#show(row);
    } else if (difference.moved) {
      this.#count();
    }
  }

  #build() {
    this.heading = make("h2", { id: "detail-name", tabindex: "-1", autofocus: true });
    this.position = make("span", { class: "position" });
    this.modes = make("div", { class: "modes", role: "group", "aria-label": "Show" });
    this.stage = make("div", { class: "stage" });
    const button = (act, sign, label, keys) =>
      make(
        "button",
        { type: "button", class: "quiet", "data-act": act, title: label, "aria-keyshortcuts": keys },
        icon(sign),
        unseen(label),
      );
    this.dialog.append(
      make(
        "header",
        {},
        this.heading,
        this.modes,
        make(
          "div",
          { class: "turns" },
          button("back", "back", "Previous picture", "ArrowLeft"),
          this.position,
          button("forth", "forth", "Next picture", "ArrowRight"),
        ),
        button("close", "close", "Close", "Escape"),
      ),
      this.stage,
      this.facts.element,
      make("div", { class: "voice unseen", "aria-live": "polite" }),
    );
  }

  #address(stepped) {
    const name = named(location.hash);
    if (name === null) {
      if (this.dialog.open) this.dialog.close();
    } else if (this.state.rows.has(name)) {
      // From one picture to another by its address: going back would open the other again.
      if (this.dialog.open) this.stepped = false;
      this.#open(name, stepped);
    } else if (this.state.known) {
      this.voice.reply(`No picture is called ${name}.`);
      bare();
    }
  }

  #open(name, stepped) {
    const row = this.state.rows.get(name);
    const other = name !== this.name;
    this.name = name;
    if (other) this.mode = row.state === "unpicked" && row.candidates.length ? "candidates" : "picture";
    this.#show(row);
    if (!this.dialog.open) {
      this.stepped = stepped;
      document.documentElement.classList.add("is-covered");
      this.dialog.showModal();
      this.heading.focus();
    }
    if (other) this.facts.element.scrollTop = this.dialog.scrollTop = 0;
  }

  #show(row) {
    tell(this.heading, row.name);
    this.#count();
    if (!this.#possible(row, this.mode)) this.mode = "picture";
    this.#offer(row);
    this.#present(row);
    this.facts.show(row);
  }

  #possible(row, mode) {
    if (mode === "before") return Boolean(row.before && row.picture);
    return mode === "picture" || row.candidates.length > 0;
  }

  #offer(row) {
    const offered = Object.keys(MODES).filter((mode) => this.#possible(row, mode));
    const number = row.candidates.length;
    const buttons = offered.map((mode) => this.#modeButton(mode, number));
    const now = [...this.modes.children];
    if (now.length !== buttons.length || now.some((one, i) => one !== buttons[i])) {
      this.modes.replaceChildren(...buttons);
    }
    this.modes.hidden = offered.length < 2;
  }

  #modeButton(mode, number) {
    this.buttons ??= {};
    this.buttons[mode] ??= make("button", { type: "button", "data-mode": mode });
    const button = this.buttons[mode];
    tell(button, mode === "candidates" ? `${MODES[mode]} ${number}` : MODES[mode]);
    button.setAttribute("aria-pressed", String(mode === this.mode));
    return button;
  }

  // The stage is left alone while its pictures stay the same: a slider keeps its place.
  #present(row) {
    if (this.mode === "candidates") this.candidates.show(row);
    const shape = [row.width, row.height];
    const key = JSON.stringify([row.name, this.mode, row.picture, row.alt, shape, row.before]);
    const signature = this.mode === "candidates" ? "candidates" : key;
    if (signature === this.staged) return;
    this.staged = signature;
    this.stage.replaceChildren(this.#scene(row));
    this.stage.dataset.mode = this.mode;
  }

  #scene(row) {
    if (this.mode === "candidates") return this.candidates.element;
    if (this.mode === "before") {
      const old = { picture: row.before.picture, label: capital(row.before.label || "before") };
      return slider(old, { picture: row.picture, label: "Now" }, row);
    }
    if (!row.picture) {
      return make("p", { class: "nothing" }, icon("missing"), "No picture yet");
    }
    const alt = row.alt || `Picture ${row.name}`;
    return framed("div", { address: row.picture, thumb: row.thumb, alt, size: row });
  }

  #count() {
    const names = this.view.visible();
    const at = names.indexOf(this.name);
    tell(this.position, at < 0 ? "" : `${figure(at + 1)} of ${figure(names.length)}`);
  }

  #turn(step) {
    const names = this.view.visible();
    const at = names.indexOf(this.name);
    const name = names[at < 0 ? 0 : at + step];
    if (name === undefined) return;
    history.replaceState(null, "", `#${encodeURIComponent(name)}`);
    this.#open(name, this.stepped);
    const row = this.state.rows.get(name);
    this.voice.reply(`${name}, ${status(row)}, ${this.position.textContent}.`);
  }

  #switch(mode) {
    const row = this.state.rows.get(this.name);
    if (!this.#possible(row, mode)) return;
    this.mode = mode;
    this.#show(row);
  }

  #click(event) {
    const button = event.target.closest("button");
    if (event.target === this.dialog) this.dialog.close();
    else if (button?.dataset.mode) this.#switch(button.dataset.mode);
    else if (button?.dataset.act === "close") this.dialog.close();
    else if (button?.dataset.act === "back") this.#turn(-1);
    else if (button?.dataset.act === "forth") this.#turn(1);
  }

  #key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const row = this.state.rows.get(this.name);
    if (row?.candidates.length && /^[1-9]$/.test(event.key)) this.#switch("candidates");
    if (this.mode === "candidates" && this.candidates.key(event)) {
      event.preventDefault();
      return;
    }
    if (event.target.closest(OWN_ARROWS)) return;
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    this.#turn(step);
  }

  #closed() {
    const { name } = this;
    this.name = null;
    this.staged = "";
    this.stage.replaceChildren();
    document.documentElement.classList.remove("is-covered");
    if (named(location.hash) !== null) {
      if (this.stepped) history.back();
      else bare();
    }
    const link = this.gallery.link(name);
    link.focus({ preventScroll: true });
    if (link.matches("a")) link.scrollIntoView({ block: "nearest" });
  }
}

function named(hash) {
  if (hash.length < 2) return null;
  try {
    return decodeURIComponent(hash.slice(1));
  } catch {
    return hash.slice(1);
  }
}

function bare() {
  history.replaceState(null, "", location.pathname + location.search);
}
