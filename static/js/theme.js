// Runs before the first paint, so that a page never flashes in the wrong light.
(() => {
  try {
    document.documentElement.dataset.theme = localStorage.getItem("theme") || "system";
  } catch {
    // Storage is closed to us: the system's choice stays.
  }
})();
