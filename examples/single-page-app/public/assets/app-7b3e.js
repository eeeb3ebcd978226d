// The page's own routes: "/" lists the places, "/places/{id}" shows one.
const main = document.querySelector("main");

async function ask(path) {
  const reply = await fetch(path);
  const body = await reply.json();
  if (!reply.ok) throw new Error(body.detail);
  return body;
}

function element(name, text, properties = {}) {
  return Object.assign(document.createElement(name), { textContent: text, ...properties });
}

async function list() {
  const places = await ask("/api/places");
  const items = places.map(({ id, name }) => {
    const item = document.createElement("li");
    item.append(element("a", name, { href: `/places/${id}` }));
    return item;
  });
  const all = document.createElement("ul");
  all.append(...items);
  return [element("h1", "All places"), all];
}

async function show(id) {
  const { name, about } = await ask(`/api/places/${id}`);
  return [element("h1", name), element("p", about), element("a", "Back", { href: "/" })];
}

async function render() {
  const [, id] = /^\/places\/([^/]+)$/.exec(location.pathname) ?? [];
  const page = id === undefined ? list() : show(id);
  main.replaceChildren(...(await page.catch((error) => [element("p", error.message, { role: "alert" })])));
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (link === null || link.origin !== location.origin) return;
  event.preventDefault();
  history.pushState(null, "", link.href);
  void render();
});
addEventListener("popstate", () => void render());
void render();
