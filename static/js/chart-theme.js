/* One look for all charts: turns the colour names of figure dictionaries into the theme's values and adds fonts, axes and
   margins. Figures carry what is meant ("accent", "characteristic-B", "faint"); tokens.css says what that looks like. */
(function () {
  "use strict";

  var NAME = /^(?:var\(--adme-)?([a-z][a-z0-9-]*)\)?(?:\/(\d{1,3}))?$/i;
  var COLOUR_KEY = /colou?r$/i;

  /* A reader of tokens as they stand on an element: the page's theme, or another one for an export. */
  function palette(element) {
    var style = window.getComputedStyle(element);
    return function (value) {
      if (typeof value !== "string") return value;
      var match = NAME.exec(value.trim());
      if (!match) return value;
      var found = style.getPropertyValue("--adme-" + match[1].toLowerCase()).trim();
      if (!found) return value;
      return match[2] ? faded(found, Number(match[2]) / 100) : found;
    };
  }

  function faded(hex, opacity) {
    var number = parseInt(hex.slice(1), 16);
    return "rgba(" + [number >> 16, (number >> 8) & 255, number & 255, opacity].join(",") + ")";
  }

  function scale(colour, kind) {
    var steps = [];
    for (var step = 1; step <= 7; step += 1) steps.push([(step - 1) / 6, colour(kind + "-" + step)]);
    return steps;
  }

  function resolved(value, key, colour) {
    if (key === "colorscale") {
      if (value === "sequential") return scale(colour, "scale");
      if (value === "diverging") return scale(colour, "diverging");
      return Array.isArray(value) ? value.map(function (stop) { return [stop[0], colour(stop[1])]; }) : value;
    }
    if (COLOUR_KEY.test(key) || key === "colorway") {
      if (Array.isArray(value)) return value.map(colour);
      if (typeof value !== "object") return colour(value);
    }
    if (Array.isArray(value)) {
      if (!value.length || typeof value[0] !== "object" || value[0] === null) return value;
      return value.map(function (each) { return resolved(each, key, colour); });
    }
    if (value && typeof value === "object") {
      var copy = {};
      Object.keys(value).forEach(function (name) { copy[name] = resolved(value[name], name, colour); });
      return copy;
    }
    return value;
  }

  function merged(base, over) {
    if (!over || typeof over !== "object" || Array.isArray(over)) return over === undefined ? base : over;
    var copy = Object.assign({}, base && typeof base === "object" && !Array.isArray(base) ? base : {});
    Object.keys(over).forEach(function (name) { copy[name] = merged(copy[name], over[name]); });
    return copy;
  }

  /* Names along an axis are all shown; only numbers and years are thinned out. */
  function isNamed(data, given, name) {
    if (given.type) return given.type === "category";
    var letter = name.charAt(0);
    return data.some(function (trace) {
      if ((trace[letter + "axis"] || letter) !== name.replace("axis", "")) return false;
      var values = trace[letter];
      return Array.isArray(values) && values.some(function (value) { return typeof value === "string" && isNaN(Number(value)) && isNaN(Date.parse(value)); });
    });
  }

  function axis(colour, isX, compact, size, named) {
    var made = {
      automargin: true,
      fixedrange: true,
      showgrid: !isX,
      gridcolor: colour("grid"),
      gridwidth: 1,
      showline: isX,
      linecolor: colour("control"),
      zeroline: !isX,
      zerolinecolor: colour("control"),
      zerolinewidth: 1,
      ticks: isX ? "outside" : "",
      ticklen: isX ? 4 : 0,
      ticklabelstandoff: isX ? 0 : 6,
      tickcolor: colour("control"),
      tickfont: { color: colour("muted"), size: size },
      title: { font: { color: colour("muted"), size: size }, standoff: 8 },
    };
    if (named) made.dtick = 1;
    else made.nticks = compact ? 5 : isX ? 10 : 6;
    return made;
  }

  function widest(text) {
    return String(text || "").replace(/<br\s*\/?>/gi, "\n").replace(/<[^>]*>/g, "").split("\n").reduce(function (most, part) {
      return Math.max(most, part.length);
    }, 0);
  }

  /* Room on the right for labels that stand at the ends of lines: in the margin, or beyond the last value. */
  function roomForLabels(data, layout, size, width) {
    var room = 0;
    var range = layout.xaxis && layout.xaxis.range;
    (layout.annotations || []).forEach(function (note) {
      if (note.xanchor !== "left") return;
      var needed = widest(note.text) * ((note.font && note.font.size) || size) * 0.56 + (note.xshift || 0) + 6;
      if (note.xref === "paper") room = note.x >= 1 ? Math.max(room, needed) : room;
      else if (range && typeof note.x === "number") {
        var within = ((range[1] - note.x) / (range[1] - range[0])) * (width - 60);
        room = Math.max(room, needed - within);
      }
    });
    data.forEach(function (trace) {
      if (!/right/.test(trace.textposition || "") || !Array.isArray(trace.text) || trace.type === "bar") return;
      room = Math.max(room, widest(trace.text[trace.text.length - 1]) * size * 0.56 + 10);
    });
    return Math.ceil(room);
  }

  /* On a phone the thin lines are named by the pointer alone; their small labels would cover the chart. */
  function isStrong(note) {
    return !(/^[A-Z]{3}$/.test(note.text || "") && note.font && /muted|faint/.test(note.font.color || "") && note.xanchor === "left");
  }

  function themed(figure, options) {
    var colour = palette(options.element || document.documentElement);
    var compact = options.width < 520;
    var size = compact ? 12 : 13;
    var data = resolved(figure.data || [], "data", colour);
    var raw = figure.layout || {};
    if (compact && raw.annotations) raw = merged(raw, { annotations: raw.annotations.filter(isStrong) });
    var given = resolved(raw, "layout", colour);
    var right = Math.max(12, roomForLabels(data, given, size, options.width));
    var base = {
      font: { family: '"Source Sans 3", "Noto Sans", "Helvetica Neue", Arial, sans-serif', size: size, color: colour("ink") },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      colorway: [1, 2, 3, 4, 5, 6].map(function (number) { return colour("series-" + number); }),
      separators: ".\u00a0",
      hovermode: "closest",
      hoverdistance: 24,
      dragmode: false,
      hoverlabel: {
        bgcolor: colour("raised"),
        bordercolor: colour("control"),
        align: "left",
        namelength: -1,
        font: { family: '"Source Sans 3", Arial, sans-serif', size: 13, color: colour("ink") },
      },
      legend: { orientation: "h", x: 0, xanchor: "left", y: 1.02, yanchor: "bottom", font: { size: size, color: colour("ink") }, bgcolor: "rgba(0,0,0,0)", itemclick: "toggle" },
      bargap: 0.32,
      uniformtext: { minsize: 11, mode: "show" },
    };
    var bar = {
      tickfont: { color: colour("muted"), size: size },
      title: { font: { color: colour("muted"), size: size } },
      outlinewidth: 0,
      thickness: 10,
      ticklen: 3,
      tickcolor: colour("control"),
    };
    data.forEach(function (trace) {
      if (trace.colorbar) trace.colorbar = merged(bar, trace.colorbar);
    });
    if (given.coloraxis && given.coloraxis.colorbar) given.coloraxis.colorbar = merged(bar, given.coloraxis.colorbar);
    var margin = given.margin || {};
    delete given.margin;
    delete given.template;
    var layout = merged(base, given);
    ["xaxis", "yaxis"].concat(Object.keys(given)).forEach(function (name) {
      var isX = /^xaxis\d*$/.test(name);
      if (!isX && !/^yaxis\d*$/.test(name)) return;
      var own = given[name] || {};
      layout[name] = merged(axis(colour, isX, compact, size, isNamed(data, own, name)), own);
      if (compact && layout[name].nticks > 6) layout[name].nticks = 6;
    });
    layout.margin = {
      t: Math.max(margin.t || 0, 10),
      b: Math.max(compact ? 0 : margin.b || 0, 8),
      l: compact ? 4 : Math.max(margin.l || 0, 4),
      r: compact ? Math.min(Math.max(margin.r || 0, right), Math.round(options.width * 0.3)) : Math.max(margin.r || 0, right),
    };
    (layout.annotations || []).forEach(function (note) {
      note.font = merged({ size: size }, note.font || {});
      note.font.size = Math.max(11, compact ? Math.min(note.font.size, size) : note.font.size);
    });
    var direct = (layout.annotations || []).some(function (note) { return note.x >= 1 && note.xref === "paper"; });
    if (layout.showlegend === undefined && (direct || data.length < 2 || right > 12)) layout.showlegend = false;
    layout.width = options.width;
    layout.height = options.height;
    layout.autosize = false;
    return { data: data, layout: layout };
  }

  window.admeChartTheme = { palette: palette, themed: themed };
})();
