/** Beside text/*, and what ends in +json, +xml, +text or +yaml: types whose bytes are text, or as repetitive as text. */
const COMPRESSIBLE: ReadonlySet<string> = new Set([
  "application/ecmascript",
  "application/graphql",
  "application/javascript",
  "application/json",
  "application/json-seq",
  "application/jsonl",
  "application/jwk-set",
  "application/ndjson",
  "application/rtf",
  "application/sql",
  "application/toml",
  "application/vnd.apple.mpegurl",
  "application/vnd.ms-fontobject",
  "application/wasm",
  "application/x-javascript",
  "application/x-ndjson",
  "application/x-sh",
  "application/x-tar",
  "application/x-www-form-urlencoded",
  "application/x-yaml",
  "application/xml",
  "application/xml-dtd",
  "application/yaml",
  "font/collection",
  "font/otf",
  "font/ttf",
  "image/bmp",
  "image/vnd.microsoft.icon",
  "image/x-icon",
]);

/**
 * Whether a media type (without parameters, in lower case) is worth compressing. Images, sound, video and archives are
 * compressed already: a second time costs and gains nothing.
 */
export function isCompressible(type: string): boolean {
  return type.startsWith("text/") || COMPRESSIBLE.has(type) || /\+(?:json|xml|text|yaml)$/.test(type);
}
