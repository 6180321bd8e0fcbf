// Toasts arrive in #toast with the page or by an out-of-band swap. One that offers a way back or tells
// of a fault stays until it is dismissed or the next one takes its place; any other leaves by itself.
const STAY_MS = 10_000;

const region = () => document.getElementById("toast");
const lasts = (toast) => toast.matches('[data-tone="bad"], :has([data-undo])');

export function toasts() {
  if (!region()) return;
  watch();
  new MutationObserver(watch).observe(region(), { childList: true });
  document.addEventListener("click", (event) => {
    event.target.closest("[data-dismiss]")?.closest(".toast")?.remove();
  });
}

/** Shows the toast of a <template>, for what no server could say. */
export function showToast(template) {
  region().replaceChildren(document.getElementById(template).content.cloneNode(true));
}

/** Presses undo where a toast offers it; tells whether one did. */
export function undo() {
  const button = region()?.querySelector("[data-undo]");
  button?.click();
  return Boolean(button);
}

function watch() {
  for (const toast of region().querySelectorAll(".toast:not([data-watched])")) {
    toast.dataset.watched = "";
    if (!lasts(toast)) leaveLater(toast);
  }
}

function leaveLater(toast) {
  setTimeout(() => (toast.matches(":hover, :focus-within") ? leaveLater(toast) : toast.remove()), STAY_MS);
}
