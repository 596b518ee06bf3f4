/* Sets the theme before the first paint: the reader's choice if kept, else the system's. Loaded in the head. */
(function () {
  "use strict";
  var KEY = "adme-theme";
  var dark = window.matchMedia("(prefers-color-scheme: dark)");

  function choice() {
    try {
      var kept = window.localStorage.getItem(KEY);
      return kept === "light" || kept === "dark" ? kept : "system";
    } catch (error) {
      return "system"; // storage may be closed; the system's theme then serves
    }
  }

  function apply() {
    var chosen = choice();
    var theme = chosen === "system" ? (dark.matches ? "dark" : "light") : chosen;
    var root = document.documentElement;
    var changed = root.getAttribute("data-bs-theme") !== theme;
    root.setAttribute("data-bs-theme", theme);
    root.setAttribute("data-theme-choice", chosen);
    if (changed) document.dispatchEvent(new CustomEvent("adme:theme", { detail: { theme: theme } }));
  }

  window.admeTheme = {
    choice: choice,
    choose: function (value) {
      try {
        if (value === "system") window.localStorage.removeItem(KEY);
        else window.localStorage.setItem(KEY, value);
      } catch (error) {
        document.documentElement.setAttribute("data-bs-theme", value === "dark" ? "dark" : "light");
        return;
      }
      apply();
    },
  };

  apply();
  dark.addEventListener("change", apply);
})();
