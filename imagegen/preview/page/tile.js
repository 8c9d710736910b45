// Owns one tile of the gallery: its elements, and which of them a changed row touches.

import { icon, make, picture, tell, turn, unseen } from "./element.js";
import { credits, stateIcon, status } from "./words.js";

const FLASH = 1800;

export class Tile {
  constructor(name) {
    this.sign = icon("current");
    this.told = make("span", { class: "told" });
    this.price = make("span", { class: "price" });
    this.marks = make("span", { class: "marks" });
    this.well = make("span", { class: "well" });
    this.bar = make("span", { class: "bar" });
    this.link = make(
      "a",
      { href: `#${encodeURIComponent(name)}` },
      this.well,
      make("span", { class: "line" }, make("span", { class: "name" }, name), this.marks),
      " ",
      make("span", { class: "line status" }, this.sign, this.told, " ", this.price),
    );
    this.item = make("li", { class: "tile", "data-name": name }, this.link);
    this.row = null;
  }

  /** Show a row; return whether it brought another picture. */
  show(row) {
    const old = this.row;
    this.row = row;
    const { item } = this;
    if (item.dataset.state !== row.state) item.dataset.state = row.state;
    item.classList.toggle("is-draft", row.state === "draft");
    turn(this.sign, stateIcon(row.state));
    tell(this.told, status(row));
    tell(this.price, priced(row));
    if (old?.protected !== row.protected) this.#mark(row);
    const fresh = !old || old.thumb !== row.thumb || (!row.thumb && old.prompt !== row.prompt);
    if (fresh) this.#fill(row);
    this.#progress(row);
    return fresh && Boolean(old);
  }

  /** Ask once more for a picture that could not be fetched. */
  retry() {
    if (!this.well.dataset.lack) return;
    this.#fill(this.row);
    this.#progress(this.row);
  }

  /** Let the eye find what has just changed. */
  flash() {
    this.item.classList.add("is-fresh");
    setTimeout(() => this.item.classList.remove("is-fresh"), FLASH);
  }

  #mark(row) {
    this.marks.replaceChildren(...(row.protected ? [icon("protected"), unseen("protected")] : []));
  }

  #fill(row) {
    const { well } = this;
    delete well.dataset.lack;
    if (!row.thumb) {
      well.replaceChildren(make("span", { class: "wish", "aria-hidden": "true" }, row.prompt ?? ""));
      return;
    }
    const at = (width) => `${row.thumb}${row.thumb.includes("?") ? "&" : "?"}w=${width}`;
    const image = picture(
      {
        alt: "",
        loading: "lazy",
        sizes: "auto, 300px",
        srcset: `${at(320)} 320w, ${at(640)} 640w`,
        src: at(320),
      },
      row.width,
      row.height,
    );
    const ratio = row.width && row.height ? row.width / row.height : 4 / 3;
    image.style.aspectRatio = String(ratio);
    image.className = ratio >= 4 / 3 ? "wide" : "tall";
    well.replaceChildren(image);
  }

  #progress(row) {
    if (row.state !== "generating") {
      this.bar.remove();
      return;
    }
    this.bar.classList.toggle("is-vague", row.progress === null);
    this.bar.style.setProperty("--done", `${row.progress ?? 0}%`);
    if (this.bar.parentNode !== this.well) this.well.append(this.bar);
  }
}

function priced(row) {
  if (row.action !== "generate" || row.price === 0) return "";
  return row.price === null ? "price unknown" : credits(row.price);
}
