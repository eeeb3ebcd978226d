import { canonicalText } from "../canonical-text.ts";
import type { Change } from "./change.ts";
import { CHANGE_CODES, type ChangeCode, type ChangeKind, type Flow } from "./codes.ts";
import type { Spot } from "./source.ts";

/** Where in the API something stands, and which way it goes. */
export class Place {
  readonly operation: string | undefined;
  readonly words: string;
  readonly flow: Flow;

  constructor(operation: string | undefined, words: string, flow: Flow) {
    this.operation = operation;
    this.words = words;
    this.flow = flow;
  }

  in(words: string): Place {
    return new Place(this.operation, this.words === "" ? words : `${this.words} ${words}`, this.flow);
  }

  /** The other way: the response to a request, the request of a callback. */
  back(): Place {
    return new Place(this.operation, this.words, this.flow === "received" ? "sent" : "received");
  }

  get at(): string {
    return [this.operation ?? "", this.words].filter((part) => part !== "").join(" ");
  }
}

export interface Finding {
  /** Where it stands in the newer document, or stood in the older one. */
  readonly spot: Spot;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly message: string;
  /** Where the code alone does not tell. */
  readonly kind?: ChangeKind;
}

/** The changes found so far. */
export class Findings {
  readonly #changes: Change[] = [];

  add(place: Place, code: ChangeCode, { spot, before, after, message, kind }: Finding): void {
    this.#changes.push({
      kind: kind ?? CHANGE_CODES[code][place.flow],
      code,
      ...(place.operation === undefined ? {} : { operation: place.operation }),
      at: place.at,
      pointer: spot.pointer,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
      message,
    });
  }

  /** By path, method and place, whatever the order of keys in the documents. */
  sorted(): Change[] {
    return this.#changes
      .map((change) => ({ change, key: sortKey(change) }))
      .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
      .map(({ change }) => change);
  }
}

function sortKey({ operation = "", at, code, before, after }: Change): string {
  const [method = "", path = ""] = operation.split(/ (.*)/s);
  return [path, method, at, code, canonicalText([before, after])].join("\0");
}
