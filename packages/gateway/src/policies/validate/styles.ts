import type { Parameter } from "../../snapshot.ts";
import type { Cut } from "./value-readers.ts";

type Place = Pick<Parameter, "in" | "name" | "style" | "explode">;

/** How OpenAPI's styles write a value into one text; a `cut` that is undefined says that the name is repeated instead. */
export interface Written {
  /** The text of a scalar, without what the style puts around it. */
  readonly bare: (text: string) => string | undefined;
  readonly array: Cut | undefined;
  readonly object: Cut;
  /** Keys and values of an object stand as key=value. */
  readonly paired: boolean;
}

export function writtenAs({ in: place, name, style, explode }: Place): Written {
  if (place === "path" && style === "label") return label(explode);
  if (place === "path" && style === "matrix") return matrix(name, explode);
  const cut = place === "header" ? fieldElements : between(SEPARATORS[style] ?? ",");
  // A cookie is there once, whatever explode says.
  const isRepeated = place === "query" && explode;
  return { bare: (text) => text, array: isRepeated ? undefined : cut, object: cut, paired: explode };
}

const SEPARATORS: Readonly<Record<string, string>> = { spaceDelimited: " ", pipeDelimited: "|" };

function between(separator: string): Cut {
  return (text) => text.split(separator);
}

/** RFC 9110 §5.6.1: white space around the elements of a list, and empty elements, mean nothing. */
function fieldElements(text: string): string[] {
  return text
    .split(",")
    .map((element) => element.trim())
    .filter((element) => element !== "");
}

/** `.blue.black`, `.blue,black`. */
function label(explode: boolean): Written {
  const bare = (text: string): string | undefined => (text.startsWith(".") ? text.slice(1) : undefined);
  const cut: Cut = (text) => bare(text)?.split(explode ? "." : ",");
  return { bare, array: cut, object: cut, paired: explode };
}

/** `;color=blue;color=black`, `;color=blue,black`, and of an object `;R=100;G=200`. */
function matrix(name: string, explode: boolean): Written {
  const start = `;${name}=`;
  const bare = (text: string): string | undefined =>
    text.startsWith(start) ? text.slice(start.length) : text === `;${name}` ? "" : undefined;
  if (!explode) {
    const cut: Cut = (text) => bare(text)?.split(",");
    return { bare, array: cut, object: cut, paired: false };
  }
  return {
    bare,
    array(text) {
      const parts = text.split(start);
      return parts.length > 1 && parts[0] === "" ? parts.slice(1) : undefined;
    },
    object: (text) => (text.startsWith(";") ? text.slice(1).split(";") : undefined),
    paired: true,
  };
}
