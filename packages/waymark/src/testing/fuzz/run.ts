import fc from "fast-check";
import type { OpenApiDocument } from "../../openapi/document.ts";
import { Faults } from "../faults.ts";
import type { FuzzedApp } from "../fuzzed-app.ts";
import type {
  CheckName,
  FuzzedOperation,
  FuzzFinding,
  FuzzOptions,
  FuzzReport,
  FuzzSkip,
} from "../fuzz-options.ts";
import { retain } from "../retain.ts";
import { sendInProcess } from "../send.ts";
import { within } from "../within.ts";
import { Arbitraries } from "./arbitraries.ts";
import { casesOf } from "./cases.ts";
import { neededFor, withCredentials, type Needed } from "./credentials.ts";
import { curlOf, replyText } from "./curl.ts";
import { Unwritable, type Draft } from "./draft.ts";
import { Judge, type Verdict } from "./judge.ts";
import { isNamed, operationsOf, socketSkips, type FuzzOperation } from "./operations.ts";
import { answersInStreams, receive, type Received } from "./received.ts";
import type { CaseGroup, Making } from "./subject.ts";
import { Validator } from "./validator.ts";
import { Violations } from "./violations.ts";
import { writeDraft, type Written } from "./write-draft.ts";

/** Tries that end in nothing, for each that is asked for. */
const MOST_SKIPS = 60;
/** Requests that are spent on making a failure smaller. */
const MOST_SHRINKS = 300;

/** Milliseconds that streams are followed: the first of an operation, and the others. */
const [FOLLOWED, HURRIED, PATIENT] = [20, 2, 5];

/** Asks every operation; see `fuzzContract`. */
export async function fuzz(app: FuzzedApp, options: FuzzOptions): Promise<FuzzReport> {
  const document = options.document ?? app.openapi();
  const operations = operationsOf(document, app, options);
  const retained = await retain(app);
  try {
    const fuzzer = new Fuzzer(app, document, options);
    for (const operation of operations) await fuzzer.ask(operation);
    return fuzzer.report(socketSkips(document, options));
  } finally {
    await retained.release();
  }
}

/** Thrown where a reply is not as it should be, so that the smallest request with such a reply is found. */
class Broken extends Error {
  readonly verdict: Verdict;
  /** Without its secrets. */
  readonly shown: Written;
  readonly received: Received | undefined;
  constructor(verdict: Verdict, shown: Written, received: Received | undefined) {
    super(verdict.message);
    this.verdict = verdict;
    this.shown = shown;
    this.received = received;
  }
}

class Fuzzer {
  readonly #app: FuzzedApp;
  readonly #document: OpenApiDocument;
  readonly #options: FuzzOptions;
  readonly #seed: number;
  readonly #base: URL;
  readonly #making: Making;
  readonly #judge: Judge;
  readonly #operations: FuzzedOperation[] = [];
  readonly #findings: FuzzFinding[] = [];
  readonly #skipped: FuzzSkip[] = [];

  constructor(app: FuzzedApp, document: OpenApiDocument, options: FuzzOptions) {
    this.#app = app;
    this.#document = document;
    this.#options = options;
    this.#seed = options.seed ?? Math.floor(Math.random() * 2 ** 31);
    this.#base = new URL(options.baseUrl ?? "http://localhost");
    const validator = new Validator(document);
    const arbitraries = new Arbitraries(document, validator);
    const violations = new Violations(document, validator, arbitraries);
    this.#making = {
      document,
      validator,
      arbitraries,
      violations,
      values: options.values,
      fixed: options.fixed ?? {},
      skipped: this.#skipped,
    };
    this.#judge = new Judge(document, validator, options.undocumented);
  }

  report(skipped: readonly FuzzSkip[]): FuzzReport {
    return {
      seed: this.#seed,
      operations: this.#operations,
      cases: this.#operations.reduce((sum, { valid, invalid }) => sum + valid + invalid, 0),
      findings: this.#findings,
      skipped: [...this.#skipped, ...skipped],
    };
  }

  async ask(operation: FuzzOperation): Promise<void> {
    const needed = neededFor(operation, this.#options);
    if (needed.schemes === undefined)
      this.#skip(
        operation,
        "credentials",
        "none are given that it takes: every request is one of a stranger",
      );
    const hasCredentials = needed.isRequired && needed.schemes !== undefined;
    const groups = casesOf(operation, this.#making, hasCredentials);
    if (groups.length === 0) return;
    const counting = new Counting(operation);
    const { runs = 100, path } = this.#options;
    const wrong = groups.length - 1;
    const half = wrong === 0 ? runs : Math.ceil(runs / 2);
    for (const group of groups) {
      if (path !== undefined && !path.startsWith(`${group.name}#`)) continue;
      const numRuns = group.isValid ? half : Math.max(1, Math.ceil((runs - half) / wrong));
      await this.#askGroup(operation, group, numRuns, needed, counting);
    }
    this.#operations.push(counting.result());
  }

  async #askGroup(
    operation: FuzzOperation,
    group: CaseGroup,
    numRuns: number,
    needed: Needed,
    counting: Counting,
  ): Promise<void> {
    let found: CheckName | undefined;
    const before = this.#findings.filter((finding) => finding.operation === operation.label);
    let shrinks = 0;
    const isStream = answersInStreams(operation);
    const schemes = needed.schemes ?? [];
    const property = fc.asyncProperty(group.drafts, async (draft) => {
      const written = this.#written(operation, group, draft);
      fc.pre(written !== undefined);
      if (found !== undefined && ++shrinks > MOST_SHRINKS) return;
      const sent = draft.hasCredentials
        ? await withCredentials(written!, schemes, this.#document, this.#options.credentials ?? {})
        : written!;
      const followed = counting.total < PATIENT ? FOLLOWED : HURRIED;
      // A stream may wait for its first item before it begins.
      const timeout = isStream ? 5 * followed : (this.#options.timeout ?? 5000);
      const received = await this.#send(sent, timeout, followed);
      if (found === undefined) counting.count(group, received);
      if (received === undefined && isStream) return;
      const verdicts = received === undefined ? [NO_REPLY] : this.#judge.verdicts(operation, group, received);
      const verdict = verdicts.find(
        ({ check, message }) =>
          (found === undefined || check === found) &&
          !this.#isKnown(operation, check) &&
          // Told once, however many kinds of requests show it.
          !before.some((finding) => finding.check === check && finding.message === message),
      );
      if (verdict === undefined) return;
      found = verdict.check;
      const masked = draft.hasCredentials
        ? await withCredentials(written!, schemes, this.#document, HIDDEN)
        : written!;
      throw new Broken(verdict, masked, received);
    });
    const { path } = this.#options;
    const replay = path === undefined ? {} : { path: path.slice(group.name.length + 1) };
    const result = await fc.check(property, {
      seed: this.#seed,
      numRuns,
      maxSkipsPerRun: MOST_SKIPS,
      ...replay,
    });
    if (!result.failed) return;
    const { errorInstance: error, counterexamplePath } = result;
    if (error instanceof Broken)
      this.#findings.push(await this.#findingOf(operation, group, error, counterexamplePath ?? ""));
    else if (error !== null && error !== undefined) throw error;
    else if (group.isValid)
      this.#skip(
        operation,
        "valid requests",
        "what is made up for the schemas is not what they say: give some with 'values'",
      );
  }

  #written(operation: FuzzOperation, group: CaseGroup, draft: Draft): Written | undefined {
    try {
      return group.holds(draft) ? writeDraft(operation, draft) : undefined;
    } catch (error) {
      if (error instanceof Unwritable) return undefined;
      throw error;
    }
  }

  async #send(
    { method, target, headers, body }: Written,
    timeout: number,
    followed: number,
  ): Promise<Received | undefined> {
    const { headers: shared = {}, remoteAddress } = this.#options;
    const fields = new Headers(shared);
    for (const [name, value] of headers) fields.append(name, value);
    const faults = new Faults();
    const gone = new AbortController();
    const request = {
      headers: fields,
      scheme: this.#base.protocol === "https:" ? ("https" as const) : ("http" as const),
      host: this.#base.host,
      signal: gone.signal,
      ...(body === undefined ? {} : { body }),
      ...(remoteAddress === undefined
        ? {}
        : { remoteAddress: typeof remoteAddress === "function" ? remoteAddress() : remoteAddress }),
    };
    try {
      const asked = sendInProcess(this.#app, `${method} ${target}`, request, faults).then((response) =>
        receive(response, faults.first, followed),
      );
      asked.catch(() => undefined);
      return await within(timeout, LATE, asked);
    } catch (error) {
      gone.abort();
      if (error instanceof Error && error.message.startsWith(LATE)) return undefined;
      throw error;
    }
  }

  #isKnown(operation: FuzzOperation, check: CheckName): boolean {
    return (this.#options.ignore ?? []).some(
      (known) =>
        known.check === check && (known.operation === undefined || isNamed(operation, known.operation)),
    );
  }

  async #findingOf(
    operation: FuzzOperation,
    group: CaseGroup,
    { verdict, shown, received }: Broken,
    path: string,
  ): Promise<FuzzFinding> {
    return {
      ...verdict,
      operation: operation.label,
      operationId: operation.operation.operationId,
      request: await curlOf(shown, this.#base.origin),
      reply: received === undefined ? "no reply" : replyText(received),
      seed: this.#seed,
      path: `${group.name}#${path}`,
      ...(received?.fault === undefined ? {} : { cause: received.fault }),
    };
  }

  #skip({ label }: FuzzOperation, what: string, why: string): void {
    this.#skipped.push({ operation: label, what, why });
  }
}

/** What stands for every credential where people read it. */
const HIDDEN: Readonly<Record<string, string>> = new Proxy({}, { get: () => "…" });

const LATE = "no reply came";
const NO_REPLY: Verdict = { check: "no-reply", message: "no reply came in time" };

/** What was asked of one operation. */
class Counting {
  readonly #operation: FuzzOperation;
  readonly #violations = new Set<string>();
  readonly #statuses: Record<number, number> = {};
  #valid = 0;
  #invalid = 0;

  constructor(operation: FuzzOperation) {
    this.#operation = operation;
  }

  count({ isValid, name }: CaseGroup, received: Received | undefined): void {
    if (isValid) this.#valid++;
    else {
      this.#invalid++;
      this.#violations.add(name);
    }
    const { status } = received ?? { status: 0 };
    this.#statuses[status] = (this.#statuses[status] ?? 0) + 1;
  }

  /** Cases so far. */
  get total(): number {
    return this.#valid + this.#invalid;
  }

  result(): FuzzedOperation {
    return {
      operation: this.#operation.label,
      operationId: this.#operation.operation.operationId,
      valid: this.#valid,
      invalid: this.#invalid,
      violations: [...this.#violations],
      statuses: this.#statuses,
    };
  }
}
