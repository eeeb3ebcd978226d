// A page with routes of its own, its files, and the API that it asks - by one application.
import { App, endpoint, HttpError, path } from "waymark";
import { staticFiles } from "waymark/static";
import { z } from "zod";

const places = [
  { id: "harbour", name: "Harbour", about: "Where the ferries leave." },
  { id: "lighthouse", name: "Lighthouse", about: "Ninety-six steps, and the whole coast." },
];
const Place = z.object({ id: z.string(), name: z.string(), about: z.string() }).meta({ id: "Place" });

const listPlaces = endpoint({ summary: "List places", output: z.array(Place) }, function listPlaces() {
  return places;
});
const readPlace = endpoint(
  {
    summary: "Read a place",
    input: { placeId: path(z.string()) },
    output: Place,
    errors: { 404: "No such place" },
  },
  function readPlace({ placeId }) {
    return places.find(({ id }) => id === placeId) ?? HttpError.throw(404, `No place ${placeId}`);
  },
);

const app = new App({ title: "Places", version: "1.0.0" });

app.get("/api/places", listPlaces);
app.get("/api/places/{placeId}", readPlace);
app.mount("/", staticFiles(new URL("./public", import.meta.url), { spa: true, immutable: /^assets\// }));

export default app;
