import type { Paint } from "waymark/internal";
import { describeOrigin, type Mistake } from "../configuration-error.ts";

/** Mistakes and warnings as people read them: where, what, and what to do. */
export function mistakesText(mistakes: readonly Mistake[], kind: "error" | "warning", paint: Paint): string {
  const colour = kind === "error" ? "red" : "yellow";
  return mistakes
    .toSorted(byPlace)
    .map(({ code, message, remedy, origin }) => {
      const place = origin === null ? "" : ` ${paint("bold", describeOrigin(origin))}`;
      return `${paint(colour, `${kind}:`)}${place}\n  ${message}\n  ${paint("green", "→")} ${remedy}${paint("dim", `  [${code}]`)}\n`;
    })
    .join("\n");
}

function byPlace({ origin: a }: Mistake, { origin: b }: Mistake): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  return a.file === b.file ? (a.line ?? 0) - (b.line ?? 0) : a.file < b.file ? -1 : 1;
}
