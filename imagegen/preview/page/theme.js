// Owns the theme: light, dark or as the system has it; runs before the first paint so that nothing flashes.
"use strict";
(() => {
  const KEY = "imagegen-theme";
  const NEXT = { system: "light", light: "dark", dark: "system" };
  const root = document.documentElement;

  // A browser may forbid storage; the theme is then that of the system.
  const stored = () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  };
  const store = (theme) => {
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // The choice holds until the page is closed.
    }
  };

  let theme = stored() in NEXT ? stored() : "system";

  const show = () => {
    if (theme === "system") root.removeAttribute("data-theme");
    else root.setAttribute("data-theme", theme);
    const button = document.getElementById("theme");
    if (!button) return;
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `#icon-${theme}`);
    svg.append(use);
    button.replaceChildren(svg);
    button.setAttribute("aria-label", `Theme: ${theme}. Change to ${NEXT[theme]}`);
    button.title = `Theme: ${theme}`;
  };

  show();
  document.addEventListener("DOMContentLoaded", () => {
    show();
    document.getElementById("theme").addEventListener("click", () => {
      theme = NEXT[theme];
      store(theme);
      show();
    });
  });
  window.addEventListener("storage", (event) => {
    if (event.key !== KEY) return;
    theme = event.newValue in NEXT ? event.newValue : "system";
    show();
  });
})();
