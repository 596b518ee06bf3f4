/* The grid: an editor is made of a cell when somebody enters it; a row is saved when it is left, or with Ctrl+S.

Cells are plain text; data-v holds what is stored where the text does not. Unsaved cells lie in localStorage under user,
report and record until the server has taken them. States: data-state on a row, and in words below its title. */
(function () {
  "use strict";

  var table = document.querySelector("[data-grid]");
  if (!table) return;
  var RETRY = 15000;
  var settings = JSON.parse(document.getElementById("grid-settings").textContent);
  var fields = {}, editor = null, leaving = false;
  settings.fields.forEach(function (one) { fields[one.name] = one; });
  var rows = Array.prototype.slice.call(table.querySelectorAll("tbody tr"));
  var unsaved = new Map(); // row -> {cells: {name: value}, ...}; see state()

  function each(list, act) { Array.prototype.forEach.call(list, act); }
  function element(tag, className, text) {
    var made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }
  function clock(iso) {
    var when = iso ? new Date(iso) : new Date();
    return ("0" + when.getHours()).slice(-2) + ":" + ("0" + when.getMinutes()).slice(-2);
  }
  function same(one, other) { return JSON.stringify(one) === JSON.stringify(other); }

  /* ---- Cells ---- */

  function name(cell) { return cell.getAttribute("data-f"); }
  function field(cell) { return fields[name(cell)]; }
  function value(cell) {
    if (cell.hasAttribute("data-v")) return JSON.parse(cell.getAttribute("data-v"));
    var one = field(cell);
    if (one.kind === "codes") return [];
    return one.kind === "code" || one.kind === "yes_no" ? "" : cell.textContent;
  }
  function label(one, code) {
    if (one.kind === "yes_no") return code;
    var list = settings.lists[one.list] || [];
    for (var place = 0; place < list.length; place += 1) if (list[place][0] === code) return list[place][1];
    return code;
  }
  function show(cell, given, text) {
    var one = field(cell);
    if (/^(code|codes|yes_no)$/.test(one.kind)) {
      var codes = Array.isArray(given) ? given : given ? [given] : [];
      if (codes.length) cell.setAttribute("data-v", JSON.stringify(given));
      else cell.removeAttribute("data-v");
      cell.textContent = text !== undefined ? text : codes.map(function (code) { return label(one, code); }).join("; ");
    } else cell.textContent = text !== undefined ? text : given;
  }
  function cellOf(row, named) { return row.querySelector('td[data-f="' + named + '"]'); }
  /* A stored value as a cell gives its own. */
  function plain(one, stored) {
    if (one.kind === "codes") return stored || [];
    if (stored === true) return "yes";
    if (stored === false) return "no";
    return stored === null || stored === undefined ? "" : String(stored);
  }

  /* ---- Rows: what is changed, what it was, and how it stands ---- */

  function state(row) {
    if (!unsaved.has(row)) unsaved.set(row, { base: {}, changed: {}, sending: false, stuck: false, offline: false, reason: "", timer: null });
    return unsaved.get(row);
  }
  function isDirty(row) { return unsaved.has(row) && Object.keys(state(row).changed).length > 0; }
  function say(row, kind, text) {
    var place = row.querySelector("[data-state]");
    row.setAttribute("data-state", kind);
    place.textContent = text;
    if (window.admeSay && (kind === "error" || kind === "offline")) window.admeSay(row.querySelector("th a").textContent + ": " + text);
  }
  function draftKey(row) { return ["adme-draft", settings.user, settings.report, row.getAttribute("data-key"), "grid"].join(":"); }
  function keep(row) {
    var now = state(row);
    try {
      if (!Object.keys(now.changed).length) { window.localStorage.removeItem(draftKey(row)); return true; }
      window.localStorage.setItem(draftKey(row), JSON.stringify({ changed: now.changed, base: now.base, token: row.getAttribute("data-token") }));
      return true;
    } catch (error) { return false; }
  }

  function change(cell, given) {
    var row = cell.parentNode, now = state(row), named = name(cell);
    var before = value(cell);
    if (same(before, given)) return;
    if (!(named in now.base)) now.base[named] = before;
    show(cell, given);
    if (same(now.base[named], given) && !now.sending) delete now.changed[named];
    else now.changed[named] = given;
    fault(cell, "");
    cell.classList.toggle("is-changed", named in now.changed);
    keep(row);
    if (isDirty(row)) say(row, "dirty", "Not saved yet");
    else say(row, "", "");
  }

  function fault(cell, text) {
    var old = cell.querySelector(".cell-error");
    if (old) old.remove();
    cell.classList.toggle("has-error", Boolean(text));
    cell.removeAttribute("aria-invalid");
    cell.removeAttribute("title");
    if (!text) return;
    cell.setAttribute("aria-invalid", "true");
    cell.title = text;
  }

  /* ---- Saving ---- */

  function save(row) {
    var now = state(row);
    window.clearTimeout(now.timer);
    if (!isDirty(row) || now.sending || now.stuck) return;
    var body = new FormData(), sent = JSON.parse(JSON.stringify(now.changed)), base = {};
    Object.keys(sent).forEach(function (named) {
      body.append("given", named);
      base[named] = now.base[named];
      if (Array.isArray(sent[named])) sent[named].forEach(function (code) { body.append(named, code); });
      else body.append(named, sent[named]);
    });
    body.append("token", row.getAttribute("data-token"));
    body.append("base", JSON.stringify(base));
    body.append("user", settings.user);
    body.append("reason", now.reason);
    (now.choices || []).forEach(function (pair) { body.append(pair[0], pair[1]); });
    now.sending = true;
    say(row, "saving", "Saving…");
    post(row.getAttribute("data-url"), body).then(function (answer) {
      now.sending = now.offline = false;
      answered(row, answer, sent);
    }, function () {
      now.sending = false;
      now.offline = true;
      say(row, "offline", keep(row) ? "Offline: kept in this browser" : "Offline: this browser cannot keep it, so leave the page open");
      now.timer = window.setTimeout(function () { save(row); }, RETRY);
    });
  }

  function answered(row, answer, sent) {
    var now = state(row), data = answer.data;
    panel(row, null);
    if (data && data.state === "saved") return accept(row, data, sent);
    if (answer.status === 401 || answer.status === 403) {
      say(row, "error", "Not saved: log in again in another tab, then press Ctrl+S here. It is kept in this browser");
      return;
    }
    if (!data) {
      say(row, "error", "Not saved: the server could not answer (" + answer.status + "). It is kept and sent again");
      now.timer = window.setTimeout(function () { save(row); }, RETRY);
      return;
    }
    var why = data.sentence || data.detail || "the server refused it";
    var errors = data.errors || {};
    Object.keys(errors).forEach(function (named) {
      var cell = cellOf(row, named);
      if (cell) fault(cell, errors[named].join(" "));
    });
    var told = Object.keys(errors).map(function (named) { return errors[named].join(" "); }).join(" ");
    say(row, "error", "Not saved: " + (told || why));
    if (data.state === "conflict") askWhich(row, data);
    if (data.state === "reason") askWhy(row, why);
  }

  function accept(row, data, sent) {
    var now = state(row);
    now.stuck = false;
    now.choices = [];
    row.setAttribute("data-token", data.token);
    each(row.querySelectorAll("td[data-f]"), function (cell) {
      var named = name(cell), stored = plain(fields[named], data.base[named]);
      if (named in now.changed && !same(now.changed[named], sent[named])) { now.base[named] = stored; return; } // typed on meanwhile
      delete now.changed[named];
      delete now.base[named];
      cell.classList.remove("is-changed");
      fault(cell, "");
      if (!editor || editor.cell !== cell) show(cell, stored, data.texts[named]);
    });
    keep(row);
    if (isDirty(row)) { say(row, "dirty", "Not saved yet"); return; }
    var left = data.missing ? ", " + data.missing : "";
    say(row, "saved", (data.at ? "Saved " + clock(data.at) : "Nothing to save") + left);
  }

  /* ---- Questions below a row ---- */

  function panel(row, content) {
    var next = row.nextElementSibling;
    if (next && next.classList.contains("grid-question")) next.remove();
    if (!content) return null;
    var line = element("tr", "grid-question"), cell = element("td");
    cell.colSpan = row.children.length;
    var box = element("div", "grid-question-body");
    box.appendChild(content);
    cell.appendChild(box);
    line.appendChild(cell);
    row.after(line);
    return line;
  }

  function askWhich(row, data) {
    var now = state(row), box = element("div");
    now.stuck = true;
    row.setAttribute("data-token", data.token);
    box.innerHTML = data.panel; // made by our own template, everything in it escaped
    each(box.querySelectorAll("textarea"), function (area) {
      area.addEventListener("input", function () { area.closest("label").querySelector("input").checked = true; });
    });
    // What the other person changed and this one did not is taken over at once.
    each(row.querySelectorAll("td[data-f]"), function (cell) {
      var named = name(cell), stored = plain(fields[named], data.base[named]);
      if (named in now.changed) now.base[named] = stored;
      else show(cell, stored, data.texts[named]);
    });
    keep(row);
    var line = panel(row, box);
    line.querySelector("[data-resolve]").addEventListener("click", function (event) {
      event.preventDefault();
      each(line.querySelectorAll("[data-clash]"), function (clash) {
        var named = clash.getAttribute("data-clash"), cell = cellOf(row, named);
        var choice = clash.querySelector("input[type=radio]:checked").value;
        if (choice === "theirs") {
          delete now.changed[named];
          show(cell, now.base[named], data.texts[named]);
          cell.classList.remove("is-changed");
        } else if (choice === "together") {
          now.changed[named] = clash.querySelector("textarea").value;
          show(cell, now.changed[named]);
        }
      });
      now.stuck = false;
      panel(row, null);
      keep(row);
      focusCell(row.querySelector("td[data-f]"));
      if (isDirty(row)) save(row);
      else say(row, "saved", "Theirs was kept");
    });
    line.querySelector("[data-conflict-panel]").focus();
  }

  function askWhy(row, why) {
    var now = state(row), box = element("div", "grid-why"), id = "why-" + rows.indexOf(row);
    now.stuck = true;
    var text = element("label", "form-label", why);
    text.htmlFor = id;
    var input = element("input", "form-control");
    input.id = id;
    input.maxLength = 2000;
    input.value = now.reason;
    var button = element("button", "btn btn-primary", "Save with this reason");
    button.type = "button";
    function send() {
      now.reason = input.value.trim();
      if (!now.reason) { input.focus(); return; }
      now.stuck = false;
      panel(row, null);
      focusCell(row.querySelector("td.is-changed") || row.querySelector("td[data-f]"));
      save(row);
    }
    button.addEventListener("click", send);
    input.addEventListener("keydown", function (event) { if (event.key === "Enter") { event.preventDefault(); send(); } });
    [text, input, button].forEach(function (one) { box.appendChild(one); });
    panel(row, box);
    input.focus();
  }

  /* ---- Moving ---- */

  function cells(row) { return Array.prototype.slice.call(row.querySelectorAll("td[data-f]")); }
  function focusCell(cell) {
    if (!cell) return;
    each(table.querySelectorAll('td[tabindex="0"]'), function (other) { if (other !== cell) other.tabIndex = -1; });
    cell.tabIndex = 0;
    cell.focus({ preventScroll: true });
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  function beside(cell, step) { var all = cells(cell.parentNode); return all[all.indexOf(cell) + step]; }
  function below(cell, step) {
    var row = rows[rows.indexOf(cell.parentNode) + step];
    return row && cellOf(row, name(cell));
  }

  /* ---- Editing ---- */

  function edit(cell, first) {
    if (editor) close(true);
    var one = field(cell), control;
    var old = { cell: cell, value: value(cell), text: cell.textContent };
    if (one.kind === "codes") return pick(cell, old);
    if (one.kind === "code" || one.kind === "yes_no") {
      control = element("select", "form-select");
      var list = one.kind === "yes_no" ? [["yes", "Yes"], ["no", "No"]] : settings.lists[one.list];
      [["", ""]].concat(list).forEach(function (pair) { control.appendChild(new Option(pair[1], pair[0])); });
      if (old.value && control.value !== old.value) control.appendChild(new Option(old.text, old.value));
      control.value = old.value;
      if (first) each(control.options, function (option) {
        if (control.value === old.value && option.text.toLowerCase().indexOf(first.toLowerCase()) === 0) control.value = option.value;
      });
    } else {
      control = element(one.kind === "long_text" ? "textarea" : "input", "form-control");
      if (one.kind === "day") control.type = "date";
      else if (/^(number|percent|amount)$/.test(one.kind)) control.inputMode = "decimal";
      control.value = first && one.kind !== "day" ? first : old.value;
    }
    control.setAttribute("aria-label", one.label + ", " + cell.parentNode.querySelector("th a").textContent);
    cell.classList.add("is-edited");
    cell.textContent = "";
    cell.appendChild(control);
    editor = old;
    editor.control = control;
    editor.read = function () { return control.value; };
    control.focus();
    if (!first && control.select) control.select();
  }

  /* A list of codes: a small window with boxes to tick. */
  function pick(cell, old) {
    var one = field(cell), dialog = element("dialog", "grid-picker"), find = element("input", "form-control");
    var head = element("h2", "grid-picker-title", one.label), list = element("div", "picker-options");
    head.id = "grid-picker-title";
    dialog.setAttribute("aria-labelledby", head.id);
    find.type = "search";
    find.placeholder = "Type to find";
    find.setAttribute("aria-label", "Find in " + one.label);
    var offered = settings.lists[one.list].slice();
    old.value.forEach(function (code) {
      if (!offered.some(function (pair) { return pair[0] === code; })) offered.push([code, code]);
    });
    offered.forEach(function (pair) {
      var line = element("label"), box = element("input");
      box.type = "checkbox";
      box.value = pair[0];
      box.checked = old.value.indexOf(pair[0]) >= 0;
      line.appendChild(box);
      line.appendChild(element("span", "", pair[1]));
      list.appendChild(line);
    });
    find.addEventListener("input", function () {
      var words = find.value.toLowerCase().split(/\s+/);
      each(list.children, function (line) {
        var text = (line.firstChild.value + " " + line.textContent).toLowerCase();
        line.hidden = !words.every(function (word) { return text.indexOf(word) >= 0; });
      });
    });
    dialog.addEventListener("keydown", function (event) {
      if (event.key === "Enter") { event.preventDefault(); done.click(); return; }
      if (!/^Arrow(Up|Down)$/.test(event.key)) return;
      event.preventDefault();
      var boxes = list.querySelectorAll("label:not([hidden]) input");
      var place = Array.prototype.indexOf.call(boxes, document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
      (boxes[place] || find).focus();
    });
    var done = element("button", "btn btn-primary", "Done"), back = element("button", "btn", "Leave as it was");
    done.type = back.type = "button";
    done.addEventListener("click", function () {
      change(cell, Array.prototype.map.call(list.querySelectorAll("input:checked"), function (box) { return box.value; }));
      dialog.close();
    });
    back.addEventListener("click", function () { dialog.close(); });
    dialog.addEventListener("close", function () { dialog.remove(); focusCell(cell); });
    var feet = element("p", "grid-picker-feet");
    feet.appendChild(done);
    feet.appendChild(back);
    [head, find, list, feet].forEach(function (part) { dialog.appendChild(part); });
    document.body.appendChild(dialog);
    dialog.showModal();
    find.focus();
  }

  function close(taken) {
    var old = editor;
    if (!old) return;
    if (taken && old.control.validity && old.control.validity.badInput) {
      fault(old.cell, "The date was not complete; the old one stands.");
      taken = false;
    }
    var given = taken ? old.read() : old.value;
    editor = null;
    old.cell.classList.remove("is-edited");
    show(old.cell, old.value, old.text);
    if (taken) change(old.cell, given);
  }

  function move(cell, where) { if (where) focusCell(where); else focusCell(cell); }

  table.addEventListener("keydown", function (event) {
    var cell = event.target.closest("td[data-f]");
    if (!cell) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      close(true);
      focusCell(cell);
      save(cell.parentNode);
      return;
    }
    if (editor) editing(event, cell);
    else walking(event, cell);
  });

  function editing(event, cell) {
    var one = field(cell), several = event.target.matches("textarea"), list = event.target.matches("select");
    if (event.key === "Escape") { event.preventDefault(); close(false); focusCell(cell); return; }
    if (event.key === "Enter" && several && event.altKey) { event.target.setRangeText("\n", event.target.selectionStart, event.target.selectionEnd, "end"); event.preventDefault(); return; }
    if (event.key === "Enter") { event.preventDefault(); close(true); move(cell, below(cell, event.shiftKey ? -1 : 1)); return; }
    if (event.key === "Tab") {
      var next = beside(cell, event.shiftKey ? -1 : 1);
      close(true);
      if (next) { event.preventDefault(); focusCell(next); } else cell.focus();
      return;
    }
    if (/^Arrow(Up|Down)$/.test(event.key) && !several && !list && one.kind !== "day") {
      event.preventDefault();
      close(true);
      move(cell, below(cell, event.key === "ArrowDown" ? 1 : -1));
    }
  }

  function walking(event, cell) {
    var goal = { ArrowDown: below(cell, 1), ArrowUp: below(cell, -1), ArrowRight: beside(cell, 1), ArrowLeft: beside(cell, -1), Home: cells(cell.parentNode)[0], End: cells(cell.parentNode).slice(-1)[0] }[event.key];
    if (/^(Arrow|Home|End)/.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) { event.preventDefault(); move(cell, goal); return; }
    if (event.key === "Tab") {
      var next = beside(cell, event.shiftKey ? -1 : 1);
      if (next) { event.preventDefault(); focusCell(next); }
      return;
    }
    if (event.key === "Escape") { undo(cell); return; }
    if (event.key === "Enter" || event.key === "F2") { event.preventDefault(); edit(cell); return; }
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      change(cell, field(cell).kind === "codes" ? [] : "");
      return;
    }
    if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      edit(cell, event.key === " " ? "" : event.key);
    }
  }

  /* Escape on a changed cell gives back what is stored. */
  function undo(cell) {
    var now = state(cell.parentNode);
    if (name(cell) in now.changed && !now.sending) change(cell, now.base[name(cell)]);
  }

  table.addEventListener("dblclick", function (event) {
    var cell = event.target.closest("td[data-f]");
    if (cell && !editor) edit(cell);
  });
  table.addEventListener("click", function (event) {
    var cell = event.target.closest("td[data-f]");
    if (!cell || editor && editor.cell === cell) return;
    var again = cell === document.activeElement && cell.classList.contains("was-clicked");
    each(table.querySelectorAll(".was-clicked"), function (other) { other.classList.remove("was-clicked"); });
    cell.classList.add("was-clicked");
    focusCell(cell);
    if (again || window.matchMedia("(pointer: coarse)").matches) edit(cell);
  });

  /* Leaving a cell ends its editor; leaving a row saves it. */
  table.addEventListener("focusout", function (event) {
    var to = event.relatedTarget, row = event.target.closest("tr");
    if (editor && editor.cell.contains(event.target) && !(to && editor.cell.contains(to))) {
      if (!document.hasFocus()) return; // another window: the editor stays
      window.setTimeout(function () { if (editor && !editor.cell.contains(document.activeElement)) close(true); leftRow(row); }, 0);
      return;
    }
    window.setTimeout(function () { leftRow(row); }, 0);
  });
  function leftRow(row) {
    if (!row || !isDirty(row) || row.contains(document.activeElement) || document.querySelector("dialog[open]")) return;
    save(row);
  }

  /* A column of a spreadsheet: each line goes into the next row; tabs go to the right. */
  table.addEventListener("paste", function (event) {
    var cell = event.target.closest("td[data-f]");
    var text = event.clipboardData && event.clipboardData.getData("text/plain");
    if (!cell || !text || editor && !/[\n\t]/.test(text.trim()) || editor && event.target.matches("textarea")) return;
    event.preventDefault();
    if (editor) close(false);
    var lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
    var top = rows.indexOf(cell.parentNode), left = cells(cell.parentNode).indexOf(cell);
    lines.slice(0, rows.length - top).forEach(function (line, down) {
      line.split("\t").forEach(function (part, right) {
        var into = cells(rows[top + down])[left + right];
        if (into) change(into, understood(field(into), part.trim()));
      });
    });
    lines.slice(0, rows.length - top).forEach(function (line, down) { if (down) save(rows[top + down]); });
    focusCell(cell);
    if (window.admeSay) window.admeSay(lines.length + " lines were pasted.");
  });
  /* A label or a code as the cell holds it; what is not understood goes as it is, and the server says why not. */
  function understood(one, text) {
    function code(part) {
      var sought = part.trim().toLowerCase();
      var found = (settings.lists[one.list] || []).filter(function (pair) { return pair[0].toLowerCase() === sought || pair[1].toLowerCase() === sought; })[0];
      return found ? found[0] : part.trim();
    }
    if (one.kind === "code") return text ? code(text) : "";
    if (one.kind === "codes") return text.split(/[;\n]/).filter(function (part) { return part.trim(); }).map(code);
    return text;
  }

  /* ---- Sending ---- */

  /* One save at a time: all lock the same report, and would only wait for one another at the server. */
  var last = Promise.resolve();
  function post(address, body) {
    var mine = last.then(function () { return postNow(address, body); });
    last = mine.catch(function () { /* told to whoever asked */ });
    return mine;
  }


  function token() { return document.querySelector('meta[name="csrf-token"]').getAttribute("content"); }
  function send(address, body) {
    return window.fetch(address, {
      method: "POST", body: body, credentials: "same-origin", redirect: "manual",
      headers: { Accept: "application/json", "X-CSRFToken": token() },
    }).then(function (response) {
      if (response.type === "opaqueredirect") return { status: 401, data: null };
      return response.text().then(function (text) {
        var data = null;
        try { data = JSON.parse(text); } catch (error) { data = null; }
        return { status: response.status, data: data };
      });
    });
  }
  /* After a login in another tab the token of this page is stale: it is fetched anew, once. */
  function postNow(address, body) {
    return send(address, body).then(function (answer) {
      if (answer.status !== 403 || answer.data) return answer;
      return window.fetch(window.location.href, { credentials: "same-origin" }).then(function (page) {
        return page.text().then(function (text) {
          var meta = new DOMParser().parseFromString(text, "text/html").querySelector('meta[name="csrf-token"]');
          if (page.redirected || !meta) return { status: 401, data: null };
          document.querySelector('meta[name="csrf-token"]').setAttribute("content", meta.getAttribute("content"));
          return send(address, body);
        });
      });
    });
  }

  /* ---- The page ---- */

  function waiting() { return rows.filter(function (row) { return isDirty(row); }); }
  window.addEventListener("beforeunload", function (event) {
    if (editor) close(true);
    if (leaving || !waiting().length) return;
    waiting().forEach(save);
    event.preventDefault();
    event.returnValue = "";
  });
  window.addEventListener("online", function () { waiting().forEach(save); });

  rows.forEach(function (row) {
    var draft = null;
    each(row.querySelectorAll("td[data-f]"), function (cell) { cell.tabIndex = -1; });
    try { draft = JSON.parse(window.localStorage.getItem(draftKey(row)) || "null"); } catch (error) { draft = null; }
    if (!draft || !draft.changed) return;
    var now = state(row);
    Object.keys(draft.changed).forEach(function (named) {
      var cell = fields[named] && cellOf(row, named);
      if (!cell || same(value(cell), draft.changed[named])) return;
      now.base[named] = draft.base[named];
      now.changed[named] = draft.changed[named];
      show(cell, draft.changed[named]);
      cell.classList.add("is-changed");
    });
    if (!isDirty(row)) { keep(row); return; }
    row.setAttribute("data-token", draft.token); // what it had started from: the server compares field by field
    say(row, "dirty", "Typed before and not saved; it is being saved now");
    save(row);
  });
  var first = table.querySelector("tbody td[data-f]");
  if (first) first.tabIndex = 0;
  table.setAttribute("data-ready", "");
})();
