import type { Driver, DriverChoice } from "./driver.ts";

/** Where the bundler says that the code is for an edge runtime or a browser, there is nothing to listen with. */
export function loadDriver(_choice: DriverChoice): Promise<Driver> {
  return Promise.reject(
    new TypeError(
      "This runtime has no sockets to listen on: export the application's fetch instead of calling serve.",
    ),
  );
}
