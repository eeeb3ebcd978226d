/**
 * The way from one path of an application to another, as a relative reference: it holds whatever prefix a proxy takes
 * away, which an absolute path would not.
 */
export function relativeUrl(from: string, to: string): string {
  const here = from.split("/").slice(1, -1);
  const there = to.split("/").slice(1);
  let common = 0;
  while (common < here.length && common < there.length - 1 && here[common] === there[common]) common++;
  const up = "../".repeat(here.length - common);
  const down = there.slice(common).map(encodeURIComponent).join("/");
  // "./" where an empty reference would mean this page.
  return up + down || "./";
}
