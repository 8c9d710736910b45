// Owns the slider of the report; without it both pictures stand side by side.
"use strict";
(() => {
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
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = word;
    button.addEventListener("click", () => show(sliding));
    views.append(button);
    return [button, sliding];
  });
  const show = (sliding) => {
    document.body.classList.toggle("is-sliding", sliding);
    for (const [button, its] of choices) button.setAttribute("aria-pressed", String(its === sliding));
  };
  show(false);
  head.append(views);
})();
