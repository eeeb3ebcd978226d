import { pino, type Logger as Pino } from "pino";

export interface Entry extends Record<string, unknown> {
  readonly level: number | string;
  readonly msg: string;
}

/** A pino that keeps what it writes. */
export function keptPino(): { readonly logger: Pino; readonly entries: Entry[]; text(): string } {
  const lines: string[] = [];
  const entries: Entry[] = [];
  const logger = pino(
    { level: "debug" },
    {
      write(line: string) {
        lines.push(line);
        entries.push(JSON.parse(line) as Entry);
      },
    },
  );
  return { logger, entries, text: () => lines.join("") };
}

/** What takes lines, as `console` does, and keeps them. */
export class KeptLines {
  readonly lines: [level: string, line: string][] = [];
  readonly error = (line: string): void => void this.lines.push(["error", line]);
  readonly warn = (line: string): void => void this.lines.push(["warn", line]);
  readonly info = (line: string): void => void this.lines.push(["info", line]);
  readonly debug = (line: string): void => void this.lines.push(["debug", line]);

  get entries(): Entry[] {
    return this.lines.map(([, line]) => JSON.parse(line) as Entry);
  }
}
