const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;" };
const escaped = (text) => text.replace(/[&<>"\n]/g, (letter) => ESCAPES[letter]);

/**
 * The <picture> of one image of imagegen.toml.
 *
 * `images` is what imagegen wrote into src/_data/images.json. `sizes` says how wide the layout
 * shows the picture. `first` is for the one that a reader waits for: it is loaded before all else,
 * the others when they come near. `lang` is the reader's language, in a site that has several.
 */
export default function picture(images, name, { sizes, first = false, lang }) {
  const image = images?.[name];
  if (!image) throw new Error(`no picture "${name}" in images.json: run "imagegen build"`);
  const view = image.locales[lang] ?? image;
  if (view.alt === null) throw new Error(`"${name}" has no alt in imagegen.toml`);

  const shown = image.placeholder;
  const style = shown?.opaque ? ` style="background: ${shown.color} url('${shown.uri}') center / cover"` : "";
  const sources = view.sources.map(
    ({ type, srcset }) => `<source type="${type}" srcset="${srcset}" sizes="${sizes}">`,
  );
  const srcset = view.srcset ? `srcset="${view.srcset}" sizes="${sizes}"` : "";
  return `<picture>
  ${sources.join("\n  ")}
  <img src="${view.src}" ${srcset} width="${view.width}" height="${view.height}"
    alt="${escaped(view.alt)}" ${first ? 'fetchpriority="high"' : 'loading="lazy"'} decoding="async"${style}>
</picture>`;
}
