// Choosing rows of a list: all of the page at once, a run with shift, and how many are chosen.
const BOX = '#bulk input[name="lead"], input[form="bulk"]:is([name="handoff"], [name="campaign"])';

let last = null; // the box that was pressed before, where a run starts

const boxes = () => [...document.querySelectorAll(BOX)];

export function choosing() {
  show();
  document.addEventListener("change", changed);
  document.addEventListener("click", run);
  document.addEventListener("submit", ask);
  document.body.addEventListener("htmx:afterSettle", show);
}

/** Chooses the row at hand, or lets it go; tells whether the list has boxes. */
export function choose(link) {
  const box = link?.closest("tr, .fu")?.querySelector(BOX);
  box?.click();
  return Boolean(box);
}

function changed({ target }) {
  if (target.matches("[data-choose-all]")) boxes().forEach((box) => { box.checked = target.checked; });
  if (target.matches(`${BOX}, [data-choose-all]`)) show();
}

// With shift the rows between two boxes follow the second.
function run(event) {
  if (!event.target.matches(BOX)) return;
  const list = boxes();
  const [from, to] = [list.indexOf(last), list.indexOf(event.target)].sort((a, b) => a - b);
  if (event.shiftKey && from >= 0) list.slice(from, to + 1).forEach((box) => { box.checked = event.target.checked; });
  last = event.target;
  show();
}

// An act that needs a word or a choice asks for it here: the page that comes back has nobody chosen any more.
function ask(event) {
  const field = document.getElementById(event.submitter?.dataset.needs);
  if (!field || field.value.trim()) return;
  event.preventDefault();
  field.setCustomValidity(event.submitter.dataset.missing);
  field.reportValidity();
  field.addEventListener("input", () => field.setCustomValidity(""), { once: true });
}

function show() {
  const list = boxes();
  const count = list.filter((box) => box.checked).length;
  const all = document.querySelector("[data-choose-all]");
  const words = document.querySelector("[data-chosen]");
  if (all) {
    all.hidden = false;
    all.checked = count > 0 && count === list.length;
    all.indeterminate = count > 0 && count < list.length;
  }
  if (words) words.textContent = (count === 1 ? words.dataset.one : words.dataset.many).replace("%n", count);
}
