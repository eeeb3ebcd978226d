import { relative } from "node:path";
import { CliError, misuse, onStopSignal, painter, watchFiles, type Paint } from "waymark/internal";
import { isModule } from "../config/load-config.ts";
import type { LoadedGateway } from "../config/load-gateway.ts";
import { ConfigurationError, describeMistake } from "../configuration-error.ts";
import { TlsFileError, tlsFiles } from "../listen-tls.ts";
import { reportTo } from "../observe/operator-log.ts";
import { tracedIfProvided } from "../observe/traced.ts";
import { runGateway, type RunningGateway } from "../run-gateway.ts";
import type { Snapshot } from "../snapshot.ts";
import { flushTraces } from "./flush-traces.ts";
import { loadedApart, type Reloaded } from "./load-apart.ts";
import { loadedToRun } from "./load.ts";
import { startLog, type StartLog } from "./start-log.ts";
import type { Output, SubCommand, SubValues } from "./sub-command.ts";

/** `waymark gateway` without a further word: runs it, and takes changes of its files into service. */
export const start: SubCommand = {
  name: "",
  usage: "[gateway.yaml | documents…]",
  summary: "run the gateway",
  description: [
    "Runs the gateway of gateway.yaml in this folder, of the configuration that is named, or of OpenAPI documents alone.",
    "A change of a file that it was made of is taken into service without dropping a request; one with a mistake is not,",
    "and the mistake is told. SIGHUP reads everything again. SIGTERM and SIGINT stop it when its requests are answered.",
  ].join("\n"),
  options: {
    port: {
      type: "string",
      short: "p",
      value: "<number>",
      help: "instead of listen.port; 0 takes a free one",
    },
    host: { type: "string", value: "<address>", help: "instead of listen.host" },
    admin: {
      type: "string",
      value: "<port>",
      help: "metrics and the status page on this port of this machine",
    },
    "drain-time": {
      type: "string",
      value: "<seconds>",
      help: "answer new requests so long at a stop (default 0)",
    },
    "no-watch": { type: "boolean", help: "leave changes of files to SIGHUP" },
  },
  async run(places, values, output) {
    const made = await loadedToRun(places, output);
    const paint = painter(process.stderr);
    const port = portOf(values["port"], "--port");
    const adminPort = portOf(values["admin"], "--admin");
    const withAdmin = (snapshot: Snapshot): Snapshot =>
      adminPort === undefined
        ? snapshot
        : {
            ...snapshot,
            gateway: {
              ...snapshot.gateway,
              admin: { ...(snapshot.gateway.admin ?? { host: "127.0.0.1" }), port: adminPort },
            },
          };
    const { host } = values;
    const log = startLog(paint);
    const snapshot = withAdmin(snapshotOf(made));
    const running = await runGateway(snapshot, {
      folder: made.folder,
      signals: false,
      report: reportTo(log.tell),
      watchers: await tracedIfProvided(),
      drainTime: secondsOf(values["drain-time"]) * 1000,
      ...(port !== undefined && { port }),
      ...(typeof host === "string" && { host }),
    }).catch((error: unknown) => {
      throw explained(error, snapshot.gateway.admin?.port);
    });
    log.mistakes(made.warnings, "warning");
    const reloading = new Reloading(running, places, output, made, withAdmin, log);
    if (values["no-watch"] !== true) reloading.watch();
    process.on("SIGHUP", () => reloading.reload("SIGHUP"));
    onStopSignal(async () => {
      reloading.close();
      await running.close();
      await flushTraces();
    });
    // Who reads it may change a file, or send a signal, at once.
    output.out(greeting(running, painter(process.stdout)));
    return undefined;
  },
};

/** Throws a `ConfigurationError` with all that is wrong. */
function snapshotOf({ snapshot, mistakes }: Pick<LoadedGateway, "snapshot" | "mistakes">): Snapshot {
  if (snapshot === undefined) throw new ConfigurationError(mistakes);
  return snapshot;
}

/** Takes changes into service, one after the other; the last one counts. */
class Reloading {
  readonly #running: RunningGateway;
  readonly #places: readonly string[];
  readonly #output: Output;
  readonly #withAdmin: (snapshot: Snapshot) => Snapshot;
  readonly #log: StartLog;
  readonly #files: ReturnType<typeof watchFiles>;
  #made: Reloaded;
  #before: Promise<void> = Promise.resolve();
  #isWatching = false;

  constructor(
    running: RunningGateway,
    places: readonly string[],
    output: Output,
    made: LoadedGateway,
    withAdmin: (snapshot: Snapshot) => Snapshot,
    log: StartLog,
  ) {
    this.#running = running;
    this.#places = places;
    this.#output = output;
    this.#made = made;
    this.#withAdmin = withAdmin;
    this.#log = log;
    this.#files = watchFiles(
      (paths) => this.#changed(paths),
      (error) => this.#warn(`Files cannot be watched: ${String(error)}. SIGHUP reads them again.`),
    );
  }

  watch(): void {
    this.#isWatching = true;
    const { files, snapshot, folder } = this.#made;
    // Certificates are renewed while it runs.
    this.#files.only([
      ...files,
      ...(snapshot === undefined ? [] : tlsFiles(snapshot.gateway.listen, folder)),
    ]);
  }
  close(): void {
    this.#files.close();
  }

  reload(reason: string): void {
    this.#before = this.#before.then(() => this.#reload(reason));
  }

  #changed(paths: readonly string[]): void {
    const names = paths.map((path) => relative(this.#output.directory, path)).join(", ");
    if (paths.every((path) => this.#isKept(path)))
      return this.#warn(`${names} changed: code is taken at the next start.`);
    this.reload(names);
  }

  /** What Node has imported stays imported: of an application, half of the code would be the old one. */
  #isKept(path: string): boolean {
    return isModule(path) && !/gateway\.config\.[cm]?[jt]s$/.test(path) && !this.#made.modules.includes(path);
  }

  async #reload(reason: string): Promise<void> {
    try {
      const made = await loadedApart(this.#places, this.#output);
      await this.#running.use(this.#withAdmin(snapshotOf(made)));
      this.#made = made;
      if (this.#isWatching) this.watch();
      this.#log.mistakes(made.warnings, "warning");
      const count = made.snapshot?.operations.length ?? 0;
      this.#log.taken(`${reason}, ${count} operations, snapshot ${this.#running.snapshot.hash.slice(0, 12)}`);
    } catch (error) {
      this.#refuse(error, reason);
    }
  }

  #refuse(error: unknown, reason: string): void {
    if (error instanceof ConfigurationError) {
      this.#log.mistakes(error.mistakes, "error");
      this.#running.refuse(error.mistakes.map(describeMistake).join("\n"));
    } else {
      const message = error instanceof Error ? error.message : String(error);
      this.#running.refuse(message);
      this.#log.tell({ level: "error", message: `${reason} cannot be taken`, error });
    }
    this.#warn(`${reason} is not taken: the gateway runs what it ran before.`);
  }

  #warn(text: string): void {
    this.#log.tell({ level: "warn", message: text });
  }
}

/** What the command line can do about it, in its own words. */
function explained(error: unknown, adminPort: number | undefined): unknown {
  if (error instanceof TlsFileError) return new CliError(`${error.message}.`);
  const { code, message, cause } = error as {
    readonly code?: unknown;
    readonly message: string;
    readonly cause?: { readonly port?: number };
  };
  if (code !== "EADDRINUSE" && code !== "EACCES") return error;
  const [what] = message.split(". ", 1);
  const port = cause?.port ?? 0;
  const [option, key] = port === adminPort ? ["--admin", "admin.port"] : ["--port", "listen.port"];
  const other = code === "EACCES" ? 8080 : port + 1;
  return new CliError(
    `${what!}.`,
    `Choose another one by ${option} ${other}, or by \`${key}\`; ${option} 0 takes a free one.`,
  );
}

function greeting({ url, adminUrl, snapshot }: RunningGateway, paint: Paint): string {
  const { operations, services, gateway } = snapshot;
  const count = Object.keys(services).length;
  const rows: [string, string][] = [
    [
      "Gateway",
      `${url}  ${paint("dim", `${counted(operations.length, "operation")} of ${counted(count, "service")}`)}`,
    ],
  ];
  if (gateway.docs !== null)
    rows.push(["Docs", url + gateway.docs.ui], ["Document", url + gateway.docs.document]);
  if (adminUrl !== undefined) rows.push(["Status", adminUrl], ["Metrics", `${adminUrl}/metrics`]);
  return `\n${rows.map(([name, text]) => `  ${paint("bold", name.padEnd(9))} ${text}`).join("\n")}\n\n`;
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

function portOf(value: SubValues[string], option: string): number | undefined {
  if (value === undefined) return undefined;
  const port = Number(value);
  if (typeof value === "string" && /^\d{1,5}$/.test(value) && port <= 65_535) return port;
  throw misuse(
    `${option} takes a port between 0 and 65535, not '${String(value)}'.`,
    `Write ${option} 8080.`,
  );
}

function secondsOf(value: SubValues[string]): number {
  if (value === undefined) return 0;
  const seconds = Number(value);
  if (typeof value === "string" && value !== "" && seconds >= 0 && seconds < 3600) return seconds;
  throw misuse(`--drain-time takes seconds, not '${shownValue(value)}'.`, "Write --drain-time 5.");
}

function shownValue(value: SubValues[string]): string {
  return typeof value === "string" ? value : "";
}
