// A half-written note outlives the page and the session: kept in this browser for its person and handoff until it is saved.
import { isSignIn } from "./waiting.js";

const NOTE = "[data-draft]";
const key = (field) => `note:${field.dataset.draft}`;

export function drafts() {
  bring(document);
  document.addEventListener("input", ({ target }) => { if (target.matches(NOTE)) keep(target); });
  document.body.addEventListener("htmx:afterSettle", ({ target }) => bring(target));
  document.body.addEventListener("htmx:beforeSwap", saved);
}

function keep(field) {
  if (field.value) localStorage.setItem(key(field), field.value);
  else localStorage.removeItem(key(field));
}

// Its fields open with it: nobody saves words that they do not see.
function bring(part) {
  for (const field of part.querySelectorAll(NOTE)) {
    const words = localStorage.getItem(key(field));
    if (!words || field.value) continue;
    field.value = words;
    field.closest("details").open = true;
  }
}

// A refused answer, or the sign-in page in place of one, has saved nothing.
function saved({ detail }) {
  const field = detail.requestConfig.elt.querySelector?.(NOTE);
  const { verb } = detail.requestConfig;
  if (field && verb === "post" && detail.xhr.status < 300 && !isSignIn(detail.xhr.responseURL)) localStorage.removeItem(key(field));
}
