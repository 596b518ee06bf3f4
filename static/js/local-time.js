/* Beside a Jakarta time, the reader's own: fills <time datetime="..." data-local-time> where the reader's clock differs.
   Without JavaScript the Jakarta time that stands in the page is all, and it is enough. */
(function () {
  "use strict";

  var JAKARTA = 420; // minutes ahead of UTC, all year

  function zoneName(moment) {
    var minutes = -moment.getTimezoneOffset();
    var sign = minutes < 0 ? "-" : "+";
    var size = Math.abs(minutes);
    var rest = size % 60;
    return "UTC" + sign + Math.floor(size / 60) + (rest ? ":" + (rest < 10 ? "0" : "") + rest : "");
  }

  function localText(moment) {
    var day = moment.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
    var time = moment.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", hour12: false });
    return day + ", " + time + " your time (" + zoneName(moment) + ")";
  }

  function fill() {
    document.querySelectorAll("time[datetime][data-local-time]:not([data-local-time-done])").forEach(function (element) {
      var moment = new Date(element.getAttribute("datetime"));
      if (isNaN(moment.getTime())) return;
      element.setAttribute("data-local-time-done", "");
      if (-moment.getTimezoneOffset() === JAKARTA) return;
      element.textContent = localText(moment);
    });
  }

  document.addEventListener("DOMContentLoaded", fill);
  document.addEventListener("htmx:afterSettle", fill);
})();
