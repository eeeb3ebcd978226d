// Markdown tables.

/** The first column is text, the others are figures. */
export function table(head, rows) {
  const lines = [head, head.map((_, at) => (at === 0 ? "---" : "---:")), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

export const fixed = (value, digits = 2) =>
  value === undefined || Number.isNaN(value) ? "–" : value.toFixed(digits);
/** Requests a second as thousands, with the spread. */
export const thousands = ({ median, min, max }) =>
  `${fixed(median / 1000, 1)} (${fixed(min / 1000, 1)}–${fixed(max / 1000, 1)})`;
export const ratio = ({ median, min, max }) => `**${fixed(median)}** (${fixed(min)}–${fixed(max)})`;
