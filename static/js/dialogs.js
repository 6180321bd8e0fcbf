// A link with data-dialog opens its form in that dialog of the page. Without scripts the form is a page of its own.
let opener = "";

export function dialogs() {
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const link = event.target.closest("a[data-dialog]");
    const dialog = link ? document.getElementById(link.dataset.dialog) : event.target.closest("[data-close]")?.closest("dialog");
    if (!dialog) return;
    event.preventDefault();
    if (link) open(dialog, link);
    else close(dialog);
  });
  document.addEventListener("htmx:afterSwap", ({ target }) => {
    const dialog = target.closest?.("dialog[open]");
    // What was saved leaves nothing to write.
    if (dialog && !dialog.querySelector("form")) close(dialog);
  });
}

async function open(dialog, link) {
  opener = link.id;
  await window.htmx.ajax("GET", link.href, { target: `#${dialog.id}-body`, swap: "innerHTML" });
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("input:not([type=hidden]), textarea, select")?.focus();
}

function close(dialog) {
  dialog.close();
  document.getElementById(opener)?.focus();
}
