/** Has bytes to write. */
export interface Writing {
  flush(): void;
}

/** Milliseconds that a write may wait for others. */
const LONGEST_WAIT = 1;

let waiting: Writing[] = [];
let since = 0;
let isDue = false;

/**
 * Has something written when all that has arrived is read: at the end of this turn of the event loop, or after a
 * millisecond where the turn is a long one.
 *
 * A write wakes whoever waits for it. Writes with work between them each find their reader asleep again, and waking it costs
 * more than the write; in a row, one wake-up serves many.
 */
export function writeAtEndOfTurn(writing: Writing): void {
  if (waiting.push(writing) === 1) since = performance.now();
  else if (performance.now() - since > LONGEST_WAIT) return writeAll();
  if (isDue) return;
  isDue = true;
  setImmediate(endTurn);
}

function endTurn(): void {
  isDue = false;
  writeAll();
}

function writeAll(): void {
  const writings = waiting;
  waiting = [];
  for (const writing of writings) writing.flush();
}
