// Single keys, as the ? dialog lists them. They rest while somebody types, and for good where body has data-keys="off".
import { choose } from "./choosing.js";
import { close, current, move } from "./rows.js";
import { undo } from "./toasts.js";

const VERDICTS = { a: "accepted", n: "nurture", x: "rejected", r: "response" };
const GO_MS = 1500;
const TYPING = "input:not([type=radio], [type=checkbox], [type=button], [type=submit]), textarea, select, [contenteditable]";

let goUntil = 0;

export function keys() {
  document.querySelectorAll("[data-opens]").forEach((button) => {
    button.hidden = document.body.dataset.keys === "off";
    button.addEventListener("click", () => open(button.dataset.opens));
  });
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (press(event)) event.preventDefault();
  });
}

function press({ key, target, repeat }) {
  const dialog = document.querySelector("dialog[open]");
  if (dialog) return /^[1-9]$/.test(key) && !target.matches(TYPING) && numbered(dialog, Number(key));
  if (key === "Escape") return close();
  if (document.body.dataset.keys === "off" || target.matches(TYPING)) return false;
  if (goUntil > Date.now()) return go(key);
  if (key === "j" || key === "k") return done(move(key === "j" ? 1 : -1));
  if (repeat) return false;
  if (key === " ") return target.matches("a[data-row-link], .fu > details > summary") && choose(target);
  if (key in VERDICTS) return verdict(VERDICTS[key]);
  if (/^[1-9]$/.test(key)) return reason(Number(key));
  if (key === "u") return undo();
  if (key === "/") return search();
  if (key === "?") return open("keys");
  if (key === "g") return done((goUntil = Date.now() + GO_MS));
  return false;
}

const done = () => true;

/** The answer form at hand: of the row that has focus, of the open row, or the only one of the page. */
function answer() {
  const row = current()?.closest(".fu");
  return row ? row.querySelector(".answer") : document.querySelector(".answer");
}

function verdict(value) {
  // With nothing at hand the most pressing row is meant.
  if (!current() && document.querySelector(".fu") && !document.querySelector(".answer")) move(1);
  const details = current()?.closest(".fu > details");
  if (details && !details.open) details.open = true;
  if (pick(value)) return true;
  // The opened part may still be on its way from the server.
  details?.addEventListener("htmx:afterSettle", () => pick(value), { once: true });
  return Boolean(details);
}

function pick(value) {
  const radio = answer()?.querySelector(`[name="verdict"][value="${value}"]`);
  radio?.click();
  radio?.focus();
  return Boolean(radio);
}

function reason(n) {
  const buttons = [...(answer()?.querySelectorAll(".why button") ?? [])].filter((button) => button.checkVisibility());
  buttons[n - 1]?.click();
  return n <= buttons.length;
}

/** The nth choice of a form in a dialog. */
function numbered(dialog, n) {
  const radio = dialog.querySelectorAll("form[data-numbered] input[type=radio]")[n - 1];
  radio?.click();
  radio?.focus();
  return Boolean(radio);
}

function search() {
  const field = document.querySelector("[data-search]");
  if (field) field.select();
  else document.querySelector("[data-search-link]")?.click();
  return true;
}

function go(key) {
  goUntil = 0;
  const link = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
  link?.click();
  return Boolean(link);
}

function open(id) {
  const dialog = document.getElementById(id);
  document.querySelector("[popover]:popover-open")?.hidePopover();
  dialog?.showModal();
  return Boolean(dialog);
}
