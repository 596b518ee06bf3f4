/* A leaf's filters without a reload: fetches the page at the new address and takes over its evidence. The form is a plain
   GET form, so everything works without this file; the address always holds the whole state. */
(function () {
  "use strict";

  var form = document.querySelector("[data-evidence-filters]");
  if (!form || !window.fetch || !window.DOMParser) return;
  var running = null;

  function address() {
    var query = new URLSearchParams();
    new FormData(form).forEach(function (value, name) {
      var field = form.elements[name];
      if (field instanceof HTMLSelectElement && field.options[field.selectedIndex].defaultSelected && !field.dataset.touched) return;
      query.append(name, value);
    });
    var text = query.toString();
    return form.getAttribute("action") + (text ? "?" + text : "");
  }

  function take(text) {
    var fresh = new DOMParser().parseFromString(text, "text/html").getElementById("evidence");
    if (!fresh) throw new Error("the answer holds no evidence");
    var evidence = document.importNode(fresh, true);
    document.getElementById("evidence").replaceWith(evidence);
    document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: evidence } })); // charts.js draws what is new
    if (window.admeSay) window.admeSay("Charts and table show the new choice.");
  }

  function show(url) {
    if (running) running.abort();
    window.history.pushState({ evidence: true }, "", url); // at once: a reload while the answer is under way keeps the choice
    running = new AbortController();
    var evidence = document.getElementById("evidence");
    evidence.setAttribute("aria-busy", "true");
    fetch(url, { credentials: "same-origin", signal: running.signal })
      .then(function (answer) {
        if (!answer.ok || answer.redirected) throw new Error("status " + answer.status);
        return answer.text();
      })
      .then(take)
      .catch(function (error) {
        if (error.name !== "AbortError") window.location.assign(url); // the whole page says what went wrong
      });
  }

  form.addEventListener("change", function (event) {
    event.target.dataset.touched = "1";
    show(address());
  });
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    show(address());
  });
  window.addEventListener("popstate", function () { window.location.reload(); });
})();
