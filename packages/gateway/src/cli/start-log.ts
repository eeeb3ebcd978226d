import type { Paint } from "waymark/internal";
import { describeOrigin, type Mistake } from "../configuration-error.ts";
import { operatorLog, type Tell } from "../observe/operator-log.ts";
import { mistakesText } from "./mistakes-text.ts";

/** What a gateway that runs tells beside its access log, on standard error: to people on a terminal, to machines elsewhere. */
export interface StartLog {
  readonly tell: Tell;
  mistakes(mistakes: readonly Mistake[], kind: "error" | "warning"): void;
  /** A change is in service. */
  taken(what: string): void;
}

export function startLog(paint: Paint, isTerminal: boolean = process.stderr.isTTY): StartLog {
  const tell = operatorLog({ format: isTerminal ? "text" : "json" });
  if (!isTerminal)
    return {
      tell,
      mistakes(mistakes, kind) {
        for (const { code, message, remedy, origin } of mistakes)
          tell({
            level: kind === "error" ? "error" : "warn",
            message,
            fields: { code, ...(origin !== null && { place: describeOrigin(origin) }), remedy },
          });
      },
      taken: (what) => tell({ level: "info", message: `taken: ${what}` }),
    };
  const write = (text: string): void => {
    if (text !== "") process.stderr.write(text);
  };
  return {
    tell,
    mistakes: (mistakes, kind) => write(mistakesText(mistakes, kind, paint)),
    taken: (what) => write(`${paint("green", "taken:")} ${what}\n`),
  };
}
