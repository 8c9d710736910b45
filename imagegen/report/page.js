// Owns what the report does by hand: long prompts open, and two pictures lie under a slider.
// Without it prompts are whole, and both pictures stand side by side.
"use strict";
(() => {
  for (const prompt of document.querySelectorAll(".prompt")) {
    prompt.classList.add("is-cut");
    if (prompt.scrollHeight <= prompt.clientHeight + 1) {
      prompt.classList.remove("is-cut");
      continue;
    }
    const more = button("Show all", () => {
      const cut = prompt.classList.toggle("is-cut");
      more.textContent = cut ? "Show all" : "Show less";
      more.setAttribute("aria-expanded", String(!cut));
    });
    more.className = "more";
    more.setAttribute("aria-expanded", "false");
    prompt.after(more);
  }

  const pairs = document.querySelectorAll(".pair.is-alike");
  const head = document.querySelector(".head");
  if (!pairs.length || !head) return;

  for (const pair of pairs) {
    const reach = document.createElement("input");
    reach.type = "range";
    reach.className = "reach";
    reach.value = "50";
    reach.setAttribute("aria-label", `${pair.dataset.name}: how much of the earlier picture is shown`);
    reach.addEventListener("input", () => pair.style.setProperty("--at", `${reach.value}%`));
    const seam = document.createElement("span");
    seam.className = "seam";
    pair.append(seam, reach);
  }

  const views = document.createElement("div");
  views.className = "views";
  views.setAttribute("role", "group");
  views.setAttribute("aria-label", "How to compare");
  const choices = [["Side by side", false], ["Slider", true]].map(([word, sliding]) => {
    const choice = button(word, () => show(sliding));
    views.append(choice);
    return [choice, sliding];
  });
  const show = (sliding) => {
    document.body.classList.toggle("is-sliding", sliding);
    for (const [choice, its] of choices) choice.setAttribute("aria-pressed", String(its === sliding));
  };
  show(false);
  head.append(views);

  function button(word, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = word;
    made.addEventListener("click", act);
    return made;
  }
})();
