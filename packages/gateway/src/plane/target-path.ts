import { type Template, Template as Templates } from "waymark/internal";
import type { Operation } from "../snapshot.ts";

/** Makes the upstream's path from the one that was judged. `values`: what bindings give by the upstream's names. */
export type TargetPath = (path: string, values: (name: string) => string | undefined) => string;

/** A part of the upstream's path between two slashes. */
type Piece =
  /** Literal text, encoded. */
  | { readonly kind: "text"; readonly text: string }
  /** The segment of the public path with this number, as it was sent. */
  | { readonly kind: "segment"; readonly index: number }
  /** Everything from the segment with this number on, as it was sent. */
  | { readonly kind: "rest"; readonly index: number }
  /** Values that are decoded, and text around them. */
  | { readonly kind: "values"; readonly names: readonly string[]; readonly literals: readonly string[] };

/**
 * How the path of an operation becomes the upstream's. Segments go on as they were sent, byte by byte: what was judged is
 * what is forwarded. Literal text comes from the document, however a client has spelt it.
 */
export function targetPath(operation: Operation): TargetPath {
  const from = Templates.parse(operation.template);
  const pieces = piecesOf(from, operation);
  const fixed = pieces.every(({ kind }) => kind === "text");
  if (fixed) {
    const path = write(pieces, [], () => undefined);
    return () => path;
  }
  const tail = commonTail(from, pieces);
  if (tail === undefined) return (path, values) => write(pieces, path.split("/"), values);
  const { prefix, skipped } = tail;
  return (path, values) =>
    // An escape may be in literal text, which is written as the document has it.
    path.includes("%")
      ? write(pieces, path.split("/"), values)
      : prefix + (skipped === 0 ? path : path.slice(afterSegments(path, skipped)));
}

/** Whether the upstream's path is made of values, and not of what was sent alone. */
export function takesValues(operation: Operation): boolean {
  return piecesOf(Templates.parse(operation.template), operation).some(({ kind }) => kind === "values");
}

function piecesOf(from: Template, { target, bind }: Operation): Piece[] {
  const bound = new Set(bind.filter((each) => each.to.in === "path").map(({ to: { name } }) => name));
  return Templates.parse(target).segments.map((segment): Piece => {
    if (segment.kind === "static") return { kind: "text", text: encodeText(segment.text) };
    if (segment.kind === "rest") {
      const index = from.segments.findIndex((each) => each.kind === "rest" && each.name === segment.name);
      return index >= 0 && !bound.has(segment.name)
        ? { kind: "rest", index: index + 1 }
        : { kind: "values", names: [segment.name], literals: ["", ""] };
    }
    const index = segment.names.some((name) => bound.has(name))
      ? -1
      : from.segments.findIndex(
          (each) =>
            each.kind === "parameter" &&
            each.names.join("/") === segment.names.join("/") &&
            each.literals.join("/") === segment.literals.join("/"),
        );
    return index >= 0
      ? { kind: "segment", index: index + 1 }
      : { kind: "values", names: segment.names, literals: segment.literals.map(encodeText) };
  });
}

/** Where all that follows some text is the end of the public path, unchanged: the usual case, and one slice. */
function commonTail(
  from: Template,
  pieces: readonly Piece[],
): { readonly prefix: string; readonly skipped: number } | undefined {
  const count = from.segments.length;
  let same = 0;
  while (same < count && same < pieces.length) {
    const piece = pieces[pieces.length - 1 - same]!;
    const index = count - same;
    const segment = from.segments[index - 1]!;
    const isSame =
      piece.kind === "text"
        ? segment.kind === "static" && encodeText(segment.text) === piece.text
        : piece.kind !== "values" && piece.index === index;
    if (!isSame) break;
    same++;
  }
  const before = pieces.slice(0, pieces.length - same);
  if (same === 0 || before.some(({ kind }) => kind !== "text")) return undefined;
  const prefix = before.map((piece) => `/${(piece as { text: string }).text}`).join("");
  return { prefix, skipped: count - same };
}

/** The offset of the "/" behind so many segments. */
function afterSegments(path: string, count: number): number {
  let at = 0;
  for (let left = count; left > 0; left--) at = path.indexOf("/", at + 1);
  return at;
}

function write(
  pieces: readonly Piece[],
  segments: readonly string[],
  values: (name: string) => string | undefined,
): string {
  let path = "";
  for (const piece of pieces) {
    path += "/";
    switch (piece.kind) {
      case "text":
        path += piece.text;
        break;
      case "segment":
        path += segments[piece.index] ?? "";
        break;
      case "rest":
        path += segments.slice(piece.index).join("/");
        break;
      case "values":
        path += piece.literals.reduce(
          (text, literal, i) => text + encodeValue(values(piece.names[i - 1]!) ?? "") + literal,
        );
    }
  }
  return path;
}

/** RFC 3986 §3.3: what may stand in a segment as it is. */
const encodeText = (text: string): string =>
  encodeURIComponent(text).replace(/%(?:3A|40|24|26|2B|2C|3B|3D)/g, decodeURIComponent);

/** A value is one segment: dots alone would be none (RFC 3986 §5.2.4). */
function encodeValue(value: string): string {
  const text = encodeURIComponent(value);
  return text === "." || text === ".." ? text.replaceAll(".", "%2E") : text;
}
