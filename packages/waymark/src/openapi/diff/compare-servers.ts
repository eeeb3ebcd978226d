import { canonicalText } from "../canonical-text.ts";
import type { Findings, Place } from "./findings.ts";
import { match, type Operation } from "./operations.ts";
import type { Source, Spot } from "./source.ts";

type Server = readonly [url: string, spot: Spot | undefined];

/** The servers of the documents, once, and not at every operation. */
export function compareDocumentServers(
  before: Source,
  after: Source,
  place: Place,
  findings: Findings,
): void {
  compareServers(serversOf(before.root), serversOf(after.root), after.root, place, findings);
}

/** Servers of an operation or its path, where one of the two says something other than its document. */
export function compareOperationServers(
  before: Operation,
  after: Operation,
  place: Place,
  findings: Findings,
): void {
  const [was, is] = [ownServers(before), ownServers(after)];
  if (was === undefined && is === undefined) return;
  compareServers(
    was ?? serversOf(before.spot.source.root),
    is ?? serversOf(after.spot.source.root),
    after.spot,
    place,
    findings,
  );
}

function ownServers({ spot, item }: Operation): Server[] | undefined {
  if (spot.at("servers") !== undefined) return serversOf(spot);
  return item?.at("servers") === undefined ? undefined : serversOf(item);
}

/** Without any there is one: where the document comes from. */
function serversOf(spot: Spot): Server[] {
  const servers = (spot.at("servers")?.items() ?? []).map((each): Server => [each.text("url") ?? "/", each]);
  return servers.length === 0 ? [["/", undefined]] : servers;
}

function compareServers(
  before: readonly Server[],
  after: readonly Server[],
  owner: Spot,
  place: Place,
  findings: Findings,
): void {
  const { pairs, removed, added } = match(before, after, ([url]) => url.replace(/(?<=.)\/$/, ""));
  for (const [[url, old], [, now]] of pairs)
    if (old !== undefined && now !== undefined) compareServer(old, now, place.in(`server ${url}`), findings);
  for (const [url, spot] of removed)
    findings.add(place.in(`server ${url}`), "server-removed", {
      spot: spot ?? owner,
      before: url,
      message: `the server ${url} is gone`,
    });
  for (const [url, spot] of added)
    findings.add(place.in(`server ${url}`), "server-added", {
      spot: spot ?? owner,
      after: url,
      message: `the server ${url} is new`,
    });
}

function compareServer(before: Spot, after: Spot, place: Place, findings: Findings): void {
  if (before.text("description") !== after.text("description"))
    findings.add(place, "description-changed", { spot: after, message: "the description changed" });
  const was = new Map(before.at("variables")?.members());
  for (const [name, now] of after.at("variables")?.members() ?? []) {
    const old = was.get(name);
    if (old === undefined) continue;
    const [from, to] = [old.text("default"), now.text("default")];
    if (from !== to) {
      const message = `the default of {${name}} was ${from}, and is ${to}`;
      findings.add(place, "server-changed", { spot: now, before: from, after: to, message });
    }
    const [values, others] = [old, now].map((each) =>
      each
        .at("enum")
        ?.raw()
        .map(({ value }) => textOf(value)),
    );
    const gone =
      others === undefined ? [] : (values ?? ["anything"]).filter((value) => !others.includes(value));
    const fresh =
      values === undefined ? [] : (others ?? ["anything"]).filter((value) => !values.includes(value));
    for (const value of gone)
      findings.add(place, "server-changed", {
        spot: now,
        before: value,
        message: `{${name}} cannot be ${value} any more`,
      });
    for (const value of fresh)
      findings.add(place, "server-changed", {
        spot: now,
        after: value,
        message: `{${name}} can be ${value} now`,
        kind: "compatible",
      });
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : canonicalText(value);
}
