// Two words for one thing.
import { App, endpoint, query } from "waymark";
import { z } from "zod";

const Found = z
  .object({ text: z.string(), category: z.string().optional(), titles: z.array(z.string()) })
  .meta({ id: "Found" });

const titles = ["Maps of the coast", "Maps of the hills", "A lantern's light"];

export const search = endpoint(
  {
    summary: "Search the library",
    input: {
      text: query(z.string().min(1), { description: "What a title must contain", examples: ["maps"] }),
      category: query(z.string().optional()),
      limit: query(z.int().min(1).max(100).default(10)),
    },
    output: Found,
  },
  function search({ text, category, limit }) {
    const wanted = text.toLowerCase();
    return {
      text,
      category,
      titles: titles.filter((title) => title.toLowerCase().includes(wanted)).slice(0, limit),
    };
  },
);

const app = new App({ title: "Search and find", version: "1.0.0" });

app.get(["/search", "/find"], search);

export default app;
