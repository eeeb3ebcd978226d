/**
 * Lets a page load what this origin serves and nothing else; scripts come from files alone. Both interfaces write style
 * elements, draw `data:` images, and ReDoc searches in a worker made from a blob.
 */
export function contentSecurityPolicy(connect: readonly string[] = []): string {
  return [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "worker-src 'self' blob:",
    ["connect-src 'self'", ...connect].join(" "),
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
  ].join("; ");
}

/** The origin of an absolute http(s) address; undefined for anything else, a template of one included. */
export function originOf(url: string): string | undefined {
  if (!/^https?:\/\/[^{}\s;,'"]+$/i.test(url) || !URL.canParse(url)) return undefined;
  return new URL(url).origin;
}
