/* The form of a record: saves each section as it is typed, and keeps every text until the server has taken it.

A section is one <form data-section>. Its state is said in words beside its title and in the list of sections. What is
not saved yet lies in localStorage under user, report, record and section; it comes back after a reload, an expired
session or a lost connection, together with what the page had started from, so that the server can compare. */
(function () {
  "use strict";

  var WAIT = 1500, RETRY = 15000, NARROW = "(max-width: 61.99rem)";
  var root = document.querySelector("[data-record]");

  function each(list, act) { Array.prototype.forEach.call(list, act); }
  function clock(iso) {
    var when = iso ? new Date(iso) : new Date();
    return ("0" + when.getHours()).slice(-2) + ":" + ("0" + when.getMinutes()).slice(-2);
  }
  function day(when) {
    return when.getDate() + " " + "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ")[when.getMonth()] + " " + when.getFullYear();
  }
  function element(tag, className, text) {
    var made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  /* ---- Widgets: counters, lists with a filter box, rows ---- */

  function count(area) {
    var place = area.parentNode.querySelector("[data-count]");
    var most = Number(area.getAttribute("data-max"));
    if (!place || !most) return;
    var length = area.value.trim().length;
    place.hidden = length < most * 0.5;
    place.classList.toggle("is-over", length > most);
    place.textContent = length > most
      ? (length - most).toLocaleString("en") + " characters too many"
      : (most - length).toLocaleString("en") + " characters left";
  }

  function drawChips(picker) {
    var list = picker.querySelector("[data-chips]");
    list.textContent = "";
    each(picker.querySelectorAll("input[type=checkbox]:checked"), function (box) {
      var text = box.parentNode.querySelector("span").textContent;
      var chip = element("li", "chip", text);
      var off = element("button", "chip-off");
      off.type = "button";
      off.appendChild(element("span", "", "×")).setAttribute("aria-hidden", "true");
      off.appendChild(element("span", "visually-hidden", "Take away " + text));
      off.addEventListener("click", function () {
        box.checked = false;
        box.dispatchEvent(new Event("change", { bubbles: true }));
        picker.querySelector("summary").focus();
      });
      chip.appendChild(off);
      list.appendChild(chip);
    });
    list.hidden = !list.children.length;
    picker.querySelector("[data-picker-word]").textContent = list.children.length ? "Change" : "Choose";
  }

  function preparePicker(picker) {
    var details = picker.querySelector("details");
    var find = picker.querySelector("[data-find]");
    var none = picker.querySelector("[data-none]");
    var labels = picker.querySelectorAll(".picker-options label");
    if (find) {
      find.hidden = false;
      find.addEventListener("input", function (event) {
        event.stopPropagation(); // it is no field of the record
        var words = find.value.toLowerCase().split(/\s+/);
        var shown = 0;
        each(labels, function (label) {
          var text = (label.querySelector("input").value + " " + label.textContent).toLowerCase();
          label.hidden = !words.every(function (word) { return text.indexOf(word) >= 0; });
          if (!label.hidden) shown += 1;
        });
        none.hidden = shown > 0;
      });
      find.addEventListener("keydown", function (event) {
        if (event.key === "Enter") event.preventDefault();
        if (event.key === "ArrowDown" || event.key === "Enter") {
          var first = picker.querySelector(".picker-options label:not([hidden]) input");
          if (first) { event.preventDefault(); first.focus(); }
        }
      });
      var summary = details.querySelector("summary");
      summary.addEventListener("click", function (event) {
        if (details.open) return;
        event.preventDefault(); // open and focus at once: the toggle event comes later, and quick typing would be lost
        details.open = true;
        find.focus();
      });
      details.addEventListener("toggle", function () {
        // It comes late: whoever types quickly is in the list already, and must not be pulled back out of it.
        var here = document.activeElement;
        if (details.open && (here === summary || !details.contains(here))) find.focus();
      });
    }
    details.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && details.open) {
        details.open = false;
        details.querySelector("summary").focus();
        return;
      }
      if (!event.target.matches("input[type=checkbox]") || !/^Arrow(Up|Down)$/.test(event.key)) return;
      event.preventDefault();
      var boxes = picker.querySelectorAll(".picker-options label:not([hidden]) input");
      var place = Array.prototype.indexOf.call(boxes, event.target) + (event.key === "ArrowDown" ? 1 : -1);
      if (boxes[place]) boxes[place].focus();
      else if (place < 0 && find) find.focus();
    });
    picker.addEventListener("change", function () { drawChips(picker); });
    drawChips(picker);
  }

  function prepareItems(items) {
    var blank = items.querySelector("[data-item]:last-of-type").cloneNode(true);
    each(blank.querySelectorAll("input"), function (input) { input.value = ""; });
    blank.querySelector("select").selectedIndex = 0;
    var add = items.querySelector("[data-item-add]");
    add.hidden = false;

    function changed() { items.dispatchEvent(new Event("input", { bubbles: true })); }
    function prepare(row) {
      var remove = row.querySelector("[data-item-remove]");
      remove.hidden = false;
      remove.addEventListener("click", function () {
        var next = row.nextElementSibling;
        if (items.querySelectorAll("[data-item]").length === 1) items.makeRow();
        row.remove();
        (next && next.querySelector("select") || add).focus();
        changed();
      });
    }
    items.makeRow = function (item) {
      var row = blank.cloneNode(true);
      row.querySelector("legend").textContent = "Another row";
      items.insertBefore(row, add.parentNode);
      prepare(row);
      if (item) {
        row.querySelector("select").value = item.kind || "";
        row.querySelector("[name$=-title]").value = item.title || "";
        row.querySelector("[name$=-link]").value = item.link || "";
      }
      return row;
    };
    each(items.querySelectorAll("[data-item]"), prepare);
    add.addEventListener("click", function () { items.makeRow().querySelector("select").focus(); });
  }

  /* ---- Values of a section: read, compare, put ---- */

  function read(form, name) {
    var items = form.querySelector('[data-items][data-name="' + name + '"]');
    if (items) {
      return Array.prototype.map.call(items.querySelectorAll("[data-item]"), function (row) {
        return {
          kind: row.querySelector("select").value,
          title: row.querySelector("[name$=-title]").value.trim(),
          link: row.querySelector("[name$=-link]").value.trim(),
        };
      }).filter(function (item) { return item.kind || item.title || item.link; });
    }
    var picker = form.querySelector('[data-picker][data-name="' + name + '"]');
    if (picker) {
      return Array.prototype.map.call(picker.querySelectorAll("input:checked"), function (box) { return box.value; });
    }
    var control = form.elements[name];
    return control ? control.value.replace(/\r\n?/g, "\n") : "";
  }

  function put(form, name, value) {
    var items = form.querySelector('[data-items][data-name="' + name + '"]');
    if (items) {
      each(items.querySelectorAll("[data-item]"), function (row) { row.remove(); });
      (value || []).forEach(function (item) { items.makeRow(item); });
      items.makeRow();
      return;
    }
    var picker = form.querySelector('[data-picker][data-name="' + name + '"]');
    if (picker) {
      each(picker.querySelectorAll("input[type=checkbox]"), function (box) { box.checked = (value || []).indexOf(box.value) >= 0; });
      drawChips(picker);
      return;
    }
    var control = form.elements[name];
    if (!control) return;
    if (value === true) value = "yes";
    if (value === false) value = "no";
    control.value = value === null || value === undefined ? "" : String(value);
    if (control.matches("textarea")) count(control);
    if (control.type === "date") spell(control);
  }

  /* The day in words below its field: browsers write 04/05/2026 for two different days. */
  function spell(control) {
    var place = control.parentNode.querySelector("[data-day-words]"), part = control.value.split("-");
    if (place) place.textContent = part.length === 3 ? day(new Date(Number(part[0]), Number(part[1]) - 1, Number(part[2]))) : "";
  }

  function names(form) {
    return Array.prototype.map.call(form.querySelectorAll("input[name=given]"), function (input) { return input.value; });
  }
  function values(form) {
    var found = {};
    names(form).forEach(function (name) { found[name] = read(form, name); });
    return found;
  }
  function same(one, other) { return JSON.stringify(one) === JSON.stringify(other); }

  /* ---- One section ---- */

  function Section(form) {
    this.form = form;
    this.name = form.getAttribute("data-section");
    this.key = ["adme-draft", root.getAttribute("data-user"), root.getAttribute("data-report"), root.getAttribute("data-key"), this.name].join(":");
    this.saved = values(form);
    this.timer = null;
    this.sending = false;
    this.again = false;
    this.stuck = false; // waits for a decision of the person
    this.offline = false;
    this.dirty = false;
    var self = this;
    form.addEventListener("input", function (event) { self.touched(event); });
    form.addEventListener("change", function (event) { self.touched(event); });
    form.addEventListener("focusout", function (event) {
      if (self.dirty && !self.stuck && !form.contains(event.relatedTarget)) self.save();
    });
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      self.stuck = false;
      self.save(true);
    });
    if (form.querySelector("[data-conflict-panel]")) this.stuck = this.dirty = true;
    else this.restore();
  }

  Section.prototype.say = function (kind, text) {
    var place = document.querySelector('[data-state-of="' + this.name + '"]');
    var nav = document.querySelector('[data-nav-state="' + this.name + '"]');
    place.setAttribute("data-kind", kind);
    if (kind === "error") unfold(place.parentNode.querySelector("[data-fold]"));
    if (place.textContent !== text) place.textContent = text;
    if (nav) {
      nav.setAttribute("data-kind", kind);
      nav.textContent = { saving: "saving", dirty: "not saved yet", error: "not saved", offline: "offline" }[kind] || "";
    }
  };

  Section.prototype.touched = function (event) {
    if (event.target.closest("[data-conflict-panel]")) {
      var together = event.target.matches("textarea") && event.target.closest("label").querySelector("input[type=radio]");
      if (together) together.checked = true;
      this.keep();
      return;
    }
    if (event.target.matches("textarea")) count(event.target);
    if (event.target.type === "date") spell(event.target);
    this.dirty = true;
    this.keep();
    if (this.stuck) return;
    if (!this.sending && !this.offline) this.say("dirty", "Not saved yet");
    this.later(WAIT);
  };

  Section.prototype.later = function (wait) {
    var self = this;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(function () { self.save(); }, wait);
  };

  Section.prototype.keep = function () {
    var draft = { at: new Date().toISOString(), values: values(this.form), token: this.form.elements.token.value, base: this.form.elements.base.value, reason: this.form.elements.reason.value };
    try { window.localStorage.setItem(this.key, JSON.stringify(draft)); return true; } catch (error) { return false; }
  };
  Section.prototype.forget = function () {
    try { window.localStorage.removeItem(this.key); } catch (error) { /* nothing was kept there */ }
  };

  /* What was typed here before and never reached the server. */
  Section.prototype.restore = function () {
    var draft = null, self = this, form = this.form;
    try { draft = JSON.parse(window.localStorage.getItem(this.key) || "null"); } catch (error) { draft = null; }
    if (!draft || !draft.values) return;
    var base = {};
    try { base = JSON.parse(draft.base) || {}; } catch (error) { base = {}; }
    var returned = names(form).filter(function (name) {
      // Only what the person had changed: what they had left alone may have been changed by others since.
      return name in draft.values && !same(draft.values[name], plain(base[name], draft.values[name])) && !same(draft.values[name], self.saved[name]);
    });
    if (!returned.length) { this.forget(); return; }
    returned.forEach(function (name) { put(form, name, draft.values[name]); });
    var merged = JSON.parse(form.elements.base.value);
    returned.forEach(function (name) { merged[name] = base[name]; });
    form.elements.base.value = JSON.stringify(merged);
    form.elements.token.value = draft.token; // not the current one: the server compares field by field
    if (draft.reason) form.elements.reason.value = draft.reason;
    this.dirty = true;
    unfold(form.closest("[data-fold]"));
    var note = form.querySelector("[data-restored]"), when = new Date(draft.at);
    note.textContent = "What you typed on " + day(when) + " at " + clock(draft.at) + " had not been saved. It is back in the fields and is being saved now. ";
    var off = element("button", "btn-text", "Put back what was saved before");
    off.type = "button";
    off.addEventListener("click", function () {
      self.forget();
      self.dirty = false;
      window.clearTimeout(self.timer);
      returned.forEach(function (name) { put(form, name, self.saved[name]); });
      self.dirty = true;
      self.save(true);
      note.hidden = true;
    });
    note.appendChild(off);
    note.hidden = false;
    this.later(WAIT);
  };

  /* A stored value in the form in which the fields give theirs. */
  function plain(value, like) {
    if (Array.isArray(like)) return value || [];
    if (value === true) return "yes";
    if (value === false) return "no";
    return value === null || value === undefined ? "" : String(value);
  }

  Section.prototype.save = function (asked) {
    var self = this, form = this.form;
    window.clearTimeout(this.timer);
    if (this.sending) { this.again = true; return; }
    if (!this.dirty && !asked) return;
    var unfinished = Array.prototype.filter.call(form.elements, function (one) { return one.validity && one.validity.badInput; })[0];
    if (unfinished) {
      this.say("error", "Not saved: a date is not complete");
      if (asked) unfinished.focus();
      return;
    }
    var sent = values(form), body = new FormData(form);
    this.sending = true;
    this.keep();
    this.say("saving", "Saving…");
    post(form.getAttribute("action"), body).then(function (answer) {
      self.sending = false;
      self.answered(answer, sent, asked);
      if (self.again) { self.again = false; if (!self.stuck) self.later(0); }
    }, function () {
      self.sending = self.again = false;
      self.offline = true;
      self.say("offline", self.keep() ? "Offline: kept in this browser" : "Offline: this browser cannot keep it, so leave the page open");
      self.later(RETRY);
    });
  };

  Section.prototype.answered = function (answer, sent, asked) {
    var form = this.form, data = answer.data;
    this.offline = false;
    this.errors(data && data.errors || {});
    if (data && data.state === "saved") return this.accept(data, sent);
    if (answer.status === 401 || answer.status === 403) {
      this.say("error", "Not saved: your session has ended. Log in again in another tab, then save. Your text is kept in this browser");
      return;
    }
    if (!data) {
      this.say("error", "Not saved: the server could not answer (" + answer.status + "). Your text is kept in this browser and is sent again");
      this.later(RETRY);
      return;
    }
    var why = data.sentence || data.detail || "the server refused it";
    if (data.state === "conflict") {
      this.stuck = true;
      this.merge(data, sent);
      form.elements.token.value = data.token;
      form.elements.base.value = JSON.stringify(data.base);
      form.querySelector("[data-conflict]").innerHTML = data.panel; // made by our own template, everything in it escaped
      if (asked) form.querySelector("[data-conflict-panel]").focus();
      if (window.admeSay) window.admeSay(why);
    }
    if (data.state === "reason") {
      var block = form.querySelector("[data-reason]");
      block.hidden = false;
      block.querySelector("[data-reason-why]").textContent = why + " What you typed stays in the fields.";
      if (asked) form.elements.reason.focus();
    } else if (data.state === "invalid" && asked) {
      var first = form.querySelector("[aria-invalid=true]");
      if (first) first.focus();
    }
    this.say("error", "Not saved: " + why);
  };

  Section.prototype.accept = function (data, sent) {
    var form = this.form, self = this, now = values(form);
    this.stuck = this.dirty = false; // first: what happens to the focus below must not send the old text again
    this.merge(data, sent);
    form.elements.token.value = data.token;
    form.elements.base.value = JSON.stringify(data.base);
    form.querySelector("[data-restored]").hidden = true;
    var panel = form.querySelector("[data-conflict]");
    var clash = panel.querySelector("[data-clash]");
    panel.textContent = "";
    var back = clash && form.querySelector("#f-" + clash.getAttribute("data-clash"));
    if (back) back.focus();
    this.dirty = names(form).some(function (name) { return !same(now[name], sent[name]); });
    if (this.dirty) { this.keep(); this.later(WAIT); } else { this.forget(); this.saved = values(form); }
    (data.changed || []).forEach(function (name) {
      var link = form.querySelector('[data-field="' + name + '"] [data-history]');
      if (link) link.hidden = false;
      var list = document.getElementById("h-" + name);
      if (list) list.textContent = "";
    });
    if (data.checks) replaceChecks(data.checks);
    Object.keys(data.standings || {}).forEach(function (name) {
      var place = document.querySelector('[data-nav-standing="' + name + '"]');
      if (!place) return;
      place.textContent = data.standings[name];
      place.toggleAttribute("data-todo", / to do$/.test(data.standings[name]));
    });
    var overall = document.querySelector("[data-overall]");
    if (overall) overall.textContent = data.at ? "Last saved " + clock(data.at) + " by you" : overall.textContent;
    self.say(this.dirty ? "dirty" : "saved", this.dirty ? "Not saved yet" : data.at ? "Saved " + clock(data.at) : "Nothing to save");
  };

  /* What is stored goes into the fields that nobody is typing in. */
  Section.prototype.merge = function (data, sent) {
    var form = this.form, clashing = [];
    if (data.panel) {
      var held = element("div");
      held.innerHTML = data.panel;
      clashing = Array.prototype.map.call(held.querySelectorAll("[data-clash]"), function (one) { return one.getAttribute("data-clash"); });
    }
    var started = {};
    try { started = JSON.parse(form.elements.base.value); } catch (error) { started = {}; }
    Object.keys(data.base || {}).forEach(function (name) {
      if (clashing.indexOf(name) >= 0) return;
      var now = read(form, name), stored = plain(data.base[name], now);
      var mine = data.state === "conflict" && !same(sent[name], plain(started[name], now));
      if (mine || !same(now, sent[name]) || same(now, stored)) return;
      var place = form.querySelector('[data-field="' + name + '"]');
      if (place && place.contains(document.activeElement)) return;
      put(form, name, data.base[name]);
    });
  };

  Section.prototype.errors = function (errors) {
    var form = this.form;
    names(form).forEach(function (name) {
      var place = form.querySelector('[data-field="' + name + '"]');
      var list = place.querySelector("[data-errors]");
      var control = place.querySelector("#f-" + name);
      var found = errors[name] || [];
      list.textContent = "";
      found.forEach(function (text) { list.appendChild(element("li", "", "")).appendChild(element("span", "", text)); });
      list.hidden = !found.length;
      place.classList.toggle("has-error", found.length > 0);
      if (!control) return;
      var described = (control.getAttribute("aria-describedby") || "").split(" ").filter(function (id) { return id && id !== "f-" + name + "-error"; });
      if (found.length) {
        control.setAttribute("aria-invalid", "true");
        described.unshift("f-" + name + "-error");
      } else control.removeAttribute("aria-invalid");
      if (described.length) control.setAttribute("aria-describedby", described.join(" "));
      else control.removeAttribute("aria-describedby");
    });
  };

  function unfold(details) { if (details && !details.open) details.open = true; }

  function replaceChecks(html) {
    var place = document.querySelector("[data-checks]");
    if (!place || place.contains(document.activeElement)) return;
    place.innerHTML = html; // made by our own template, everything in it escaped
  }

  /* ---- Sending. After a login in another tab the token of this page is stale: it is fetched anew, once. ---- */

  /* One save at a time: all lock the same report, and would only wait for one another at the server. */
  var last = Promise.resolve();
  function post(address, body) {
    var mine = last.then(function () { return postNow(address, body); });
    last = mine.catch(function () { /* told to whoever asked */ });
    return mine;
  }


  function postNow(address, body) {
    return send(address, body, token()).then(function (answer) {
      if (answer.status !== 403 || answer.data) return answer;
      return window.fetch(window.location.pathname, { credentials: "same-origin" }).then(function (page) {
        return page.text().then(function (text) {
          var other = new DOMParser().parseFromString(text, "text/html");
          var meta = other.querySelector('meta[name="csrf-token"]'), place = other.querySelector("[data-record], [data-grid]");
          if (page.redirected || !meta || !place) return { status: 401, data: null };
          document.querySelector('meta[name="csrf-token"]').setAttribute("content", meta.getAttribute("content"));
          each(document.querySelectorAll("input[name=csrfmiddlewaretoken]"), function (input) { input.value = meta.getAttribute("content"); });
          body.set("csrfmiddlewaretoken", meta.getAttribute("content"));
          return send(address, body, token());
        });
      });
    });
  }
  function token() { return document.querySelector('meta[name="csrf-token"]').getAttribute("content"); }
  function send(address, body, csrf) {
    return window.fetch(address, {
      method: "POST", body: body, credentials: "same-origin", redirect: "manual",
      headers: { Accept: "application/json", "X-CSRFToken": csrf },
    }).then(function (response) {
      if (response.type === "opaqueredirect") return { status: 401, data: null };
      return response.text().then(function (text) {
        var data = null;
        try { data = JSON.parse(text); } catch (error) { data = null; }
        return { status: response.status, data: data };
      });
    });
  }

  /* ---- The page ---- */

  each(document.querySelectorAll("textarea[data-max]"), count);
  each(document.querySelectorAll("[data-picker]"), preparePicker);
  each(document.querySelectorAll("[data-items]"), prepareItems);

  var adding = document.querySelector("form[data-new]");
  if (adding) adding.addEventListener("submit", function () {
    window.setTimeout(function () { adding.querySelector("button[type=submit]").disabled = true; }, 0);
  });
  window.addEventListener("pageshow", function () {
    if (adding) adding.querySelector("button[type=submit]").disabled = false;
  });
  if (!root) return;

  var sections = Array.prototype.map.call(root.querySelectorAll("form[data-section]"), function (form) { return new Section(form); });
  function unsaved() { return sections.filter(function (one) { return one.dirty || one.sending; }); }

  window.addEventListener("beforeunload", function (event) {
    if (leaving || !unsaved().length) return;
    event.preventDefault();
    event.returnValue = "";
  });
  window.addEventListener("online", function () {
    sections.forEach(function (one) { if (one.offline) one.save(); });
  });
  window.addEventListener("offline", function () {
    sections.forEach(function (one) { if (one.dirty && one.keep()) { one.offline = true; one.say("offline", "Offline: kept in this browser"); } });
  });
  // Back in this tab, perhaps after a login in another one.
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "visible") sections.forEach(function (one) { if (one.dirty && !one.stuck) one.later(200); });
  });
  document.addEventListener("keydown", function (event) {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    sections.forEach(function (one) { if (one.dirty && !one.stuck) one.save(); });
  });

  /* Other forms of the page lead away from it: what is typed goes first. */
  var leaving = false;
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.matches("[data-other-form]") || leaving) return;
    var waiting = unsaved();
    if (!waiting.length) { leaving = true; return; }
    event.preventDefault();
    waiting.forEach(function (one) { if (!one.stuck) one.save(); });
    var tries = 0;
    (function wait() {
      if (!unsaved().length) { leaving = true; form.submit(); return; }
      tries += 1;
      if (tries < 40) window.setTimeout(wait, 100);
      else if (window.admeSay) window.admeSay("First save what is typed above.");
    })();
  });
  window.addEventListener("pageshow", function () { leaving = false; });

  each(root.querySelectorAll("[data-copy-from]"), function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      var name = button.getAttribute("data-copy-to"), form = button.closest("form");
      put(form, name, JSON.parse(button.getAttribute("data-copy-from")));
      var control = form.querySelector("#f-" + name);
      control.dispatchEvent(new Event("change", { bubbles: true }));
      control.focus();
    });
  });

  function reveal(place) {
    for (var one = place && place.parentNode; one && one !== root; one = one.parentNode) {
      if (one.matches("[data-fold]")) unfold(one);
    }
  }
  function goTo(hash) {
    var place = null;
    try { place = hash && document.getElementById(decodeURIComponent(hash.slice(1))); } catch (error) { place = null; }
    if (!place || !root.contains(place)) return;
    unfold(place.querySelector(":scope > [data-fold]"));
    reveal(place);
    if (!/^(f|field)-/.test(place.id)) return;
    place.scrollIntoView({ block: "center" });
    (document.getElementById(place.id.replace(/^field-/, "f-")) || place).focus({ preventScroll: true });
  }
  window.addEventListener("hashchange", function () { goTo(window.location.hash); });
  each(root.querySelectorAll(".record-nav a"), function (link) {
    link.addEventListener("click", function () { goTo(link.getAttribute("href")); });
  });
  /* After the browser's own jump to the fragment, which would take the cursor away again. */
  function arrive() { window.setTimeout(function () { goTo(window.location.hash); }, 0); }
  if (document.readyState === "complete") arrive(); else window.addEventListener("load", arrive);

  function panelFailed(event) {
    var place = event.detail.elt && event.detail.elt.querySelector && event.detail.elt.querySelector("[data-panel-wait]");
    if (place) place.firstChild.textContent = "The related records could not be loaded. ";
  }
  ["htmx:responseError", "htmx:sendError", "htmx:timeout"].forEach(function (name) { document.addEventListener(name, panelFailed); });

  /* A link to a field opens its list and puts the cursor there. */
  document.addEventListener("click", function (event) {
    var link = event.target.closest('a[href^="#f-"]');
    var field = link && document.getElementById(link.getAttribute("href").slice(1));
    if (!field) return;
    event.preventDefault();
    reveal(field);
    field.scrollIntoView({ block: "center" });
    field.focus({ preventScroll: true });
  });

  /* Which section is in sight, and the list of sections for narrow screens. */
  var jump = root.querySelector("[data-jump]"), narrow = window.matchMedia(NARROW);
  jump.hidden = false;
  jump.addEventListener("change", function () {
    var place = document.getElementById(jump.value);
    if (place) { goTo("#" + jump.value); place.scrollIntoView(); place.setAttribute("tabindex", "-1"); place.focus({ preventScroll: true }); }
  });
  if ("IntersectionObserver" in window) {
    var watch = new IntersectionObserver(function (found) {
      found.forEach(function (one) {
        if (!one.isIntersecting) return;
        each(root.querySelectorAll(".record-nav a"), function (link) {
          if (link.getAttribute("href") === "#" + one.target.id) link.setAttribute("aria-current", "true");
          else link.removeAttribute("aria-current");
        });
        if (narrow.matches && document.activeElement !== jump) jump.value = one.target.id;
      });
    }, { rootMargin: "-20% 0px -70% 0px" });
    each(root.querySelectorAll("section[id]"), function (section) { watch.observe(section); });
  }
  root.setAttribute("data-ready", "");
})();
