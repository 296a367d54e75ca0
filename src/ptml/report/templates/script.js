(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("scripted");
  var theme = document.getElementById("theme");
  theme.addEventListener("click", function () {
    var dark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : window.matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });
  var rows = document.getElementById("course-rows");
  if (!rows) { return; }
  var items = Array.prototype.slice.call(rows.querySelectorAll(".item"));
  var foot = rows.querySelector(".foot");
  var buttons = document.querySelectorAll("[data-filter]");
  buttons.forEach(function (button) {
    button.addEventListener("click", function () {
      buttons.forEach(function (other) {
        other.setAttribute("aria-pressed", String(other === button));
      });
      items.forEach(function (item) {
        item.hidden = button.dataset.filter !== "all" && item.dataset.verdict !== button.dataset.filter;
      });
    });
  });
  document.getElementById("course-order").addEventListener("change", function (event) {
    var key = event.target.value;
    items.sort(function (a, b) {
      if (key === "name") { return a.textContent.trim().localeCompare(b.textContent.trim()); }
      return Number(b.dataset[key]) - Number(a.dataset[key]);
    });
    items.forEach(function (item) { rows.insertBefore(item, foot); });
  });
}());
