const escaped = (text) =>
  text.replace(/[&<>"]/g, (letter) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[letter]);

/**
 * The <picture> of one image of imagegen.toml.
 *
 * `images` is what imagegen wrote into src/_data/images.json. `sizes` says how wide the layout
 * shows the picture. `first` is for the one that a reader waits for: it is loaded before all else,
 * the others when they come near.
 */
export default function picture(images, name, { sizes, first = false }) {
  const image = images?.[name];
  if (!image) throw new Error(`no picture "${name}" in images.json: run "imagegen build"`);
  if (image.alt === null) throw new Error(`"${name}" has no alt in imagegen.toml`);

  const shown = image.placeholder;
  const style = shown ? ` style="background: ${shown.color} url('${shown.uri}') center / cover"` : "";
  const sources = image.sources.map(
    ({ type, srcset }) => `<source type="${type}" srcset="${srcset}" sizes="${sizes}">`,
  );
  const srcset = image.srcset ? `srcset="${image.srcset}" sizes="${sizes}"` : "";
  return `<picture>
  ${sources.join("\n  ")}
  <img src="${image.src}" ${srcset} width="${image.width}" height="${image.height}"
    alt="${escaped(image.alt)}" ${first ? 'fetchpriority="high"' : 'loading="lazy"'} decoding="async"${style}>
</picture>`;
}
