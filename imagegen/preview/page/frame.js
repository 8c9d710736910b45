// Owns the frame around a large picture: it has the picture's shape before the picture has come.

import { make, picture } from "./element.js";

/** Give a frame the shape {width, height}; without one it takes that of `image` when it has come. */
export function shape(frame, size, image = null) {
  const { width, height } = size;
  if (width && height) {
    frame.style.setProperty("--ratio", String(width / height));
    frame.style.setProperty("--natural", `${width}px`);
  } else if (image) {
    image.addEventListener("load", () => {
      shape(frame, { width: image.naturalWidth, height: image.naturalHeight });
    });
  }
}

/** Return a frame with one picture; `thumb`, if any, stands in until it has come. */
export function framed(tag, { address, thumb, alt, size }) {
  const image = picture({ src: address, alt }, size.width, size.height);
  const frame = make(tag, { class: "frame" }, image);
  shape(frame, size, image);
  if (thumb) {
    frame.style.backgroundImage = `url("${encodeURI(thumb)}?w=640")`;
    // A picture with clear parts must not show the small one through them.
    const clear = () => (frame.style.backgroundImage = "");
    image.decode().then(clear, clear);
  }
  return frame;
}

/** Return a frame of the same shape for a picture that is not there. */
export function vacant(tag, size, told) {
  const frame = make(tag, { class: "frame is-vacant" }, make("span", {}, told));
  shape(frame, size);
  return frame;
}
