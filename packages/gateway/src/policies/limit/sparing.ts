/** Milliseconds between two lines about one thing. */
const EACH = 10_000;

/** What may go wrong at every request is told now and then, with how often it was since. */
export function sparing(
  report: (problem: string) => void,
  now: () => number = () => performance.now(),
): (problem: string) => void {
  let next = Number.NEGATIVE_INFINITY;
  let untold = 0;
  return (problem) => {
    const time = now();
    if (time < next) {
      untold++;
      return;
    }
    next = time + EACH;
    report(untold === 0 ? problem : `${problem} (and ${untold} times since that was last said)`);
    untold = 0;
  };
}
