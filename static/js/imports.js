// The upload form: says at once when a file is too large, and is sent only once.
"use strict";

const form = document.getElementById("import-form");
if (form) {
  const limit = Number(form.getAttribute("data-max-bytes"));
  const warning = document.getElementById("import-too-large");
  const button = document.getElementById("import-submit");
  const field = form.querySelector("input[type=file]");

  const isTooLarge = () => Array.from(field.files).some((file) => file.size > limit);
  field.addEventListener("change", () => {
    warning.hidden = !isTooLarge();
  });
  form.addEventListener("submit", (event) => {
    if (isTooLarge()) {
      event.preventDefault();
      warning.hidden = false;
      warning.scrollIntoView();
      return;
    }
    button.disabled = true;
    button.textContent = "Sending…";
  });
  // Back button: the browser may bring the page back as it was left.
  window.addEventListener("pageshow", () => {
    button.disabled = false;
  });
}
