import { bodyText } from "./body-text.ts";
import { ClientError } from "./client-error.ts";
import type { Deadline } from "./deadline.ts";
import type { WrittenRequest } from "./write-request.ts";

/** The values of a stream of JSON lines, as they come. */
export async function* jsonLines(
  response: Response,
  request: WrittenRequest,
  deadline: Deadline,
): AsyncGenerator<unknown, void> {
  const parse = (line: string): unknown => {
    try {
      return JSON.parse(line);
    } catch (cause) {
      throw new ClientError("reply", request, "sent a line that is not JSON", { response, cause });
    }
  };
  // Kept in pieces: a long line that comes in many would be copied at each.
  let rest: string[] = [];
  try {
    for await (const piece of bodyText(response, request, deadline)) {
      const lines = piece.split("\n");
      rest.push(lines[0]!);
      for (let i = 1; i < lines.length; i++) {
        const line = rest.join("");
        rest = [lines[i]!];
        if (line.trim() !== "") yield parse(line);
      }
    }
    const last = rest.join("");
    if (last.trim() !== "") yield parse(last);
  } finally {
    deadline.release();
  }
}
