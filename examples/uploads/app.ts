// A form with files: a field, a model as JSON, and documents; and one file as it comes, without keeping it.
import { App, endpoint, file, files, form, HttpError, parts } from "waymark";
import { z } from "zod";

const Applicant = z.object({ name: z.string().min(1), email: z.email() }).meta({ id: "Applicant" });

const Application = z
  .object({
    applicant: z.string(),
    position: z.string(),
    letter: z.string(),
    documents: z.array(z.object({ name: z.string(), bytes: z.int() })),
  })
  .meta({ id: "Application" });

export const apply = endpoint(
  {
    summary: "Apply for a position",
    description: "The applicant is JSON in a field of the form, beside the files.",
    input: {
      applicant: form(Applicant),
      position: form(z.enum(["baker", "gardener"])),
      letter: file({ accept: ["text/plain"], maxSize: 10_000, description: "Why you" }),
      documents: files({ min: 0, max: 5, description: "Whatever speaks for you" }),
    },
    output: Application,
  },
  async function apply({ applicant, position, letter, documents }) {
    return {
      applicant: applicant.name,
      position,
      letter: await letter.text(),
      // To keep one: await document.save(`applications/${id}/${document.name}`)
      documents: documents.map(({ name, size }) => ({ name, bytes: size })),
    };
  },
);

export const countLines = endpoint(
  {
    summary: "Count the lines of a file",
    description: "However large it is: its pieces are looked at as they come, and nothing of it is kept.",
    input: { parts: parts({ description: "A file" }) },
    output: z.object({ file: z.string(), lines: z.int() }),
    errors: { 422: "There was no file" },
  },
  async function countLines({ parts }) {
    for await (const part of parts) {
      if (part.kind === "field") continue;
      let lines = 0;
      for await (const piece of part.stream()) for (const byte of piece) if (byte === 10) lines++;
      return { file: part.fileName, lines };
    }
    throw new HttpError(422, "Send a file");
  },
);

const app = new App({ title: "Uploads", version: "1.0.0" });

app.post("/applications", apply);
app.post("/lines", countLines);
// the same form under the names of another one
app.post("/bewerbungen", apply, {
  summary: "Bewerben",
  bind: { applicant: "person", position: "stelle", letter: "anschreiben", documents: "unterlagen" },
});

export default app;
