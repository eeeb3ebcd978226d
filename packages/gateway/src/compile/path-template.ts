import { parseTemplate, Template } from "waymark/internal";

const NAME = /^[A-Za-z_][\w-]*$/;

/** A path of a document as a Waymark template, and what its parameters are called there. */
export interface ReadPath {
  readonly template: Template;
  /** By the document's names. */
  readonly names: ReadonlyMap<string, string>;
}

/**
 * OpenAPI names parameters as it likes (`{user.id}`, `{$filter}`), and AWS writes `{proxy+}` for everything below: names
 * become such as templates have, and nobody outside sees the difference. The faults are sentences.
 *
 * @param rest parameters that take everything below: a Waymark document marks them by `x-waymark-catch-all`
 */
export function readPath(path: string, rest: ReadonlySet<string> = new Set()): ReadPath | readonly string[] {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  const text = path.replace(/\{([^{}]*)\}/g, (whole, given: string, at: number) => {
    if (given === "") return whole;
    const isLast = at + whole.length === path.length && path[at - 1] === "/";
    const isRest = isLast && (given.endsWith("+") || rest.has(given));
    const name = given.endsWith("+") ? given.slice(0, -1) : given;
    const own = NAME.test(name) ? name : freeName(name, taken);
    taken.add(own);
    names.set(given, own);
    return isRest ? `{${own}:path}` : `{${own}}`;
  });
  const template = parseTemplate(text);
  return template instanceof Template ? { template, names } : template;
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  const plain = name.replace(/[^\w-]+/g, "_").replace(/^(?=[\d-])/, "_") || "_";
  let free = plain;
  for (let count = 2; taken.has(free); count++) free = `${plain}_${count}`;
  return free;
}
