import picture from "./picture.js";

const FONT = "node_modules/@fontsource/young-serif/files/young-serif-latin-400-normal.woff2";

export default function (eleventy) {
  eleventy.addShortcode("picture", function (name, sizes, importance) {
    // Nunjucks gives what a page knows as it is, Liquid behind a method.
    const known = (key) => (this.ctx.get ? this.ctx.get([key]) : this.ctx[key]);
    return picture(known("images"), name, { sizes, first: importance === "first", lang: known("lang") });
  });
  eleventy.addCollection("recipes", (pages) =>
    pages.getFilteredByGlob("src/recipes/*.md").sort((a, b) => a.data.hour.localeCompare(b.data.hour)),
  );
  // The files as imagegen made them: nothing is encoded twice, and their metadata stays.
  eleventy.addPassthroughCopy("src/img");
  eleventy.addPassthroughCopy("src/css");
  eleventy.addPassthroughCopy({ [FONT]: "css/young-serif.woff2" });
}

export const config = {
  dir: { input: "src", output: "_site" },
  markdownTemplateEngine: "njk",
};
