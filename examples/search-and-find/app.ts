// Two words for one thing.
import { App, endpoint, query } from "waymark";
import { z } from "zod";

const library = [
  { title: "Maps of the coast", category: "atlas" },
  { title: "Maps of the hills", category: "atlas" },
  { title: "How to read maps", category: "guide" },
];

export const search = endpoint(
  {
    summary: "Search the library",
    input: {
      text: query(z.string().min(1), { description: "What a title must contain", examples: ["maps"] }),
      category: query(z.string().optional()),
      limit: query(z.int().min(1).max(100).default(10)),
    },
    output: z.array(z.object({ title: z.string(), category: z.string() }).meta({ id: "Book" })),
  },
  function search({ text, category, limit }) {
    return library
      .filter((book) => book.title.toLowerCase().includes(text.toLowerCase()))
      .filter((book) => category === undefined || book.category === category)
      .slice(0, limit);
  },
);

const app = new App({ title: "Search and find", version: "1.0.0" });

app.get(["/search", "/find"], search);

export default app;
