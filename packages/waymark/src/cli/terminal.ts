import { styleText } from "node:util";

export type Format = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";
/** Colours a text, or leaves it: pipes, `NO_COLOR` and `FORCE_COLOR` are heeded (https://no-color.org). */
export type Paint = (format: Format, text: string) => string;

export function painter(stream: NodeJS.WriteStream): Paint {
  return (format, text) => styleText(format, text, { stream });
}

/** Leaves every text as it is. */
export const plain: Paint = (_format, text) => text;
