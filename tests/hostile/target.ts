// What the hostile requests are sent to: a route for every thing they try.
import { App, body, dependency, endpoint, file, form, HttpError, request } from "waymark";
import { staticFiles } from "waymark/static";
import { z } from "zod";

const echo = endpoint({ input: { request: request() } }, async function echo({ request }) {
  return new Response(await request.text(), { headers: { "content-type": "text/plain" } });
});

const Named = z.object({ name: z.string() });
const named = endpoint({ input: { named: body(Named) }, output: Named }, function named({ named }) {
  return named;
});

/** Every field there is, read as what its schema says. */
const Fields = z.looseObject({ a: z.array(z.string()).optional() });
const submit = endpoint({ input: { fields: form.all(Fields) } }, function submit({ fields }) {
  return { names: Object.keys(fields).length };
});
const upload = endpoint({ input: { file: file() } }, function upload({ file }) {
  return { name: file.name, size: file.size };
});

const nobody = dependency({}, function nobody() {
  throw new HttpError(403, "Nobody may");
});

/** Logs nothing: what hostile requests do is not worth a line. */
const silent = { error() {}, warn() {} };

export function target(): App {
  const app = new App({ title: "Target", logger: silent, docs: false, redoc: false });
  // Whatever the route makes of it, a body that cannot be read is refused: answering early would hide what the parser says.
  app.use(async ({ request }, next) => {
    if (request.headers.has("transfer-encoding")) await request.bytes();
    await next();
  });
  app.get("/", () => "hello");
  // Beside it lies static2, which nobody may read.
  app.mount("/static", staticFiles(new URL("./public/static", import.meta.url)));
  app.post("/echo", echo);
  app.post("/json", named);
  app.post("/form", submit);
  app.post("/upload", upload);
  app.get("/admin", () => "SECRET", { dependencies: [nobody] });
  return app;
}
