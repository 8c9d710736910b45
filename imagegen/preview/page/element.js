// Owns how elements are made: every text goes in as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";

/** Return a new element; attributes that are null or false are left out, children may be texts. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Return one of the page's icons; it says nothing, the text beside it does. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** Let an icon made by `icon` show another one. */
export function turn(svg, name) {
  const href = `#icon-${name}`;
  const use = svg.firstElementChild;
  if (use.getAttribute("href") !== href) use.setAttribute("href", href);
}

/** Return a text for screen readers only. */
export function unseen(text) {
  return make("span", { class: "unseen" }, text);
}

/** Set a text only where it differs, so that nothing is laid out or read again for nothing. */
export function tell(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Return an image that keeps its place before it has come. */
export function picture(attributes, width, height) {
  const image = make("img", { decoding: "async", draggable: "false", ...attributes });
  if (width && height) {
    image.setAttribute("width", String(width));
    image.setAttribute("height", String(height));
  }
  return image;
}

/** Return a button that copies `text` and says so on itself for a moment. */
export function copier(text, label) {
  const said = make("span", { class: "said" }, "Copy");
  const button = make(
    "button",
    { type: "button", class: "copy", "aria-label": `Copy ${label}`, "data-copy": text },
    icon("copy"),
    said,
  );
  return button;
}

/** Copy for every button made by `copier` below `root`. */
export function copying(root, announce) {
  root.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-copy]");
    if (!button) return;
    const said = button.querySelector(".said");
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      said.textContent = "Copied";
      announce("Copied");
    } catch {
      said.textContent = "Not allowed";
      announce("The browser does not allow copying");
    }
    button.classList.add("is-said");
    setTimeout(() => {
      said.textContent = "Copy";
      button.classList.remove("is-said");
    }, 1600);
  });
}
