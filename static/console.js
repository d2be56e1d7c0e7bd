// Extras of the console only: every page works without this file.
(() => {
  "use strict";
  // `/` leads to the search, unless somebody is typing.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
    const field = document.getElementById("search-all");
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
})();
