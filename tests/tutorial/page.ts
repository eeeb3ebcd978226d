// A page of the tutorial as what a reader does: files to write, commands to type, and what should be seen.
import { blocks, type Block } from "../markdown/blocks.ts";

/** One block of a page: a file, commands, or what the terminal of the service shows. */
export type Step =
  | { readonly line: number; readonly file: string; readonly text: string }
  | { readonly line: number; readonly commands: readonly Command[] }
  | { readonly line: number; readonly terminal: string };

/** A line behind "$", and what stands under it. */
export interface Command {
  readonly text: string;
  /** Empty where the page shows nothing: then anything may be seen. */
  readonly output: string;
}

/** The steps of a page in order. Throws for a block of which a reader would not know what to do with it. */
export function stepsOf(page: string): Step[] {
  return blocks(page)
    .filter(({ flags }) => !flags.includes("no-run"))
    .map(stepOf);
}

function stepOf({ language, text, line }: Block): Step {
  if (language === "console") return { line, commands: commandsOf(text) };
  if (language === "text") return { line, terminal: text.trim() };
  const [, file] = /^\/\/ (\S+)\n/.exec(text) ?? [];
  if (file === undefined) throw new Error(`line ${line}: which file is this?`);
  return { line, file, text };
}

function commandsOf(block: string): Command[] {
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [text = "", ...output] = part.split("\n");
      return { text, output: output.join("\n").trim() };
    });
}

/** Whether that was printed: "…" alone on a line stands for any number of lines, within a line for any text. */
export function fits(printed: string, shown: string): boolean {
  const lines = printed.split("\n");
  const [first = [], ...others] = sections(shown.split("\n"));
  if (!fitsAt(lines, 0, first)) return false;
  const last = others.pop();
  if (last === undefined) return lines.length === first.length;
  let from = first.length;
  for (const section of others) {
    // The first place that fits leaves the most for what follows.
    while (from <= lines.length && !fitsAt(lines, from, section)) from += 1;
    from += section.length;
  }
  const end = lines.length - last.length;
  return from <= end && fitsAt(lines, end, last);
}

/** What stands between lines that are left out. */
function sections(shown: readonly string[]): string[][] {
  const found: string[][] = [[]];
  for (const line of shown)
    if (line === "…") found.push([]);
    else found.at(-1)?.push(line);
  return found;
}

function fitsAt(lines: readonly string[], from: number, section: readonly string[]): boolean {
  return section.every((shown, index) => {
    const line = lines[from + index];
    return line !== undefined && lineFits(line, shown);
  });
}

function lineFits(line: string, shown: string): boolean {
  const escaped = shown.split("…").map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&"));
  return new RegExp(`^${escaped.join(".*")}$`).test(line);
}
