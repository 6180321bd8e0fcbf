// The rows of a work list: which is at hand, which comes next, and where focus goes after an answer was saved.
const SUMMARY = ".fu > details > summary";
const ROW = `${SUMMARY}, a[data-row-link]`;

let byKeyboard = false;
let pending = null; // the row that waits for its answer to be saved

const seen = (element) => element.checkVisibility();
const all = () => [...document.querySelectorAll(ROW)].filter(seen);

export function rows() {
  document.addEventListener("keydown", () => { byKeyboard = true; }, true);
  document.addEventListener("pointerdown", () => { byKeyboard = false; }, true);
  document.addEventListener("click", follow);
  document.addEventListener("toggle", write, true);
  document.body.addEventListener("htmx:beforeRequest", remember);
  document.body.addEventListener("htmx:afterRequest", goOn);
  document.body.addEventListener("rowBack", goBack);
}

/** The row that has focus, else the open one: its <summary> or its link. */
export function current() {
  const here = document.activeElement?.closest(".fu, tr");
  return here?.querySelector(ROW) ?? document.querySelector(".fu > details[open] > summary");
}

/** Moves focus by one row; from nowhere to the first. */
export function move(step) {
  const list = all();
  const at = list.indexOf(current());
  focus(at < 0 ? list[0] : list[at + step]);
}

/** Closes the open row that has focus; tells whether there was one. */
export function close() {
  const details = document.activeElement?.closest(".fu > details[open]");
  if (!details) return false;
  details.open = false;
  focus(details.querySelector("summary"));
  return true;
}

function focus(row) {
  row?.focus();
  row?.scrollIntoView({ block: "nearest" });
}

// A table row is one target: a plain click anywhere in it follows its link.
function follow(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const row = event.target.closest("tr:has(a[data-row-link])");
  if (!row || event.target.closest("a, button, input, label, select, summary") || getSelection().toString()) return;
  row.querySelector("a[data-row-link]").click();
}

// "add their words" gives way to its fields: focus goes on to the faulty one, else to the words.
function write({ target }) {
  if (!target.matches(".more[open]")) return;
  (target.querySelector('[aria-invalid="true"]') ?? target.querySelector('[name="note"]')).focus();
}

function remember({ detail }) {
  const row = detail.elt.closest(".fu");
  if (!row || detail.requestConfig.verb === "get") return;
  const list = [...document.querySelectorAll(SUMMARY)].filter(seen);
  const at = list.indexOf(row.querySelector(SUMMARY));
  pending = { request: detail.xhr, next: list[at + 1] ?? list[at - 1] };
}

// Runs after the swap: the answered row has left or is a line without a <summary>.
function goOn({ detail }) {
  if (pending?.request !== detail.xhr) return;
  const { next } = pending;
  pending = null;
  if (detail.xhr.status >= 300) {
    (document.querySelector('.fu [aria-invalid="true"]') ?? document.querySelector('.fu [role="alert"]'))?.focus();
    return;
  }
  const goal = next?.isConnected ? next : all()[0];
  if (!goal) return document.getElementById("main").focus();
  if (byKeyboard && goal.matches("summary")) goal.parentElement.open = true;
  focus(goal);
}

// An answer was taken back: its row is at hand again.
function goBack({ detail }) {
  const row = document.getElementById(detail.id);
  row?.closest(".later")?.setAttribute("open", "");
  focus(row?.querySelector("summary"));
}
