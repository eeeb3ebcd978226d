import type { Spot } from "../documents/spot.ts";
import * as wrong from "../mistakes.ts";
import type { Findings } from "../findings.ts";
import type { GatewaySettings, Operation, Service } from "../snapshot.ts";

/** What the listener cannot be, and what operations ask of it in vain. */
export function tellListen(
  { listen }: GatewaySettings,
  services: Readonly<Record<string, Service>>,
  operations: readonly Operation[],
  root: Spot,
  findings: Findings,
): void {
  const spot = root.get("listen");
  const { tls, http2 } = listen;
  if (http2 === true && tls === undefined)
    findings.mistake(wrong.http2WithoutTls(), spot.get("http2").origin);
  if (tls?.clientCertificates === "require" && tls.clientCa === null)
    findings.mistake(wrong.requireWithoutCa(), spot.get("tls").get("clientCertificates").origin);
  if (tls?.clientCertificates === null && tls.clientCa !== null)
    findings.mistake(wrong.nobodyIsAsked(), spot.get("tls").get("clientCa").origin);
  if ((tls?.clientCertificates ?? null) === null) tellSchemes(services, operations, findings);
}

/** Each scheme once, where it is first asked for. */
function tellSchemes(
  services: Readonly<Record<string, Service>>,
  operations: readonly Operation[],
  findings: Findings,
): void {
  const told = new Set<string>();
  for (const { service, security, origin } of operations)
    for (const name of security.flatMap((each) => Object.keys(each))) {
      const key = `${service}/${name}`;
      if (services[service]?.securitySchemes[name]?.kind !== "clientCertificate" || told.has(key)) continue;
      told.add(key);
      findings.mistake(wrong.noClientCertificates(name, service), origin);
    }
}
