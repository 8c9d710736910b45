// Owns the grid: one tile per row, built in slices, and changed only where its row changed.

import { Tile } from "./tile.js";

const FIRST = 60; // tiles that the first paint waits for
const SLICE = 150; // tiles made between two frames after that

export class Gallery {
  constructor(state, view) {
    this.state = state;
    this.view = view;
    this.list = document.getElementById("gallery");
    this.tiles = new Map();
    this.slice = 0;
    this.list.addEventListener("keydown", (event) => this.#key(event));
    // A picture that cannot be fetched leaves its tile whole; this event does not bubble.
    this.list.addEventListener("error", (event) => this.#lack(event.target), true);
  }

  /** Show what a change of the state touched. */
  follow(difference) {
    for (const name of difference.removed) this.#drop(name);
    let strayed = false;
    for (const name of difference.touched) {
      const tile = this.tiles.get(name);
      const row = this.state.rows.get(name);
      if (!tile) continue;
      const fresh = tile.show(row);
      if (fresh && !difference.whole) tile.flash();
      strayed ||= tile.item.isConnected !== this.view.matches(row);
    }
    const sorted = this.view.sort !== "name" && difference.touched.size > 0;
    if (difference.moved || strayed || sorted) this.arrange(difference.touched);
  }

  /** Let the list hold what is looked at, in its order; those in `loose` are likely to move. */
  arrange(loose = new Set()) {
    clearTimeout(this.slice);
    const held = document.activeElement;
    const inside = this.list.contains(held) && held !== this.list;
    const order = this.view.visible();
    const wanted = new Set(order);
    const moving = this.view.sort !== "name" && loose.size < order.length / 4;
    // Taken out rather than hidden: browsers hide tiles that they have never drawn very slowly.
    for (const item of [...this.list.children]) {
      const { name } = item.dataset;
      if (!wanted.has(name) || (moving && loose.has(name))) item.remove();
    }
    this.#place(order, 0, FIRST);
    if (!inside || held === document.activeElement) return;
    if (held.isConnected) held.focus({ preventScroll: true });
    else this.list.focus({ preventScroll: true });
  }

  /** Ask once more for the pictures that could not be fetched. */
  retry() {
    for (const tile of this.tiles.values()) tile.retry();
  }

  /** Return the link of a picture's tile if the list holds it, else the list. */
  link(name) {
    const tile = this.tiles.get(name);
    return tile?.item.isConnected ? tile.link : this.list;
  }

  // Walks once along list and order; only tiles that are not where they belong are moved.
  #place(order, start, budget) {
    let here = start ? this.tiles.get(order[start - 1]).item.nextSibling : this.list.firstChild;
    let made = 0;
    for (let index = start; index < order.length; index += 1) {
      const name = order[index];
      let tile = this.tiles.get(name);
      if (!tile) {
        if (made === budget) {
          this.slice = setTimeout(() => this.#place(order, index, SLICE));
          return;
        }
        tile = this.#make(name);
        made += 1;
      }
      if (tile.item === here) here = here.nextSibling;
      else this.list.insertBefore(tile.item, here);
    }
  }

  #make(name) {
    const row = this.state.rows.get(name);
    const tile = new Tile(name);
    tile.show(row);
    this.tiles.set(name, tile);
    return tile;
  }

  #drop(name) {
    this.tiles.get(name)?.item.remove();
    this.tiles.delete(name);
    clearTimeout(this.slice); // its order names a row that is gone; `arrange` follows
  }

  #lack(image) {
    if (image instanceof HTMLImageElement) image.closest(".well").dataset.lack = "true";
  }

  #key(event) {
    const item = event.target.closest("li");
    if (!item || event.altKey || event.ctrlKey || event.metaKey) return;
    const shown = [...this.list.children];
    const columns = getComputedStyle(this.list).gridTemplateColumns.split(" ").length;
    const from = shown.indexOf(item);
    const to = {
      ArrowLeft: from - 1,
      ArrowRight: from + 1,
      ArrowUp: from - columns,
      ArrowDown: from + columns,
      Home: 0,
      End: shown.length - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    shown[to]?.querySelector("a").focus();
  }
}
