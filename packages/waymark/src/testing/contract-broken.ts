import type { FuzzFinding, FuzzReport } from "./fuzz-options.ts";

/** An application does not do what its document says. */
export class ContractBroken extends Error {
  override readonly name = "ContractBroken";
  readonly report: FuzzReport;

  /** @internal */
  constructor(report: FuzzReport) {
    const { findings, operations, cases } = report;
    const count = findings.length === 1 ? "1 finding" : `${findings.length} findings`;
    super(
      [`${count} in ${cases} requests to ${operations.length} operations`, ...findings.map(shown)].join(
        "\n\n",
      ),
      { cause: findings.find(({ cause }) => cause !== undefined)?.cause },
    );
    this.report = report;
  }
}

function shown({
  check,
  operation,
  operationId,
  message,
  request,
  reply,
  seed,
  path,
  cause,
}: FuzzFinding): string {
  const again = `fuzzContract(app, { only: ${JSON.stringify(operationId)}, seed: ${seed}, path: ${JSON.stringify(path)} })`;
  const lines = [
    `${check}: ${operation}`,
    `  ${message}`,
    `  ${request}`,
    `  ${reply}`,
    ...(cause === undefined ? [] : [`  ${stackOf(cause)}`]),
    `  again: ${again}`,
  ];
  return lines.join("\n");
}

function stackOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return (cause.stack ?? cause.message).split("\n").slice(0, 4).join("\n  ");
}
