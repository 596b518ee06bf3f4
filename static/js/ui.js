/* Small behaviours of every page: theme choice, copy buttons, htmx's CSRF header, focus on a form's error summary. */
(function () {
  "use strict";

  function meta(name) {
    var element = document.querySelector('meta[name="' + name + '"]');
    return element ? element.getAttribute("content") : "";
  }

  document.addEventListener("htmx:configRequest", function (event) {
    var token = meta("csrf-token");
    if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token;
  });

  function say(text) {
    var region = document.getElementById("announcer");
    if (region) region.textContent = text;
  }
  window.admeSay = say;

  document.addEventListener("htmx:responseError", function () {
    say("The server could not answer. What you see may be out of date; reload the page.");
  });
  document.addEventListener("htmx:sendError", function () {
    say("No connection. What you see may be out of date.");
  });

  function markTheme() {
    var chosen = window.admeTheme ? window.admeTheme.choice() : "system";
    document.querySelectorAll("[data-theme-set]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.getAttribute("data-theme-set") === chosen));
    });
  }

  document.addEventListener("click", function (event) {
    var themed = event.target.closest("[data-theme-set]");
    if (themed && window.admeTheme) {
      window.admeTheme.choose(themed.getAttribute("data-theme-set"));
      markTheme();
    }
    var copier = event.target.closest("[data-copy]");
    if (copier && navigator.clipboard) {
      event.preventDefault();
      var text = copier.getAttribute("data-copy");
      if (text.charAt(0) === "#") text = window.location.href.split("#")[0] + text;
      navigator.clipboard.writeText(text).then(function () {
        say("Copied: " + text);
        copier.setAttribute("data-copied", "");
        window.setTimeout(function () { copier.removeAttribute("data-copied"); }, 1600);
      });
    }
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  /* A filter that names data-submit sends its form when it changes; the form has a button for everybody else. */
  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-submit]") && event.target.form) event.target.form.requestSubmit();
  });

  function ready() {
    markTheme();
    var summary = document.querySelector("[data-error-summary]");
    if (summary) summary.focus();
    document.querySelectorAll("progress.meter").forEach(function (bar) {
      if (!bar.hasAttribute("aria-label") && !bar.hasAttribute("aria-labelledby")) bar.setAttribute("aria-label", "Progress");
    });
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
  else ready();
})();
