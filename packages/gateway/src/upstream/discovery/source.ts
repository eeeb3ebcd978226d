import type { Discovery } from "../../snapshot.ts";
import type { DiscoverySource } from "../target-set.ts";
import { dnsSource } from "./dns.ts";
import { fileSource } from "./file.ts";
import { staticSource } from "./static.ts";

/** An application in this process has an address as well, which nobody connects to. */
export const IN_PROCESS = "http://in-process";

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
      return staticSource([{ origin: IN_PROCESS, weight: 1 }]);
  }
}
