import type { Spot } from "../documents/spot.ts";
import type { Discovery, Service } from "../snapshot.ts";
import { serverAddress, type ServerAddress } from "./server-address.ts";
import type { ServiceReading } from "./service-reading.ts";

/**
 * A path or an operation may have `servers` of its own. What runs at the same address is the same service with another
 * base path; what runs elsewhere becomes a service beside it, `orders@uploads.example.com`, with the same settings.
 */
export class ServiceParts {
  readonly #reading: ServiceReading;
  readonly #own: Service;
  /** Undefined where the configuration says where the service runs: then all of it runs there. */
  readonly #address: ServerAddress | undefined;
  readonly services: Map<string, Service> = new Map();
  readonly #known = new Map<string, { readonly name: string; readonly basePath: string }>();

  constructor(reading: ServiceReading, own: Service, address: ServerAddress | undefined) {
    this.#reading = reading;
    this.#own = own;
    this.#address = address;
    this.services.set(own.name, own);
  }

  /** The part that an operation with these `servers` belongs to. */
  partOf(servers: Spot): { readonly name: string; readonly basePath: string } {
    const { name, upstream } = this.#own;
    const whole = { name, basePath: upstream.basePath };
    if (this.#address === undefined || servers.value === undefined) return whole;
    const known = this.#known.get(servers.key);
    if (known !== undefined) return known;
    const address = serverAddress(servers, this.#reading);
    const part = address === undefined ? whole : this.#partAt(address);
    this.#known.set(servers.key, part);
    return part;
  }

  #partAt({ origin, path }: ServerAddress): { readonly name: string; readonly basePath: string } {
    const { name, upstream } = this.#own;
    if (origin === undefined || origin === this.#address?.origin) return { name, basePath: path };
    const part = `${name}@${new URL(origin).host}`;
    if (!this.services.has(part)) {
      const discovery: Discovery = { kind: "static", targets: [{ origin, weight: 1 }] };
      this.services.set(part, {
        ...this.#own,
        name: part,
        upstream: { ...upstream, discovery, basePath: path, canary: null },
      });
    }
    return { name: part, basePath: path };
  }
}
