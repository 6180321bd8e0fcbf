// A file can be dropped on the form; one that is too large is told before it travels.
const form = document.querySelector("form[data-drop]");
const file = form.querySelector('input[type="file"]');
const fault = form.querySelector("[data-too-large]");

const tooLarge = () => (file.files[0]?.size ?? 0) > Number(form.dataset.most);

function look() {
  fault.hidden = !tooLarge();
}

for (const name of ["dragover", "dragleave", "drop"]) {
  form.addEventListener(name, (event) => {
    event.preventDefault();
    form.toggleAttribute("data-over", name === "dragover");
  });
}
form.addEventListener("drop", (event) => {
  if (!event.dataTransfer.files.length) return;
  file.files = event.dataTransfer.files;
  look();
  if (!tooLarge()) form.requestSubmit();
});
file.addEventListener("change", look);
form.addEventListener("submit", (event) => {
  if (tooLarge()) event.preventDefault();
});
