// Light, dark or the system's choice: radios in the account menu, kept in this browser (see theme.js).
export function themeChoice() {
  const choice = document.querySelector("[data-theme-choice]");
  if (!choice) return;
  const radio = choice.querySelector(`[value="${CSS.escape(document.documentElement.dataset.theme)}"]`);
  if (radio) radio.checked = true;
  choice.hidden = false;
  choice.addEventListener("change", (event) => choose(event.target.value));
}

function choose(theme) {
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem("theme", theme);
  } catch {
    // Storage is closed to us: the choice holds for this page.
  }
}
