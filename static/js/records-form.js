/* The form of counts: keyboard, pasting a column, and a draft in this browser until the report holds what was typed.
   On the page of the submissions: forgets a draft that was sent, and ticks all warnings of a page. */
(function () {
  "use strict";

  function key(user, report) { return ["adme-draft", user, report, "records"].join(":"); }
  function read(name) {
    try { return JSON.parse(window.localStorage.getItem(name) || "null"); } catch (error) { return null; }
  }
  function write(name, value) {
    try {
      if (value === null) window.localStorage.removeItem(name);
      else window.localStorage.setItem(name, JSON.stringify(value));
      return true;
    } catch (error) { return false; }
  }

  var held = document.querySelector("[data-records-held]");
  if (held) {
    var sentName = key(held.getAttribute("data-user"), held.getAttribute("data-records-held"));
    var sentDraft = read(sentName);
    if (sentDraft && sentDraft.sent && /[?&]saved=form/.test(window.location.search)) write(sentName, null);
  }

  var tickAll = document.querySelector("[data-tick-all]");
  if (tickAll) tickAll.addEventListener("change", function () {
    document.querySelectorAll("[data-decide] input[name=finding]").forEach(function (one) { one.checked = tickAll.checked; });
  });

  var form = document.querySelector("[data-records-form]");
  if (!form) return;
  var name = key(form.getAttribute("data-user"), form.getAttribute("data-report"));
  var token = form.getAttribute("data-token");
  var state = document.querySelector("[data-draft-state]");
  var cells = Array.prototype.slice.call(form.querySelectorAll("input[id^=r], select[id^=r]"));
  var first = {}, timer = null;
  cells.forEach(function (one) { first[one.name] = one.value; });

  function typed() {
    var found = {};
    cells.forEach(function (one) { if (one.value !== first[one.name]) found[one.name] = one.value; });
    return found;
  }
  function keep(sent) {
    var now = typed(), any = Object.keys(now).length > 0;
    if (!any && !sent) { write(name, null); state.textContent = ""; return; }
    var kept = write(name, { token: token, cells: now, rows: form.elements.rows.value, sent: Boolean(sent), at: Date.now() });
    state.textContent = kept ? "Kept in this browser. Not in the report yet." : "This browser keeps nothing: do not leave the page before you send.";
  }
  function restore() {
    var draft = read(name);
    if (!draft || form.hasAttribute("data-returned")) return;
    var put = 0;
    cells.forEach(function (one) {
      if (draft.cells[one.name] !== undefined && draft.cells[one.name] !== one.value) { one.value = draft.cells[one.name]; put += 1; }
    });
    if (!put) return;
    state.textContent = draft.token === token
      ? "What you typed before is here again. It is not in the report yet."
      : "What you typed before is here again, but the report has changed since: check it before you send.";
  }

  function column(cell) {
    var named = cell.name.replace(/^r\d+-/, "");
    return cells.filter(function (one) { return one.name.replace(/^r\d+-/, "") === named; });
  }
  function move(cell, by) {
    var list = column(cell), next = list[list.indexOf(cell) + by];
    if (!next) return false;
    next.focus();
    if (next.select) next.select();
    return true;
  }

  form.addEventListener("input", function () {
    window.clearTimeout(timer);
    timer = window.setTimeout(function () { keep(false); }, 200);
  });
  form.addEventListener("keydown", function (event) {
    var cell = event.target;
    if (cells.indexOf(cell) < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Enter") { event.preventDefault(); move(cell, event.shiftKey ? -1 : 1); return; }
    if (cell.tagName === "SELECT") return;
    if (event.key === "ArrowDown" && move(cell, 1)) event.preventDefault();
    if (event.key === "ArrowUp" && move(cell, -1)) event.preventDefault();
  });
  form.addEventListener("paste", function (event) {
    var cell = event.target, text = event.clipboardData ? event.clipboardData.getData("text") : "";
    if (cells.indexOf(cell) < 0 || cell.tagName === "SELECT" || !/[\n\t]/.test(text.replace(/[\r\n]+$/, ""))) return;
    event.preventDefault();
    var list = column(cell), start = list.indexOf(cell);
    text.replace(/[\r\n]+$/, "").split(/\r?\n/).forEach(function (line, down) {
      var row = list[start + down];
      if (!row) return;
      var beside = cells.filter(function (one) { return one.closest("tr") === row.closest("tr"); });
      var at = beside.indexOf(row);
      line.split("\t").forEach(function (part, right) {
        var one = beside[at + right];
        if (one && one.tagName !== "SELECT") one.value = part.trim();
      });
    });
    keep(false);
  });
  form.addEventListener("submit", function (event) {
    window.clearTimeout(timer);
    keep(!event.submitter || event.submitter.name !== "add");
  });
  restore();
})();
