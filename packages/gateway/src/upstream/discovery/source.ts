import type { Discovery } from "../../snapshot.ts";
import type { DiscoverySource, FoundTarget } from "../target-set.ts";
import { dnsSource } from "./dns.ts";
import { fileSource } from "./file.ts";
import { staticSource } from "./static.ts";

/** An application in this process is one target that is always there, and that nobody connects to. */
const IN_PROCESS: FoundTarget = { origin: "module:", weight: 1, serverName: "localhost" };

/** Where a service's addresses come from. */
export function sourceOf(discovery: Discovery): DiscoverySource {
  switch (discovery.kind) {
    case "static":
      return staticSource(discovery.targets);
    case "dns":
      return dnsSource(discovery);
    case "file":
      return fileSource(discovery.path);
    case "module":
      return staticSource([IN_PROCESS]);
  }
}
