// The application around the functions: settings, health, work after the reply, URLs of functions, and what it sends itself.
import {
  App,
  body,
  dependency,
  empty,
  endpoint,
  HttpError,
  health,
  path,
  reply,
  request,
  response,
  urlFor,
} from "waymark";
import { settings } from "waymark/settings";
import { z } from "zod";

const Settings = z.object({
  /** PARCELS_GREETING, from the environment or a `.env`; PARCELS_CARRIER__TOKEN may also be in a file that …_FILE names. */
  greeting: z.string().default("Parcels"),
  carrier: z
    .object({ url: z.url(), token: z.string() })
    .default({ url: "https://carrier.example", token: "for-trying-out" }),
});
const config = settings(Settings, { prefix: "PARCELS_", secrets: ["carrier.token"] });

/** Once for the application: what others hang on its state. */
const depot = dependency({ scope: "app", input: { config } }, async function* depot({ config }) {
  const parcels = new Map<string, string>();
  yield { parcels, carrier: config.carrier.url, isOpen: async () => true };
  parcels.clear();
});

const Parcel = z.object({ id: z.string(), to: z.string(), self: z.string() }).meta({ id: "Parcel" });

const readParcel = endpoint(
  {
    description: "One parcel.",
    input: { parcelId: path(z.string()), depot, request: request() },
    output: Parcel,
    errors: { 404: "No such parcel" },
  },
  function readParcel({ parcelId, depot, request }) {
    const to = depot.parcels.get(parcelId);
    if (to === undefined) throw new HttpError(404, `No parcel ${parcelId}`);
    return { id: parcelId, to, self: urlFor(request, readParcel, { parcelId }) };
  },
);

const sendParcel = endpoint(
  {
    description: "Takes a parcel in; the carrier is told when the client has its answer.",
    input: { to: body(z.string().min(1)), depot, request: request(), response: response() },
    output: { 201: empty },
  },
  function sendParcel({ to, depot, request, response }) {
    const id = String(depot.parcels.size + 1);
    depot.parcels.set(id, to);
    response.after(() => tellCarrier(depot.carrier, id));
    return reply(201, undefined, { location: urlFor(request, readParcel, { parcelId: id }) });
  },
);

async function tellCarrier(_carrier: string, _id: string): Promise<void> {
  // await fetch(`${carrier}/pick-ups`, { method: "POST", body: id });
}

const readConfig = endpoint(
  { description: "What it runs with; secrets stay secret.", input: { config } },
  function readConfig({ config }) {
    return config;
  },
);

const app: App = new App({
  title: "Parcels",
  version: "1.0.0",
  license: { name: "MIT", identifier: "MIT" },
  rootPath: "/depot", // what a proxy in front takes away; paths with it and without are answered
});
app.post("/parcels", sendParcel);
app.get("/parcels/{parcelId}", readParcel);
app.get("/config", readConfig);
app.include(health({ checks: { depot: dependency({ input: { depot } }, ({ depot }) => depot.isOpen()) } }));
app.webhook("parcelDelivered", {
  description: "Sent to whoever has asked for it, within a minute.",
  body: Parcel,
  responses: { "2XX": "It was received", 410: "Do not send any more" },
});

export default app;
