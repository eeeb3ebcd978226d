import { isAddress } from "../documents/resolve-file.ts";
import { hasHost, isInsideHost } from "../inside-network.ts";
import type { ServiceReading } from "./service-reading.ts";

/**
 * Whether a document from the network leads the gateway to this machine or its network, where the document's authors have
 * no business: its own host aside, that has to be allowed by name.
 */
export function leadsInside(url: URL, reading: ServiceReading): boolean {
  return isAddress(reading.root.document.main.base) && isForeign(url, reading);
}

/**
 * The same of the addresses that keys are fetched from, for documents from anywhere: a file may be a team's, and what is
 * asked there decides who is let in. An application in this process is code that its operator runs.
 */
export function keysLeadInside(url: URL, reading: ServiceReading): boolean {
  return reading.application === undefined && isForeign(url, reading);
}

function isForeign({ hostname }: URL, reading: ServiceReading): boolean {
  return isInsideHost(hostname) && !hasHost(allowedHosts(reading), hostname);
}

/** Hosts inside that a document may lead to: those that are allowed, and its own. */
export function allowedHosts({ config, root }: ServiceReading): readonly string[] {
  const { base } = root.document.main;
  return [...(config.allowHosts ?? []), ...(isAddress(base) ? [new URL(base).hostname] : [])];
}
