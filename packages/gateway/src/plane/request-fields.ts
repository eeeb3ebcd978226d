/** How a name of a field is treated on its way to the upstream. Any other goes on as it came. */
const DROPPED = 1;
const CONNECTION = 2;
const HOST = 3;
/** Said by proxies of a client: dropped, unless the peer is one that is believed. */
const FORWARDED = 4;

const NAMES: Readonly<Record<string, number>> = {
  // RFC 9110 §7.6.1, and what framing is made of: the gateway's own hop has its own.
  connection: CONNECTION,
  "keep-alive": DROPPED,
  "proxy-connection": DROPPED,
  "proxy-authorization": DROPPED,
  "proxy-authenticate": DROPPED,
  te: DROPPED,
  trailer: DROPPED,
  "transfer-encoding": DROPPED,
  upgrade: DROPPED,
  "http2-settings": DROPPED,
  "content-length": DROPPED,
  // Answered here.
  expect: DROPPED,
  host: HOST,
  // CGI makes HTTP_PROXY of it (CVE-2016-5385).
  proxy: DROPPED,
  // Some frameworks take the path from these instead: it would not be the one that was judged.
  "x-original-url": DROPPED,
  "x-rewrite-url": DROPPED,
  "x-original-uri": DROPPED,
  // And others the method.
  "x-http-method": DROPPED,
  "x-http-method-override": DROPPED,
  "x-method-override": DROPPED,
  forwarded: FORWARDED,
  "x-forwarded-for": FORWARDED,
  "x-forwarded-proto": FORWARDED,
  "x-forwarded-host": FORWARDED,
  "x-forwarded-port": FORWARDED,
  "x-forwarded-prefix": FORWARDED,
  "x-forwarded-server": FORWARDED,
  "x-forwarded-scheme": FORWARDED,
  "x-forwarded-ssl": FORWARDED,
  "x-forwarded-client-cert": FORWARDED,
  "x-real-ip": FORWARDED,
  "x-client-ip": FORWARDED,
  "true-client-ip": FORWARDED,
};

interface Known {
  readonly name: string;
  readonly kind: number;
}

/** Of a name that can be in the table; longer ones are asked for by text. */
const LONGEST = 128;

/** By length first: it tells most names apart without looking at a letter. */
function byLength(names: Iterable<readonly [string, number]>): FieldTable {
  const table: (Known[] | undefined)[] = Array.from({ length: LONGEST }, () => undefined);
  for (const [name, kind] of names)
    if (name.length < LONGEST) (table[name.length] ??= []).push({ name, kind });
  return table;
}

/** Names that are dropped or read, by their lengths. */
export type FieldTable = readonly (readonly Known[] | undefined)[];

const TABLE: FieldTable = byLength(Object.entries(NAMES));
/** Most operations drop the same ones: what was made is kept. */
const tables = new Map<string, FieldTable>();
const MOST_TABLES = 1000;

/** The names that every request is read by, and further ones that are dropped. */
export function fieldTable(drops: readonly string[]): FieldTable {
  if (drops.length === 0) return TABLE;
  return remembered(`request ${drops.join()}`, () => [
    ...Object.entries(NAMES),
    ...drops.map(dropped).filter(([name]) => !Object.hasOwn(NAMES, name)),
  ]);
}

/** Names of lines that `withoutListed` leaves out. */
export function lineTable(names: readonly string[]): FieldTable {
  return remembered(`lines ${names.join()}`, () => names.map(dropped));
}

function dropped(name: string): [string, number] {
  return [normalised(name), DROPPED];
}

function remembered(key: string, entries: () => (readonly [string, number])[]): FieldTable {
  let table = tables.get(key);
  if (table !== undefined) return table;
  table = byLength(entries());
  if (tables.size >= MOST_TABLES) tables.clear();
  tables.set(key, table);
  return table;
}

/**
 * Reads the field lines of one request in one pass: what goes on to the upstream as it came, and what is said in the rest.
 * One object reads many requests, one after the other.
 */
export class RequestFields {
  /** Lines for the upstream, each with its line end. */
  kept = "";
  /** The Host; "" without one. */
  host = "";
  /** Lines that speak of a client further out, names in lower case; undefined where there are none. */
  forwarded: [name: string, value: string][] | undefined;
  #nominated: Set<string> | undefined;

  /**
   * @param raw checked lines, each with its line end.
   * @param table from `fieldTable`.
   * @param own further names, in lower case, of lines that are dropped since the gateway sets them.
   */
  read(raw: string, table: FieldTable, own: ReadonlySet<string> | undefined): void {
    this.host = "";
    this.forwarded = undefined;
    this.#nominated = undefined;
    let kept = "";
    /** Where the run of lines begins that go on together. */
    let from = 0;
    for (let start = 0; start < raw.length;) {
      const colon = raw.indexOf(":", start);
      const end = raw.indexOf("\r\n", colon);
      const length = colon - start;
      const candidates = length < LONGEST ? table[length] : undefined;
      let kind = candidates === undefined ? 0 : kindOf(raw, start, candidates);
      if (own !== undefined && kind === 0 && own.has(normalised(raw.slice(start, colon)))) kind = DROPPED;
      if (kind !== 0) {
        if (kind !== DROPPED) this.#note(kind, raw, start, colon, end);
        if (start > from) kept += raw.slice(from, start);
        from = end + 2;
      }
      start = end + 2;
    }
    if (from === 0) this.kept = raw;
    else this.kept = from < raw.length ? kept + raw.slice(from) : kept;
    // Fields that the client meant for this connection alone. What the gateway sets is added later: they cannot reach it.
    if (this.#nominated !== undefined) this.kept = withoutLines(this.kept, this.#nominated);
  }

  #note(kind: number, raw: string, start: number, colon: number, end: number): void {
    const value = raw.slice(colon + 1, end).trim();
    if (kind === HOST) this.host = value;
    else if (kind === FORWARDED) (this.forwarded ??= []).push([raw.slice(start, colon).toLowerCase(), value]);
    else if (!/^(?:keep-alive|close)$/i.test(value)) this.#nominate(value);
  }

  #nominate(list: string): void {
    for (const each of list.split(",")) {
      const name = each.trim().toLowerCase();
      if (name !== "" && name !== "close" && name !== "keep-alive") (this.#nominated ??= new Set()).add(name);
    }
  }
}

function kindOf(raw: string, start: number, candidates: readonly Known[]): number {
  for (const { name, kind } of candidates) {
    let i = 0;
    while (i < name.length) {
      const expected = name.charCodeAt(i);
      const code = raw.charCodeAt(start + i);
      // "_" as well: to CGI and WSGI both are one name.
      if (code !== expected && (code | 0x20) !== expected && !(expected === 0x2d && code === 0x5f)) break;
      i++;
    }
    if (i === name.length) return kind;
  }
  return 0;
}

/** A name as CGI and WSGI tell it from others. */
export function normalised(name: string): string {
  return name.toLowerCase().replaceAll("_", "-");
}

/** Lines without those of some names, given in lower case; the same text where none is among them. */
export function withoutLines(lines: string, names: ReadonlySet<string>): string {
  return linesBut(lines, (start, colon) => names.has(normalised(lines.slice(start, colon))));
}

/** The same for names that are known beforehand. */
export function withoutListed(lines: string, table: FieldTable): string {
  return linesBut(lines, (start, colon) => {
    const candidates = colon - start < LONGEST ? table[colon - start] : undefined;
    return candidates !== undefined && kindOf(lines, start, candidates) !== 0;
  });
}

function linesBut(lines: string, isOut: (start: number, colon: number) => boolean): string {
  let kept = "";
  /** Where the run of lines begins that stay together. */
  let from = 0;
  for (let start = 0; start < lines.length;) {
    const colon = lines.indexOf(":", start);
    const end = lines.indexOf("\r\n", colon) + 2;
    if (isOut(start, colon)) {
      kept += lines.slice(from, start);
      from = end;
    }
    start = end;
  }
  return from === 0 ? lines : kept + lines.slice(from);
}

/** The value of the first line of a name, given in lower case. */
export function lineValue(lines: string, name: string): string | undefined {
  for (let start = 0; start < lines.length;) {
    const colon = lines.indexOf(":", start);
    const end = lines.indexOf("\r\n", colon);
    if (colon - start === name.length && lines.slice(start, colon).toLowerCase() === name)
      return lines.slice(colon + 1, end).trim();
    start = end + 2;
  }
  return undefined;
}

/** Every line: its name in lower case, and its value. */
export function* lineEntries(lines: string): Generator<[name: string, value: string]> {
  for (let start = 0; start < lines.length;) {
    const colon = lines.indexOf(":", start);
    const end = lines.indexOf("\r\n", colon);
    yield [lines.slice(start, colon).toLowerCase(), lines.slice(colon + 1, end).trim()];
    start = end + 2;
  }
}

/** Lines as a map; those of a repeated field are joined by ", ". */
export function lineMap(lines: string): Map<string, string> {
  const map = new Map<string, string>();
  for (const [name, value] of lineEntries(lines)) {
    const before = map.get(name);
    map.set(name, before === undefined ? value : `${before}${name === "cookie" ? "; " : ", "}${value}`);
  }
  return map;
}
