import { LineCounter, isAlias, isMap, isScalar, isSeq, parseDocument, type Document, type Node } from "yaml";
import type { Origin } from "../snapshot.ts";
import { JsonPlaces } from "./json-places.ts";
import { tokensOf } from "./pointer.ts";

/** A file of the configuration or of a document: its data, and where each part of it was written. */
export interface SourceFile {
  /** For people: relative to where the gateway was started, or an address. */
  readonly file: string;
  /** What references to other files are relative to: a path or an address. */
  readonly base: string;
  readonly value: unknown;
  originOf(pointer: string): Origin;
}

/** The text is neither JSON nor YAML, or more than a document may be. */
export class UnreadableText extends Error {
  override readonly name = "UnreadableText";
  readonly line: number | null;

  constructor(message: string, line: number | null) {
    super(message);
    this.line = line;
  }
}

/** Data that was never a text: no lines are known. */
export function sourceOf(value: unknown, file: string, base: string = file): SourceFile {
  return { file, base, value, originOf: (pointer) => ({ file, line: null, pointer }) };
}

/** Reads JSON or YAML 1.2. Throws `UnreadableText`. */
export function parseSource(text: string, file: string, base: string = file): SourceFile {
  const json = /^[\s\uFEFF]*[[{]/.test(text) ? parseJson(text) : undefined;
  const parsed = json ?? parseYaml(text);
  const { value } = parsed;
  refuseDepth(value, json === undefined);
  return { file, base, value, originOf: (pointer) => ({ file, line: parsed.lineOf(pointer), pointer }) };
}

interface Parsed {
  readonly value: unknown;
  lineOf(pointer: string): number | null;
}

/** Undefined for what is no JSON: it may be YAML's flow style. */
function parseJson(text: string): Parsed | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return undefined;
  }
  const places = new JsonPlaces(text);
  let lines: Lines | undefined;
  return { value, lineOf: (pointer) => (lines ??= new Lines(text)).of(places.offsetOf(pointer)) };
}

class Lines {
  readonly #starts: number[] = [0];

  constructor(text: string) {
    for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) this.#starts.push(at + 1);
  }

  of(offset: number): number {
    let [low, high] = [0, this.#starts.length];
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }
}

function parseYaml(text: string): Parsed {
  const lineCounter = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter, merge: true, stringKeys: false, logLevel: "silent" });
    const [error] = document.errors;
    if (error !== undefined)
      throw new UnreadableText(sentenceOf(error.message), error.linePos?.[0].line ?? null);
    // The bound on aliases is what keeps a "billion laughs" from becoming one.
    const value: unknown = document.toJS({ maxAliasCount: 1000 });
    return { value, lineOf: (pointer) => lineOfNode(document, lineCounter, tokensOf(pointer)) };
  } catch (error) {
    if (error instanceof UnreadableText) throw error;
    throw new UnreadableText(
      error instanceof RangeError ? "it is nested too deeply" : (error as Error).message,
      null,
    );
  }
}

function sentenceOf(message: string): string {
  // The parser calls itself for what is nested, and catches its own overflow.
  if (message.startsWith("Maximum call stack")) return "it is nested too deeply";
  return message.split("\n", 1)[0]!.replace(/:$/, "");
}

function lineOfNode(document: Document, lineCounter: LineCounter, tokens: readonly string[]): number | null {
  let node = document.contents as Node | null | undefined;
  let offset = node?.range?.[0];
  for (const token of tokens) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === token);
      if (pair === undefined) break;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value as Node | null;
    } else if (isSeq(node)) {
      node = node.items[Number(token)] as Node | undefined;
      if (node === undefined) break;
      offset = node.range?.[0] ?? offset;
    } else break;
  }
  return offset === undefined ? null : lineCounter.linePos(offset).line;
}

/** No document of people is nested so deeply; what is would overflow the stack of whoever walks it. */
const MAX_DEPTH = 400;

/** A list of JSON cannot hold itself; one of YAML can, by an alias of its own anchor. */
function refuseDepth(value: unknown, mayShare: boolean): void {
  const path = new Set<unknown>();
  const done = new Set<unknown>();
  const walk = (each: unknown): void => {
    if (typeof each !== "object" || each === null || done.has(each)) return;
    if (path.has(each)) throw new UnreadableText("an alias stands for something that it is a part of", null);
    if (path.size >= MAX_DEPTH)
      throw new UnreadableText(`it is nested more than ${MAX_DEPTH} levels deep`, null);
    path.add(each);
    if (Array.isArray(each)) for (const item of each) walk(item);
    else for (const key in each) walk((each as Readonly<Record<string, unknown>>)[key]);
    path.delete(each);
    if (mayShare) done.add(each);
  };
  walk(value);
}
