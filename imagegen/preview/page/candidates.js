// Owns the choice among candidates: side by side, one large, two under the slider, one chosen.

import { make, tell } from "./element.js";
import { framed, vacant } from "./frame.js";
import { pick } from "./pick.js";
import { problem } from "./problems.js";
import { slider } from "./slider.js";

export class Candidates {
  constructor(say) {
    this.say = say;
    this.cards = make("fieldset", { class: "takes" }, make("legend", { class: "unseen" }, "Candidates"));
    this.large = make("div", { class: "large" });
    this.choose = make("button", { type: "button", class: "primary" });
    this.against = make("select", { "aria-label": "Compare with" });
    this.beside = make("button", { type: "button", class: "quiet beside" }, "Side by side");
    this.outcome = make("div", { class: "outcome", role: "alert" });
    const actions = make("div", { class: "actions" }, this.choose, this.against, this.beside);
    this.element = make("div", { class: "candidates" }, this.large, this.cards, this.outcome, actions);
    this.row = null;
    this.look = null;
    this.busy = false;
    this.cards.addEventListener("change", (event) => this.lookAt(Number(event.target.value)));
    // A click on the card that is large already makes it small again.
    this.cards.addEventListener("click", (event) => {
      if (event.target.type === "radio" && Number(event.target.value) === this.opened) this.sideBySide();
      else if (event.target.type === "radio") this.opened = Number(event.target.value);
    });
    this.choose.addEventListener("click", () => this.pick());
    this.against.addEventListener("change", () => this.#enlarge());
    this.beside.addEventListener("click", () => this.sideBySide());
  }

  /** Show the candidates of a row; another image starts side by side. */
  show(row) {
    const old = this.row;
    this.row = row;
    const key = (one) => JSON.stringify([one.name, one.candidates.map((c) => [c.take, c.picture])]);
    if (!old || key(old) !== key(row)) this.#build(old?.name === row.name);
    this.#mark();
  }

  /** Look at one take, large. */
  lookAt(take) {
    const candidate = this.#of(take);
    if (!candidate) return;
    this.look = this.opened = take;
    this.cards.querySelector(`input[value="${take}"]`).checked = true;
    if (this.against.value === String(take)) this.against.value = "";
    this.#enlarge();
    this.#mark();
  }

  /** Show all of them in the same size again; the one looked at stays marked. */
  sideBySide() {
    this.opened = null;
    this.against.value = "";
    this.large.replaceChildren();
    this.element.classList.remove("is-large");
    this.#mark();
  }

  /** Handle a key of the detail view; return whether it was one of the candidates'. */
  key(event) {
    if (/^[1-9]$/.test(event.key)) {
      const candidate = this.row.candidates[Number(event.key) - 1];
      if (!candidate) return false;
      if (candidate.take === this.opened) this.sideBySide();
      else {
        this.lookAt(candidate.take);
        this.say(words(candidate));
      }
      return true;
    }
    // A key that is held down, or meant for a button, chooses nothing.
    if (event.key !== "Enter" || event.repeat || this.look === null) return false;
    if (event.target.closest("button, a, select, summary")) return false;
    this.pick();
    return true;
  }

  /** Ask the server to let the image show the take that is looked at. */
  async pick() {
    if (this.choose.disabled) return;
    const { name } = this.row;
    const take = this.look;
    this.busy = true;
    this.outcome.replaceChildren();
    this.#mark();
    try {
      this.say((await pick(name, take)) || `${name} shows take ${take} now.`);
    } catch (error) {
      if (!error.problem) throw error;
      if (this.row.name === name) this.outcome.replaceChildren(problem(error.problem));
    } finally {
      this.busy = false;
      this.#mark();
    }
  }

  #build(same) {
    const { row } = this;
    const legend = this.cards.firstElementChild;
    this.cards.replaceChildren(legend, ...row.candidates.map((one, index) => this.#card(one, index)));
    this.#arrange(row.candidates.length);
    this.against.replaceChildren(
      make("option", { value: "" }, "Compare with…"),
      ...row.candidates.map((one) => make("option", { value: one.take }, `Take ${one.take}`)),
    );
    this.outcome.replaceChildren();
    if (!same || !this.#of(this.look)) this.look = null;
    this.sideBySide();
    if (this.look !== null) this.cards.querySelector(`input[value="${this.look}"]`).checked = true;
  }

  // As many columns as let the pictures be largest in a stage that is wider than high.
  #arrange(many) {
    const ratio = this.row.width && this.row.height ? this.row.width / this.row.height : 4 / 3;
    const across = Math.min(many, Math.max(1, Math.round(Math.sqrt((many * 1.3) / ratio))));
    this.cards.style.setProperty("--across", String(across));
    this.cards.style.setProperty("--down", String(Math.ceil(many / across)));
  }

  #card(candidate, index) {
    const frame = this.#frame("span", candidate);
    return make(
      "label",
      { class: "take", "data-take": candidate.take },
      make("input", { type: "radio", name: "take", value: candidate.take, class: "unseen" }),
      frame,
      make(
        "span",
        { class: "line" },
        index < 9 ? make("kbd", { "aria-hidden": "true" }, String(index + 1)) : null,
        make("span", { class: "which" }, `Take ${candidate.take}`),
        make("span", { class: "seed" }, candidate.seed === null ? "" : `seed ${candidate.seed}`),
        make("span", { class: "mark" }),
      ),
    );
  }

  #frame(tag, { picture, thumb }) {
    if (!picture) return vacant(tag, this.row, "Not made yet");
    return framed(tag, { address: picture, thumb, alt: "", size: this.row });
  }

  #enlarge() {
    const left = this.#of(this.look);
    const right = this.#of(Number(this.against.value));
    if (!left) return;
    this.element.classList.add("is-large");
    if (left.picture && right?.picture) {
      const named = (one) => ({ picture: one.picture, label: `Take ${one.take}` });
      this.large.replaceChildren(slider(named(left), named(right), this.row));
    } else {
      this.large.replaceChildren(this.#frame("div", left));
    }
    this.opened = this.look;
    this.#mark();
    const card = this.cards.querySelector(`[data-take="${this.look}"]`);
    this.cards.scrollLeft = card.offsetLeft - (this.cards.clientWidth - card.offsetWidth) / 2;
  }

  #mark() {
    const { row, look, busy } = this;
    const looked = this.#of(look);
    for (const candidate of row.candidates) {
      const card = this.cards.querySelector(`[data-take="${candidate.take}"]`);
      card.classList.toggle("is-against", String(candidate.take) === this.against.value);
      tell(card.querySelector(".mark"), candidate.picked ? "Picked" : candidate.shown ? "Shown" : "");
    }
    for (const option of this.against.options) {
      const one = this.#of(Number(option.value));
      option.disabled = Boolean(one) && (one === looked || !one.picture);
    }
    this.against.hidden = !looked?.picture || row.candidates.length < 2;
    this.beside.hidden = !this.element.classList.contains("is-large");
    this.choose.disabled = !looked?.picture || busy || looked.picked;
    const verb = busy ? "Choosing" : looked?.picked ? "Picked:" : "Choose";
    const keys = Math.min(row.candidates.length, 9);
    const how = matchMedia("(pointer: coarse)").matches ? "tap it" : `click it, or press 1 to ${keys}`;
    tell(this.choose, looked ? `${verb} take ${look}` : `Look at one: ${how}`);
  }

  #of(take) {
    return this.row.candidates.find((one) => one.take === take) ?? null;
  }
}

function words(candidate) {
  const more = candidate.picked ? ", picked" : candidate.shown ? ", shown" : "";
  return `Take ${candidate.take}${more}.`;
}
