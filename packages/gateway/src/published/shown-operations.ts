import type { Choice, Operation } from "../snapshot.ts";

/** An operation in a document, and the version that its clients name there. */
export interface ShownOperation {
  readonly operation: Operation;
  /** As the document writes the path: two services may call its parameters differently, and a document has one name. */
  readonly template: string;
  readonly version: ShownVersion | undefined;
}

export interface ShownVersion extends Pick<Choice, "by" | "name"> {
  /** In order. */
  readonly values: readonly string[];
  /** Whom clients get that name none; they have to name one where this is undefined. */
  readonly byDefault: string | undefined;
}

/** Versions that clients choose by a header or the query, the oldest first. */
export function versionsOf(operations: readonly Operation[]): string[] {
  const values = operations.filter(isShown).flatMap(({ choice }) => choice?.value ?? []);
  return [...new Set(values)].sort(byAge);
}

export function isShown({ internal, retired }: Operation): boolean {
  return !internal && !retired;
}

/**
 * What one document has. Of operations that share method, host and path - versions - it is that of the version which the
 * document is about; without one, and of services that do not have it, the default version, else the newest. In the
 * document of no version nothing is left out: what only another version has stands there as that version's.
 *
 * A path that two hosts have stands there once, since a document has no word for hosts: `untold` is told of the others.
 */
export function shownOperations(
  operations: readonly Operation[],
  about: string | undefined,
  untold: (operation: Operation, instead: Operation) => void = () => {},
): ShownOperation[] {
  const shown = operations.filter(isShown);
  const groups = grouped(shown);
  const families = new Families(groups);
  const templates = new Map<string, string>();
  const taken = new Map<string, Operation>();
  return groups.flatMap((group) => {
    const found = ofGroup(group, families.of(group), about);
    if (found === undefined) return [];
    const { operation, version } = found;
    const shape = shapeOf(operation.template);
    const key = `${operation.method} ${shape}`;
    const other = taken.get(key);
    if (other !== undefined) return untold(operation, other) ?? [];
    taken.set(key, operation);
    const template = templates.get(shape) ?? operation.template;
    templates.set(shape, template);
    return [{ operation, template, version }];
  });
}

function grouped(operations: readonly Operation[]): Operation[][] {
  const groups = new Map<string, Operation[]>();
  for (const operation of operations) {
    const key = `${operation.method} ${operation.hosts?.join("|") ?? ""} ${shapeOf(operation.template)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [operation]);
    else group.push(operation);
  }
  return [...groups.values()];
}

function shapeOf(template: string): string {
  return template.replace(/\{[^}]*\}/g, "{}");
}

function ofGroup(
  group: readonly Operation[],
  family: Family,
  about: string | undefined,
): Pick<ShownOperation, "operation" | "version"> | undefined {
  const [first] = group;
  if (first === undefined) return undefined;
  if (first.choice === null) return { operation: first, version: undefined };
  const { by, name } = first.choice;
  const isAsked = about !== undefined && family.values.has(about);
  const byDefault = group.find(({ choice }) => choice!.isDefault)?.choice?.value;
  const wanted = isAsked ? about : (family.byDefault ?? family.newest);
  const own = group.find(({ choice }) => choice!.value === wanted);
  if (isAsked)
    return (
      own && { operation: own, version: { by, name, values: [wanted], byDefault: ifSame(byDefault, wanted) } }
    );
  const values = group.map(({ choice }) => choice!.value).sort(byAge);
  const operation = own ?? group.find(({ choice }) => choice!.value === values.at(-1))!;
  return { operation, version: { by, name, values, byDefault } };
}

function ifSame(value: string | undefined, other: string): string | undefined {
  return value === other ? value : undefined;
}

/** "10" is younger than "9". */
function byAge(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

interface Family {
  readonly values: Set<string>;
  byDefault: string | undefined;
  newest: string;
}

/** Services are versions of one thing where they have a path in common: what is not in one of them is gone from it. */
class Families {
  readonly #parents = new Map<string, string>();
  readonly #families = new Map<string, Family>();

  constructor(groups: readonly (readonly Operation[])[]) {
    const chosen = groups.filter(([first]) => first?.choice != null);
    for (const [first, ...others] of chosen)
      for (const { service } of others) this.#parents.set(this.#root(service), this.#root(first!.service));
    for (const { service, choice } of chosen.flat()) {
      const root = this.#root(service);
      let family = this.#families.get(root);
      if (family === undefined)
        this.#families.set(
          root,
          (family = { values: new Set(), byDefault: undefined, newest: choice!.value }),
        );
      family.values.add(choice!.value);
      if (choice!.isDefault) family.byDefault = choice!.value;
      if (byAge(family.newest, choice!.value) < 0) family.newest = choice!.value;
    }
  }

  of([first]: readonly Operation[]): Family {
    const none: Family = { values: new Set(), byDefault: undefined, newest: "" };
    return first === undefined ? none : (this.#families.get(this.#root(first.service)) ?? none);
  }

  #root(service: string): string {
    let root = service;
    for (
      let next = this.#parents.get(root);
      next !== undefined && next !== root;
      next = this.#parents.get(root)
    )
      root = next;
    return root;
  }
}
