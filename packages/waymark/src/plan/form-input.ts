import type { Form } from "../http/form.ts";
import { partsOf } from "../http/form.ts";
import { HttpError } from "../http/http-error.ts";
import { mediaRange } from "../http/media-type.ts";
import { Parts } from "../http/parts.ts";
import type { UploadedFile } from "../http/uploaded-file.ts";
import type { Schema } from "../inputs/input.ts";
import type { FileMarker } from "../inputs/marker.ts";
import type { Source } from "../routing/route.ts";
import { UNREADABLE, type WireReader } from "../schema/coerce.ts";
import type { Issue } from "../schema/issue.ts";
import { openGenerator } from "./generators.ts";
import type { Run } from "./run.ts";
import type { WireInput } from "./wire-input.ts";

type Reading = Pick<WireInput, "in" | "name" | "read" | "explain">;

const FILE_SENT: readonly Issue[] = [
  { path: [], message: "expected a field, but a file was sent", code: "invalid_type" },
];

/** How one field of the form is read. */
export function fieldReading(name: string, reader: WireReader): Reading {
  const { readObject, explainObject } = reader;
  if (readObject !== undefined && explainObject !== undefined)
    return {
      in: "form",
      name,
      read: (run) => readObject(run.form!.fields),
      explain: (run) => explainObject(run.form!.fields),
    };
  const isFile = ({ fields, fileCounts }: Form): boolean =>
    fileCounts.has(name) && fields.get(name) === undefined;
  return {
    in: "form",
    name,
    read: ({ form }) => (isFile(form!) ? UNREADABLE : reader.read(form!.fields.get(name))),
    explain: ({ form }) => (isFile(form!) ? FILE_SENT : reader.explain(form!.fields.get(name))),
  };
}

/** A value that was looked at when it was read: nothing is left to be said about it. */
const ANYTHING: Schema = {
  "~standard": { version: 1, vendor: "waymark", validate: (value: unknown) => ({ value }) },
};
const asItIs = (value: unknown): unknown => value;

/** One uploaded file, or several under one name. */
export function fileInput({ name, marker }: Extract<Source, { from: "file" }>, slot: number): WireInput {
  const { maxSize = Number.POSITIVE_INFINITY } = marker.options;
  const accepts = acceptedBy(marker);
  return {
    in: "form",
    name,
    schema: ANYTHING,
    verdict: asItIs,
    slot,
    locate: undefined,
    explain: ({ form }) => issuesOf(form!, name, marker, accepts),
    read(run) {
      const files = run.form!.files.get(name) ?? [];
      if (files.some(({ size }) => size > maxSize))
        throw new HttpError(413, `A file of the form is larger than ${maxSize} bytes.`);
      if (issuesOf(run.form!, name, marker, accepts).length > 0) return UNREADABLE;
      return marker.count === undefined ? files[0] : files;
    },
  };
}

type Accepts = (file: UploadedFile) => boolean;

/** What is no media range takes nothing; start-up tells of it. */
function acceptedBy({ options: { accept } }: FileMarker): Accepts {
  if (accept === undefined) return () => true;
  const ranges = accept.flatMap((each) => mediaRange(each) ?? []);
  return ({ type }) => ranges.some((takes) => takes(type));
}

function issuesOf(form: Form, name: string, marker: FileMarker, accepts: Accepts): Issue[] {
  const { count = { min: marker.optional ? 0 : 1, max: 1 }, options } = marker;
  const found = form.fileCounts.get(name) ?? 0;
  // A field without a value under the name of a file says no more than none does.
  if (found === 0 && hasText(form, name))
    return [{ path: [], message: "expected a file, but a field was sent", code: "invalid_type" }];
  if (found > count.max)
    return marker.count === undefined
      ? [{ path: [], message: "expected one file, but there are several", code: "repeated" }]
      : [{ path: [], message: `expected at most ${count.max} files`, code: "too_big" }];
  if (found < count.min)
    return marker.count === undefined || found === 0
      ? [{ path: [], message: "expected a file", code: "invalid_type" }]
      : [{ path: [], message: `expected at least ${count.min} files`, code: "too_small" }];
  return (form.files.get(name) ?? []).flatMap((file, index) => {
    if (accepts(file)) return [];
    const path = marker.count === undefined ? [] : [index];
    return [{ path, message: `expected ${options.accept!.join(" or ")}`, code: "media_type" }];
  });
}

function hasText({ fields }: Form, name: string): boolean {
  const value = fields.get(name);
  return value !== undefined && value !== "";
}

/** The parts as they come; one reading for everybody who wants them. */
export function partsInput(slot: number): WireInput {
  return {
    in: "form",
    name: "",
    schema: ANYTHING,
    verdict: asItIs,
    slot,
    locate: undefined,
    explain: () => [],
    read: (run) => (run.parts ??= openParts(run)),
  };
}

function openParts(run: Run): Parts {
  const parts = new Parts(partsOf(run.exchange, run.frame.settings.limits));
  void openGenerator(run, { name: "parts", early: false }, held(parts), () => undefined);
  return parts;
}

/** What nobody has read by the end of the request stays unread. */
function* held(parts: Parts): Generator<undefined, void> {
  try {
    yield undefined;
  } finally {
    parts.close();
  }
}
