import { misuse, painter, type Paint } from "waymark/internal";
import {
  explain as explained,
  missOf,
  type AskedRequest,
  type Explanation,
  type Miss,
} from "../compile/explain.ts";
import { ConfigurationError, describeOrigin } from "../configuration-error.ts";
import type { Discovery, Service, Snapshot, Timeouts } from "../snapshot.ts";
import { CHECKED, loaded } from "./load.ts";
import type { SubCommand } from "./sub-command.ts";

export const explain: SubCommand = {
  name: "explain",
  usage: "[<method> <path>] [gateway.yaml | documents…]",
  summary: "show what happens to a request, and where that was written",
  description: [
    "Shows which operation answers a request, where it is sent, and every policy in the order in which it runs, each with the",
    "file and the line that it comes from: waymark gateway explain GET /orders/1",
    "An address in the place of the path says the host as well. Without a request: every operation by its name, for policies,",
    "aliases and logs.",
    "Exit code 0: an operation answers it; 1: none does, or the gateway has mistakes; 2: the command line could not be read.",
  ].join("\n"),
  options: {
    host: { type: "string", value: "<host>", help: "the host that the request is for" },
    header: {
      type: "string",
      short: "H",
      value: "<field>",
      multiple: true,
      help: '"api-version: 2"; may be repeated',
    },
    json: { type: "boolean", help: "the same as JSON" },
  },
  async run(given, { host, header, json }, output) {
    const [method = "", target = "", ...places] = given;
    if (method === "" || /[.:*]/.test(method)) {
      const { snapshot, mistakes } = await loaded(given, output, CHECKED);
      if (snapshot === undefined) throw new ConfigurationError(mistakes);
      output.out(listed(snapshot, json === true, painter(process.stdout)));
      return 0;
    }
    const { path, host: asked } = placeOf(target);
    if (!/^[A-Za-z]+$/.test(method) || !path.startsWith("/"))
      throw misuse(
        "waymark gateway explain takes a method, and a path or an address.",
        "waymark gateway explain GET /orders/1",
      );
    const { snapshot, mistakes } = await loaded(places, output, CHECKED);
    if (snapshot === undefined) throw new ConfigurationError(mistakes);
    const request: AskedRequest = {
      method: method.toUpperCase(),
      path,
      host: typeof host === "string" ? host : asked,
      headers: headersOf(Array.isArray(header) ? header.map(String) : []),
    };
    const explanation = explained(snapshot, request);
    if (json === true) output.out(`${JSON.stringify(explanation ?? null, null, 2)}\n`);
    else
      output.out(
        explanation === undefined
          ? missText(request, missOf(snapshot, request))
          : text(request, explanation, snapshot.consumers.length, painter(process.stdout)),
      );
    return explanation === undefined ? 1 : 0;
  },
};

/** An address as it was copied from a browser or a log says the host as well. */
function placeOf(target: string): { readonly path: string; readonly host: string | undefined } {
  const [, host, path = ""] = /^https?:\/\/([^/?#]+)([^#]*)/i.exec(target) ?? [];
  return host === undefined ? { path: target, host } : { path: path.replace(/^(?!\/)/, "/"), host };
}

/** Every operation, by service. */
function listed({ services, operations }: Snapshot, isJson: boolean, paint: Paint): string {
  const rows = operations.map(({ id, method, template, hosts, tags, choice }) => ({
    id,
    method,
    path: `${hosts?.join("|") ?? ""}${template}`,
    tags,
    version: choice === null ? null : `${choice.by} ${choice.name}: ${choice.value}`,
  }));
  if (isJson) return `${JSON.stringify(rows, null, 2)}\n`;
  const width = Math.max(0, ...rows.map(({ id }) => id.length));
  const lines = Object.values(services).flatMap(({ name, title, version, undocumented }) => [
    `${paint("bold", name)}  ${undocumented ? "without a document" : `${title} ${version}`}`,
    ...rows
      .filter((_, index) => operations[index]!.service === name)
      .map(({ id, method, path, tags, version: own }) =>
        [`  ${id.padEnd(width)}  ${method} ${path}`, own, tags.map((tag) => `#${tag}`).join(" ")]
          .filter((part) => part !== null && part !== "")
          .join("  "),
      ),
    "",
  ]);
  return lines.join("\n");
}

function missText({ method, path }: AskedRequest, { allow, versions, hosts, near }: Miss): string {
  const lines = [`No operation answers ${method} ${path}.`];
  if (allow.length > 0) lines.push(`405: there is ${allow.join(", ")}.`);
  if (versions.length > 0)
    lines.push(`It has versions there: ${versions.join(", ")}. -H or the query says which.`);
  if (hosts.length > 0) lines.push(`It is answered for ${hosts.join(", ")}: --host says which.`);
  if (near.length > 0) lines.push("There are", ...near.map((template) => `  ${template}`));
  return `${lines.join("\n")}\n`;
}

/** How the service is asked, besides where. */
function upstreamFacts({ upstream, name }: Service, consumers: number): [string, string][] {
  const { balance, breaker, health, pool, canary, concurrency, protocol } = upstream;
  if (upstream.discovery.kind === "module") return [];
  const facts: [string, string | undefined][] = [
    ["balance", balance.kind === "hash" ? `hash of ${balance.on}` : balance.kind],
    ["protocol", protocol === "http2" ? "HTTP/2" : undefined],
    [
      "canary",
      canary === null
        ? undefined
        : `${canary.weight} % to ${canary.targets.map(({ origin }) => origin).join(", ")}${canary.header === null ? "" : `, and ${canary.header.name}${canary.header.value === null ? "" : `: ${canary.header.value}`}`}`,
    ],
    [
      "breaker",
      breaker === null
        ? "none"
        : `opens for ${breaker.openFor} ms when ${breaker.failureRatio * 100} % of ${breaker.minimum} or more fail within ${breaker.window} ms`,
    ],
    [
      "health",
      [
        health.active === null ? undefined : `GET ${health.active.path} every ${health.active.interval} ms`,
        health.passive === null
          ? undefined
          : `out for ${health.passive.ejectFor} ms after ${health.passive.failures} failures in a row`,
      ]
        .filter((part) => part !== undefined)
        .join("; ") || "not watched",
    ],
    [
      "pool",
      `${pool.connections} connections a target, ${pool.waiting} may wait ${pool.waitTimeout} ms${concurrency === null ? "" : `; ${concurrency} requests to ${name} at a time`}`,
    ],
    ["consumers", consumers === 0 ? undefined : `${consumers}`],
  ];
  return facts.filter((fact): fact is [string, string] => fact[1] !== undefined);
}

function headersOf(fields: readonly string[]): Map<string, string> {
  return new Map(
    fields.map((field) => {
      const colon = field.indexOf(":");
      if (colon < 1) throw misuse(`'${field}' is no header field.`, 'Write it as "api-version: 2".');
      return [field.slice(0, colon).trim().toLowerCase(), field.slice(colon + 1).trim()];
    }),
  );
}

function text(
  request: AskedRequest,
  { operation, service, params, target, steps }: Explanation,
  consumers: number,
  paint: Paint,
): string {
  const asksForOne = operation.security.some((each) => Object.keys(each).length > 0);
  const names = Object.entries(params).map(([name, value]) => `${name} = ${value}`);
  const bound = operation.bind.map(
    ({ to, from }) =>
      `${to.in} ${to.name} ← ${"constant" in from ? JSON.stringify(from.constant) : `${from.in} ${from.name}`}`,
  );
  const facts: [string, string][] = [
    [
      "operation",
      `${operation.id}${operation.summary === null ? "" : `  ${paint("dim", operation.summary)}`}`,
    ],
    ["written at", describeOrigin(operation.origin)],
    ["path", [operation.template, ...names].join("  ")],
    ...(operation.choice === null
      ? []
      : [
          [
            "version",
            `${operation.choice.by} ${operation.choice.name}: ${operation.choice.value}${operation.choice.isDefault ? " (default)" : ""}`,
          ] as [string, string],
        ]),
    ...(bound.length === 0 ? [] : [["bind", bound.join(", ")] as [string, string]]),
    [
      "answered by",
      operation.retired ? "410: it is retired" : `${service.name}: ${whereOf(service.upstream.discovery)}`,
    ],
    ...(operation.retired ? [] : [["asked for", `${request.method} ${target}`] as [string, string]]),
    ["security", securityOf(operation)],
    ["time-outs", timeoutsText(operation.timeouts)],
    [
      "retries",
      operation.retry.attempts === 0
        ? "none"
        : `${operation.retry.attempts}, of ${operation.retry.statuses.join(", ")}`,
    ],
    ...(operation.retired ? [] : upstreamFacts(service, asksForOne ? consumers : 0)),
    ...(operation.deprecation === null
      ? []
      : [["deprecated", deprecationText(operation.deprecation)] as [string, string]]),
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  const head = facts.map(([name, value]) => `  ${paint("dim", name.padEnd(width))}  ${value}`);
  return [
    paint("bold", `${request.method} ${request.path}`),
    ...head,
    "",
    "policies",
    ...policyLines(steps, paint),
    "",
  ].join("\n");
}

function policyLines(steps: Explanation["steps"], paint: Paint): string[] {
  const rows = steps.map(({ phase, kind, options, origin, isImplied }) => [
    phase,
    kind,
    // Of a module nobody reads the digest.
    isImplied ? "" : JSON.stringify(kind === "use" ? { ...options, digest: undefined } : options),
    isImplied ? "by default" : describeOrigin(origin),
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => row[column]!.length)));
  return rows.map((row, index) => {
    const [phase, kind, options, place] = row.map((cell, column) => cell.padEnd(widths[column] ?? 0));
    return `  ${String(index + 1).padStart(2)}  ${phase}  ${kind}  ${options}  ${paint("dim", place!)}`;
  });
}

function whereOf(discovery: Discovery): string {
  switch (discovery.kind) {
    case "static":
      return discovery.targets
        .map(({ origin, weight }) => (weight === 1 ? origin : `${origin} (weight ${weight})`))
        .join(", ");
    case "dns":
      return `${discovery.record} ${discovery.name}${discovery.port === null ? "" : `:${discovery.port}`}`;
    case "file":
      return discovery.path;
    case "module":
      return `${discovery.path} in this process`;
  }
}

/** What the gateway asks for, and what the service does. */
function securityOf({ security, passedSecurity = [] }: Explanation["operation"]): string {
  if (passedSecurity.length === 0) return securityText(security);
  const passed = `${securityText(passedSecurity)}, which the service checks itself`;
  return security.length === 0 ? passed : `${securityText(security)}; ${passed}`;
}

function securityText(security: Explanation["operation"]["security"]): string {
  if (security.length === 0) return "public";
  return security
    .map(
      (each) =>
        Object.entries(each)
          .map(([name, scopes]) => (scopes.length === 0 ? name : `${name} (${scopes.join(", ")})`))
          .join(" and ") || "public",
    )
    .join(", or ");
}

function timeoutsText({ connect, firstByte, idle, total }: Timeouts): string {
  const parts = [`connect ${connect} ms`, `first byte ${firstByte} ms`, `idle ${idle} ms`];
  return total === null ? parts.join(", ") : [...parts, `total ${total} ms`].join(", ");
}

function deprecationText({
  since,
  sunset,
  successor,
}: NonNullable<Explanation["operation"]["deprecation"]>): string {
  const parts = [
    since === null ? undefined : `since ${new Date(since * 1000).toISOString().slice(0, 10)}`,
    sunset === null ? undefined : `until ${sunset}`,
    successor === null ? undefined : `use ${successor}`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? "yes" : parts.join(", ");
}
