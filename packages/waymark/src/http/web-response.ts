import type { Exchange } from "./exchange.ts";
import { isFraming } from "./framing.ts";
import { iterate } from "./iterate.ts";

/**
 * Fills an exchange with a web `Response`; `end` is the caller's. Fields that were set before stay unless the response
 * sets them; Set-Cookie lines add up. Throws a `TypeError` when the body was read already or the response is an error.
 */
export function writeWebResponse(exchange: Exchange, response: Response): void {
  if (response.bodyUsed) throw new TypeError("the body of the Response was read already");
  if (response.status < 200) throw new TypeError("an error Response cannot be a reply");
  exchange.status = response.status;
  exchange.contentType = null;
  // fetch has undone the coding of what it brings, but left the fields that speak of it; only what it brings has a URL.
  const isDecoded = response.url !== "" && response.headers.has("content-encoding");
  for (const [name, value] of response.headers) {
    if (isFraming(name) || (isDecoded && (name === "content-encoding" || name === "content-length")))
      continue;
    if (name === "set-cookie") exchange.appendField(name, value);
    else exchange.setField(name, value);
  }
  exchange.payload = response.body === null ? null : iterate(response.body);
}
