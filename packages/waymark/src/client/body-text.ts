import { unlessAborted, type Deadline } from "./deadline.ts";
import { failure } from "./send.ts";
import type { WrittenRequest } from "./write-request.ts";

/** A reply's text as it comes. Whoever stops iterating cancels it. Throws a `ClientError` when the connection breaks. */
export async function* bodyText(
  response: Response,
  request: WrittenRequest,
  deadline: Deadline,
): AsyncGenerator<string, void> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  const decoder = new TextDecoder();
  let isDone = false;
  try {
    for (;;) {
      const { done, value } = await unlessAborted(reader.read(), deadline.signal);
      if (done) break;
      yield decoder.decode(value, { stream: true });
    }
    isDone = true;
    const last = decoder.decode();
    if (last !== "") yield last;
  } catch (error) {
    throw failure(request, deadline, error);
  } finally {
    if (!isDone) reader.cancel().catch(() => undefined);
  }
}
