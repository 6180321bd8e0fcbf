// Builds every vendored front-end file from exactly pinned packages.
//   npm ci && node vendor.mjs           writes the files and static/vendor/vendor.json
//   npm ci && node vendor.mjs --check   writes nothing, exits 1 when a committed file differs
// The output is committed, so running and testing the app needs no Node.
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";

const here = import.meta.dirname;
const root = path.dirname(here);
const lock = JSON.parse(fs.readFileSync(path.join(here, "package-lock.json"), "utf8"));

const COPIES = [
  { from: "htmx.org/dist/htmx.min.js", to: "static/vendor/htmx.min.js" },
  { from: "htmx.org/LICENSE", to: "static/vendor/htmx.LICENSE.txt" },
  { from: "@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2", to: "static/fonts/source-sans-3-latin-wght-normal.woff2" },
  { from: "@fontsource-variable/source-sans-3/files/source-sans-3-latin-ext-wght-normal.woff2", to: "static/fonts/source-sans-3-latin-ext-wght-normal.woff2" },
  { from: "@fontsource-variable/source-sans-3/LICENSE", to: "static/fonts/OFL.txt" },
  { from: "lucide-static/LICENSE", to: "static/icons.LICENSE.txt" },
  { from: "axe-core/axe.min.js", to: "tests/browser/vendor/axe.min.js" },
  { from: "axe-core/LICENSE", to: "tests/browser/vendor/axe.LICENSE.txt" },
];

// Only the symbols in use: the whole set would weigh half a megabyte.
const ICONS = `arrow-down-up arrow-left arrow-right arrow-right-left arrow-up-right bell bot building-2 calendar-plus
  check chevron-down chevron-left chevron-right chevrons-up circle-alert circle-help clock-fading corner-down-right
  download ellipsis equal file-text flag handshake house inbox info key-round keyboard list-checks lock log-out mail
  megaphone merge message-square message-square-quote minus monitor monitor-play moon pen-line pencil phone plus
  receipt-euro scale search send settings shield-check sigma snowflake sun tent trash-2 trending-up undo-2 upload user
  users wrench x`.split(/\s+/);

const module = (file) => path.join(here, "node_modules", file);
const owner = (file) => file.split("/").slice(0, file.startsWith("@") ? 2 : 1).join("/");

function copied({ from, to }) {
  let bytes = fs.readFileSync(module(from));
  // A map that is not shipped would make collectstatic fail on the missing file.
  if (to.endsWith(".js")) bytes = Buffer.from(bytes.toString().replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n"));
  return { to, bytes, source: owner(from) };
}

function symbol(name) {
  const svg = fs.readFileSync(module(`lucide-static/icons/${name}.svg`), "utf8");
  const drawing = svg.replace(/<!--[\s\S]*?-->/g, "").replace(/[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "");
  return `<symbol id="i-${name}" viewBox="0 0 24 24">${drawing.replace(/\s*\n\s*/g, "").replace(/ \/>/g, "/>")}</symbol>`;
}

function sprite() {
  const text = `<!-- Lucide, see icons.LICENSE.txt -->\n<svg xmlns="http://www.w3.org/2000/svg">\n${ICONS.map(symbol).join("\n")}\n</svg>\n`;
  return { to: "static/icons.svg", bytes: Buffer.from(text), source: "lucide-static" };
}

function manifest(files) {
  const packages = {};
  for (const name of [...new Set(files.map((file) => file.source))].sort()) {
    const { version, license } = JSON.parse(fs.readFileSync(module(`${name}/package.json`), "utf8"));
    packages[name] = { version, licence: license, integrity: lock.packages[`node_modules/${name}`].integrity };
  }
  const sums = Object.fromEntries(files.map(({ to, bytes, source }) =>
    [to, { package: source, sha256: crypto.createHash("sha256").update(bytes).digest("hex") }]));
  return { to: "static/vendor/vendor.json", bytes: Buffer.from(JSON.stringify({ packages, files: sums }, null, 2) + "\n") };
}

function differs({ to, bytes }) {
  const file = path.join(root, to);
  return !fs.existsSync(file) || !fs.readFileSync(file).equals(bytes);
}

function write({ to, bytes }) {
  const file = path.join(root, to);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, bytes);
}

const built = [...COPIES.map(copied), sprite()];
const files = [...built, manifest(built)];
if (process.argv.includes("--check")) {
  const changed = files.filter(differs).map((file) => file.to);
  if (changed.length) console.error(`These vendored files differ from the pinned packages:\n  ${changed.join("\n  ")}\nRun: npm ci && node vendor.mjs`);
  process.exitCode = changed.length ? 1 : 0;
} else {
  files.forEach(write);
  console.log(`${files.length} files written`);
}
