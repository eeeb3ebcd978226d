/** Between a small letter or digit and a capital, and before the last capital of a run: `parseHTTPUrl`. */
const HUMP = /(?<=[\p{Ll}\d])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;
const BETWEEN_WORDS = /[^\p{L}\p{N}]+/u;

/** A name of code as a heading: `readProduct`, `read_product` and `read-product` are all "Read Product". */
export function titleCase(name: string): string {
  return name
    .split(BETWEEN_WORDS)
    .flatMap((part) => part.split(HUMP))
    .filter((word) => word !== "")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(" ");
}

/** The same as one word, for a component's name: "ReadProduct". */
export function pascalCase(name: string): string {
  return titleCase(name).replaceAll(" ", "");
}
