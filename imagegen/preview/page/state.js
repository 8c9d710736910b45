// Owns what the page knows of the project: the rows by name, their order, and how they change.

/** What changed since the last look: names of rows, and the parts of the state beside them. */
class Difference {
  constructor() {
    this.touched = new Set();
    this.removed = new Set();
    this.parts = new Set();
    /** Whether rows came, went or changed places. */
    this.moved = false;
    /** Whether everything is new, as after `/api/state`. */
    this.whole = false;
  }
}

const PARTS = ["running", "cost", "problems", "project", "summary"];

export class State {
  constructor() {
    this.rows = new Map();
    this.order = [];
    this.revision = 0;
    this.project = "";
    this.problems = [];
    this.running = null;
    this.cost = null;
    this.summary = {};
    /** Whether the server has told anything yet. */
    this.known = false;
    this.followers = [];
  }

  /** Call `follow(difference, earlier)` after every change; `earlier` holds the replaced rows. */
  onChange(follow) {
    this.followers.push(follow);
  }

  /** Take over a whole state. */
  replace(state) {
    const difference = new Difference();
    const earlier = this.rows;
    this.rows = new Map(state.images.map((row) => [row.name, row]));
    this.order = state.images.map((row) => row.name);
    for (const name of earlier.keys()) if (!this.rows.has(name)) difference.removed.add(name);
    for (const name of this.order) difference.touched.add(name);
    for (const part of PARTS) this.#take(part, state[part], difference);
    this.revision = state.revision;
    this.known = true;
    difference.moved = difference.whole = true;
    this.#tell(difference, earlier);
  }

  /** Take over patches in the order in which they came; followers hear of them once. */
  patch(patches) {
    const difference = new Difference();
    const earlier = new Map();
    let order = null;
    for (const patch of patches) {
      for (const name of patch.removed ?? []) {
        if (this.rows.has(name)) earlier.set(name, earlier.get(name) ?? this.rows.get(name));
        this.rows.delete(name);
        difference.touched.delete(name);
        difference.removed.add(name);
      }
      for (const row of patch.images ?? []) {
        const old = this.rows.get(row.name);
        if (!old) difference.moved = true;
        if (old && !earlier.has(row.name)) earlier.set(row.name, old);
        this.rows.set(row.name, row);
        difference.touched.add(row.name);
        difference.removed.delete(row.name);
      }
      for (const part of PARTS) if (part in patch) this.#take(part, patch[part], difference);
      order = patch.order ?? order;
      this.revision = patch.revision ?? this.revision;
    }
    if (order || difference.removed.size) difference.moved = true;
    if (difference.moved) this.#arrange(order);
    this.#tell(difference, earlier);
  }

  #take(part, value, difference) {
    if (value === undefined) return;
    this[part] = value;
    difference.parts.add(part);
  }

  // The server's order rules; a row that it does not name yet goes where its name belongs.
  #arrange(order) {
    const named = (order ?? []).filter((name) => this.rows.has(name));
    if (named.length === this.rows.size) this.order = named;
    else this.order = [...this.rows.keys()].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  }

  #tell(difference, earlier) {
    for (const follow of this.followers) follow(difference, earlier);
  }
}
