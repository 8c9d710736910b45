// Owns the slider between two pictures: a range for keys and screen readers, the picture for the hand.

import { make, picture } from "./element.js";
import { shape } from "./frame.js";

const STEP = 2;

/** Return a frame with two pictures; `left` and `right` are {picture, label}, `size` {width, height}. */
export function slider(left, right, size) {
  const range = make("input", {
    type: "range",
    min: 0,
    max: 100,
    step: STEP,
    value: 50,
    class: "reach",
    "aria-label": `Compare ${left.label} with ${right.label}`,
  });
  const over = picture({ src: right.picture, alt: "", class: "over" }, size.width, size.height);
  const under = picture({ src: left.picture, alt: "" }, size.width, size.height);
  const frame = make(
    "div",
    { class: "frame slider" },
    under,
    over,
    range,
    make("span", { class: "seam", "aria-hidden": "true" }, make("span", { class: "grip" })),
    make("span", { class: "side is-left", "aria-hidden": "true" }, left.label),
    make("span", { class: "side is-right", "aria-hidden": "true" }, right.label),
  );
  shape(frame, size, over);

  const show = () => {
    const at = Number(range.value);
    frame.style.setProperty("--at", `${at}%`);
    range.setAttribute("aria-valuetext", `${at} % ${left.label}, ${100 - at} % ${right.label}`);
    frame.classList.toggle("hides-left", at < 12);
    frame.classList.toggle("hides-right", at > 88);
  };
  const follow = (event) => {
    const box = frame.getBoundingClientRect();
    range.value = String(((event.clientX - box.left) / box.width) * 100);
    show();
  };
  range.addEventListener("input", show);
  frame.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    range.focus({ preventScroll: true });
    frame.setPointerCapture(event.pointerId);
    follow(event);
  });
  frame.addEventListener("pointermove", (event) => {
    if (frame.hasPointerCapture(event.pointerId)) follow(event);
  });
  show();
  return frame;
}
