import type { Application } from "./exchange.ts";
import { MountedExchange } from "./mounted-exchange.ts";
import type { Mounted } from "./mounted.ts";

/** What another application has of what mounting asks for. */
export interface MountableApp extends Application {
  draining: boolean;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Starts it as far as answering needs, without taking it for served. */
  "~prepare"(): Promise<unknown>;
}

/** An application within another: started and stopped with it, and asked without a web `Request` in between. */
export function mountedApp(app: MountableApp): Mounted {
  return {
    name: "app",
    awaitsDelivery: true,
    answer(request, place, delivery) {
      const exchange = new MountedExchange(request["~exchange"], place, delivery!);
      const upgrade = exchange.upgrade === undefined ? undefined : app.upgrade;
      delivery!.rest = upgrade === undefined ? app.handle(exchange) : upgrade(exchange);
      return exchange.reply;
    },
    start: async (serving) => {
      await (serving ? app.start() : app["~prepare"]());
    },
    hasSockets: () => app.upgrade !== undefined,
    stop: () => app.stop(),
    drain: (draining) => {
      app.draining = draining;
    },
  };
}

export function isApp(value: unknown): value is MountableApp {
  return typeof value === "object" && value !== null && "~waymark" in value && value["~waymark"] === "app";
}
