/**
 * The status page: plain HTML, style and script, which asks for `/status` every two seconds and writes what comes as text.
 * What stands in it may come from documents of others, so nothing is ever read as markup.
 */
export const STATUS_HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Gateway status</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="status.css">
</head>
<body>
<header><h1>Gateway</h1><p id="summary" aria-live="polite">Asking …</p></header>
<p id="refused" role="alert" hidden></p>
<main>
<table>
<thead><tr><th scope="col">Service</th><th scope="col">Version</th><th scope="col">Operations</th><th scope="col">Requests, last minute</th><th scope="col">Errors</th><th scope="col">p50</th><th scope="col">p99</th><th scope="col">Breaker</th><th scope="col">Targets</th></tr></thead>
<tbody id="services"></tbody>
</table>
</main>
<noscript>This page needs JavaScript; <a href="status">its data</a> does not.</noscript>
<script src="status.js"></script>
</body>
</html>
`;

export const STATUS_CSS = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 80rem; margin: 2rem auto; padding: 0 1rem; }
header { display: flex; align-items: baseline; gap: .25rem 1.5rem; flex-wrap: wrap; }
h1 { font-size: 1.5rem; margin: 0; }
#summary { margin: 0; }
table { border-collapse: collapse; width: 100%; margin-top: 1rem; }
th, td { text-align: left; padding: .5rem .75rem; border-bottom: 1px solid var(--line); vertical-align: top; }
td.number, th:nth-child(n+3):nth-child(-n+7) { text-align: right; font-variant-numeric: tabular-nums; }
td.number { white-space: nowrap; }
td:first-child { min-width: 8rem; }
ul { list-style: none; margin: 0; padding: 0; }
li { display: flex; overflow-wrap: anywhere; }
.state { flex: none; display: inline-block; min-width: 4.5rem; font-weight: 600; }
/* Where the table does not fit every service is a list of what its columns say. */
@media (max-width: 56rem) {
  thead { display: none; }
  table, tbody, tr, td { display: block; }
  tr { padding: .5rem 0; border-bottom: 1px solid var(--line); }
  td, td.number { display: flex; gap: 1rem; padding: .125rem 0; border: 0; text-align: left; }
  td::before { content: attr(data-column); flex: 0 0 11rem; opacity: .7; }
  td:first-child { min-width: 0; font-weight: 600; }
  td:first-child::before { font-weight: 400; }
}
.up, .closed { color: #1a7f37; } .down, .open { color: #cf222e; } .ejected, .half-open, .draining { color: #9a6700; }
@media (prefers-color-scheme: dark) { .up, .closed { color: #4ac26b; } .down, .open { color: #ff7b72; } .ejected, .half-open, .draining { color: #d4a72c; } }
#refused { border-left: 4px solid #cf222e; padding: .5rem 1rem; white-space: pre-wrap; }
`;

export const STATUS_JS = `
const columns = [...document.querySelectorAll("thead th")].map((each) => each.textContent);
const cell = (row, text, name) => {
  const made = row.insertCell();
  made.dataset.column = columns[made.cellIndex];
  made.textContent = text;
  if (name) made.className = name;
  return made;
};
const milliseconds = (value) => (value === null ? "–" : value + " ms");
const state = (parent, text) => {
  const made = document.createElement("span");
  made.className = "state " + text;
  made.textContent = text;
  parent.append(made);
};
function show(status) {
  const { snapshot, inFlight, draining, services, memory, refused } = status;
  document.getElementById("summary").textContent =
    snapshot.operations + " operations · " + inFlight + " in flight · snapshot " + snapshot.hash.slice(0, 12) +
    " since " + new Date(snapshot.since).toLocaleString() + " · " + Math.round(memory / 1e6) + " MB" +
    (draining > 0 ? " · " + draining + " former draining" : "");
  const alert = document.getElementById("refused");
  alert.hidden = refused === null;
  alert.textContent = refused === null ? "" : "The last change was not taken:\\n" + refused;
  const body = document.createElement("tbody");
  body.id = "services";
  for (const service of services) {
    const row = body.insertRow();
    cell(row, service.name);
    cell(row, service.version);
    cell(row, service.operations, "number");
    cell(row, service.requests, "number");
    cell(row, service.errors, "number");
    cell(row, milliseconds(service.p50), "number");
    cell(row, milliseconds(service.p99), "number");
    state(cell(row, ""), service.breaker);
    const list = document.createElement("ul");
    for (const target of service.targets) {
      const item = document.createElement("li");
      state(item, target.state);
      const where = document.createElement("span");
      where.textContent = target.origin + (target.canary ? " · canary" : "") + " · " + target.active + "\\u00a0in\\u00a0flight";
      item.append(where);
      list.append(item);
    }
    cell(row, "").append(list);
  }
  document.getElementById("services").replaceWith(body);
}
async function ask() {
  try {
    const reply = await fetch("status", { cache: "no-store" });
    if (!reply.ok) throw new Error("HTTP " + reply.status);
    show(await reply.json());
  } catch (error) {
    document.getElementById("summary").textContent = "No answer: " + error.message;
  }
}
ask();
setInterval(ask, 2000);
`;
