/* Draws the figures of a page when they come near the view, again when the theme or the width changes, and saves them. */
(function () {
  "use strict";

  var bundle = document.currentScript.getAttribute("data-plotly");
  var CONFIG = { displayModeBar: false, displaylogo: false, scrollZoom: false, doubleClick: false, showTips: false, responsive: false };
  var loading = null;
  var drawn = new Map();

  function plotly() {
    if (window.Plotly) return Promise.resolve(window.Plotly);
    if (!loading) {
      loading = new Promise(function (resolve, reject) {
        var script = document.createElement("script");
        script.src = bundle;
        script.onload = function () { resolve(window.Plotly); };
        script.onerror = function () { loading = null; reject(new Error("the chart library did not load")); };
        document.head.appendChild(script);
      });
    }
    return loading;
  }

  function read(figure) {
    return JSON.parse(figure.querySelector("[data-figure-json]").textContent);
  }

  function themed(raw, plot) {
    return window.admeChartTheme.themed(raw, { width: plot.clientWidth, height: plot.clientHeight });
  }

  function draw(figure) {
    if (drawn.has(figure)) return;
    var plot = figure.querySelector("[data-plot]");
    var state = { raw: null, plot: plot, width: 0 };
    drawn.set(figure, state);
    var fonts = document.fonts ? document.fonts.load('13px "Source Sans 3"') : Promise.resolve();
    Promise.all([plotly(), fonts])
      .then(function (results) {
        state.raw = read(figure);
        state.width = plot.clientWidth;
        var ready = themed(state.raw, plot);
        return results[0].newPlot(plot, ready.data, ready.layout, CONFIG);
      })
      .then(function () {
        var wait = plot.querySelector("[data-wait]");
        if (wait) wait.remove();
        figure.setAttribute("data-drawn", "");
        bringForward(state);
        resizes.observe(plot);
      })
      .catch(function (error) { failed(figure, plot, error); });
  }

  function failed(figure, plot, error) {
    drawn.delete(figure);
    figure.setAttribute("data-failed", "");
    var table = figure.querySelector(".figure-table");
    if (table) table.open = true;
    plot.textContent = "";
    var note = document.createElement("p");
    note.className = "figure-failed";
    note.textContent = "The chart could not be drawn. " + (table ? "Its figures are in the table below." : "Reload the page to try again.");
    plot.appendChild(note);
    if (window.console) window.console.warn("chart " + figure.id + ": " + error.message);
  }

  function redraw(state) {
    if (!state.raw || !state.plot.clientWidth) return;
    state.width = state.plot.clientWidth;
    var ready = themed(state.raw, state.plot);
    window.Plotly.react(state.plot, ready.data, ready.layout, CONFIG);
  }

  /* Thin grey lines come forward under the pointer. Styled on the element: a redraw would lose the hover label. */
  function bringForward(state) {
    var touched = [];
    function isThin(trace) {
      return trace.type === "scatter" && /faint/.test((trace.line && trace.line.color) || "");
    }
    function back() {
      touched.forEach(function (each) {
        each.path.style.stroke = each.stroke;
        each.path.style.strokeWidth = each.width;
      });
      touched = [];
    }
    state.plot.on("plotly_hover", function (event) {
      back();
      var over = state.raw.data[event.points[0].curveNumber];
      if (!over || !isThin(over)) return;
      var ink = window.admeChartTheme.palette(document.documentElement)("ink");
      state.raw.data.forEach(function (trace, number) {
        if (trace.name !== over.name || !isThin(trace)) return; // a line with breaks is several traces of one name
        var full = state.plot._fullData && state.plot._fullData[number];
        var path = full && state.plot.querySelector(".trace" + full.uid + " path.js-line");
        if (!path) return;
        touched.push({ path: path, stroke: path.style.stroke, width: path.style.strokeWidth });
        path.style.stroke = ink;
        path.style.strokeWidth = "2.5px";
      });
    });
    state.plot.on("plotly_unhover", back);
  }

  var near = new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) {
      if (!entry.isIntersecting) return;
      near.unobserve(entry.target);
      draw(entry.target);
    });
  }, { rootMargin: "400px 0px" });

  var waiting = null;
  var resizes = new ResizeObserver(function () {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(function () {
      drawn.forEach(function (state, figure) {
        if (!document.contains(figure)) drawn.delete(figure);
        else if (state.plot.clientWidth !== state.width) redraw(state);
      });
    }, 120);
  });

  document.addEventListener("adme:theme", function () { drawn.forEach(redraw); });

  /* Saving: always in the light theme, with title, subtitle, source and extraction date on the picture. */
  var MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  var EXPORT_WIDTH = 960;
  var SVG = "http://www.w3.org/2000/svg";

  function lines(text, size, weight, width) {
    var context = document.createElement("canvas").getContext("2d");
    context.font = weight + " " + size + 'px "Source Sans 3", Arial, sans-serif';
    var rows = [];
    var row = "";
    String(text).split(/\s+/).forEach(function (word) {
      var longer = row ? row + " " + word : word;
      if (row && context.measureText(longer).width > width) { rows.push(row); row = word; } else row = longer;
    });
    return row ? rows.concat(row) : rows;
  }

  /* What must travel with a picture: coverage, filters, source, when and where it was taken, and how to cite it. */
  function feet(words) {
    var now = new Date();
    var day = now.getUTCDate() + " " + MONTHS[now.getUTCMonth()] + " " + now.getUTCFullYear();
    var version = document.documentElement.getAttribute("data-version");
    var chosen = [];
    new URLSearchParams(window.location.search).forEach(function (value, name) { if (value) chosen.push(name + " " + value); });
    var said = [];
    if (words.coverage) said.push("Coverage: " + words.coverage + ".");
    if (words.demonstration) said.push("Demonstration data: some values are made up. Do not cite.");
    if (chosen.length) said.push("Filters: " + chosen.join(", ") + ".");
    said.push("Source: " + (words.source || "not recorded"));
    said.push("Extracted " + (words.extracted || day) + " (UTC) from ADME, " + window.location.origin + window.location.pathname + ".");
    said.push("Cite as: ASEAN Secretariat (" + now.getUTCFullYear() + "). ADME: " + words.title + ", as of " + day +
      (version ? ", data version " + version : "") + ".");
    return said;
  }

  function picture(figure, fontRule) {
    var raw = read(figure);
    var words = raw.adme || {};
    var light = document.createElement("div");
    light.setAttribute("data-bs-theme", "light");
    light.hidden = true;
    document.body.appendChild(light);
    var colour = window.admeChartTheme.palette(light);
    var height = Math.max(360, figure.querySelector("[data-plot]").clientHeight);
    var inner = EXPORT_WIDTH - 48;
    var ready = window.admeChartTheme.themed(raw, { width: inner, height: height, element: light });
    var foot = feet(words);
    var blocks = [
      { rows: lines(words.title, 22, 700, inner), size: 22, weight: 700, step: 28, colour: colour("ink") },
      { rows: lines(words.subtitle || "", 15, 400, inner), size: 15, weight: 400, step: 21, colour: colour("muted") },
    ];
    var root = document.createElementNS(SVG, "svg");
    var y = 20;
    function put(block) {
      block.rows.forEach(function (row) {
        y += block.step;
        var text = document.createElementNS(SVG, "text");
        text.setAttribute("x", "24");
        text.setAttribute("y", String(y));
        text.setAttribute("font-size", String(block.size));
        text.setAttribute("font-weight", String(block.weight));
        text.setAttribute("fill", block.colour);
        text.textContent = row;
        root.appendChild(text);
      });
    }
    root.setAttribute("xmlns", SVG);
    root.setAttribute("font-family", '"Source Sans 3", "Helvetica Neue", Arial, sans-serif');
    if (fontRule) {
      var style = document.createElementNS(SVG, "style");
      style.textContent = fontRule;
      root.appendChild(style);
    }
    var paper = document.createElementNS(SVG, "rect");
    paper.setAttribute("fill", colour("paper"));
    root.appendChild(paper);
    blocks.forEach(put);
    var top = y + 16;
    return window.Plotly.toImage({ data: ready.data, layout: ready.layout }, { format: "svg", width: inner, height: height, imageDataOnly: true }).then(function (chart) {
      var drawing = new DOMParser().parseFromString(chart, "image/svg+xml").documentElement;
      drawing.setAttribute("x", "24");
      drawing.setAttribute("y", String(top));
      root.appendChild(document.importNode(drawing, true));
      y = top + height + 10;
      foot.forEach(function (sentence) {
        put({ rows: lines(sentence, 13, 400, inner), size: 13, weight: 400, step: 18, colour: colour("muted") });
      });
      var full = y + 20;
      light.remove();
      [["width", EXPORT_WIDTH], ["height", full]].forEach(function (pair) {
        root.setAttribute(pair[0], String(pair[1]));
        paper.setAttribute(pair[0], String(pair[1]));
      });
      root.setAttribute("viewBox", "0 0 " + EXPORT_WIDTH + " " + full);
      return { text: new XMLSerializer().serializeToString(root), width: EXPORT_WIDTH, height: full, name: words.filename || figure.id };
    });
  }

  function fontRule() {
    var link = document.querySelector('link[as="font"]');
    if (!link) return Promise.resolve("");
    return fetch(link.href).then(function (answer) { return answer.blob(); }).then(function (blob) {
      return new Promise(function (resolve) {
        var reader = new FileReader();
        reader.onload = function () {
          resolve('@font-face{font-family:"Source Sans 3";font-weight:200 900;src:url("' + reader.result + '") format("woff2")}');
        };
        reader.readAsDataURL(blob);
      });
    }).catch(function () { return ""; });
  }

  function give(blob, name) {
    var link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    window.setTimeout(function () { URL.revokeObjectURL(link.href); }, 4000);
  }

  function save(figure, format) {
    return plotly()
      .then(format === "png" ? fontRule : function () { return ""; })
      .then(function (rule) { return picture(figure, rule); })
      .then(function (made) {
        var blob = new Blob([made.text], { type: "image/svg+xml;charset=utf-8" });
        if (format === "svg") return give(blob, made.name + ".svg");
        return new Promise(function (resolve, reject) {
          var image = new Image();
          image.onerror = function () { reject(new Error("the picture could not be made")); };
          image.onload = function () {
            var canvas = document.createElement("canvas");
            canvas.width = made.width * 2;
            canvas.height = made.height * 2;
            var context = canvas.getContext("2d");
            context.scale(2, 2);
            context.drawImage(image, 0, 0);
            URL.revokeObjectURL(image.src);
            canvas.toBlob(function (png) { give(png, made.name + ".png"); resolve(); }, "image/png");
          };
          image.src = URL.createObjectURL(blob);
        });
      })
      .catch(function (error) {
        if (window.admeSay) window.admeSay("The picture could not be saved: " + error.message);
      });
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-save]");
    if (button) save(button.closest("[data-figure]"), button.getAttribute("data-save"));
  });

  function scan(root) {
    root.querySelectorAll("[data-figure]").forEach(function (figure) {
      if (figure.querySelector("[data-figure-json]") && !drawn.has(figure)) near.observe(figure);
    });
  }
  window.addEventListener("beforeprint", function () { document.querySelectorAll("[data-figure]").forEach(function (figure) { if (figure.querySelector("[data-figure-json]")) draw(figure); }); });
  document.addEventListener("htmx:load", function (event) { scan(event.detail.elt.parentNode || event.detail.elt); });
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", function () { scan(document); });
  else scan(document);
})();
