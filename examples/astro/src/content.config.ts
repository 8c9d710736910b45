import { defineCollection, z } from "astro:content";
import { glob } from "astro/loaders";
import { images, type ImageName } from "./images";

const work = defineCollection({
  loader: glob({ pattern: "*.md", base: "src/content/work" }),
  schema: z.object({
    number: z.string(),
    title: z.string(),
    picture: z.custom<ImageName>(
      (name) => typeof name === "string" && name in images,
      'no picture of this name in imagegen.toml, or "imagegen build" has not run',
    ),
    kind: z.string(),
    height: z.string(),
    clay: z.string(),
    glaze: z.string(),
    /** How the kiln was led: hours since it was lit, and degrees. */
    firing: z.array(z.tuple([z.number(), z.number()])),
  }),
});

export const collections = { work };
