// Every alias is an operation of its own in the document: summary, description, tags, deprecation, operationId.
import { App, endpoint, path } from "waymark";
import { z } from "zod";

const Article = z.object({ slug: z.string(), title: z.string() }).meta({ id: "Article" });

export const readArticle = endpoint(
  {
    description: "Reads an article.",
    tags: ["articles"],
    input: { slug: path(z.string().regex(/^[a-z-]+$/)) },
    output: Article,
  },
  function readArticle({ slug }) {
    const words = slug.replaceAll("-", " ");
    return { slug, title: words.charAt(0).toUpperCase() + words.slice(1) };
  },
);

const app = new App({ title: "Summaries per alias", version: "1.0.0" });

app.route(readArticle, {
  "GET /articles/{slug}": { summary: "Read an article", canonical: true },
  "GET /blog/{post}": {
    summary: "Read a blog post",
    description: "The blog's own address of an article.",
    tags: ["blog"],
    operationId: "readBlogPost",
  },
  "GET /a/{short}": {
    summary: "Read an article by its short address",
    deprecated: { since: "2026-06-01", sunset: "2027-01-01", successor: "/articles/{slug}" },
  },
});

export default app;
