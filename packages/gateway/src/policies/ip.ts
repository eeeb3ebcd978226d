import { HttpError, IpRanges, parseIp } from "waymark/internal";
import type { PolicyKind, Step } from "../call.ts";
import { faultOf, optionsSchema, texts } from "./options.ts";

export interface IpOptions {
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
}

const RANGES =
  'Addresses ("192.0.2.1"), blocks ("10.0.0.0/8", "fd00::/8"), or "loopback", "private", "link-local".';

/** The kind `ip`: who may call by address, 403 for the others. */
export const ipKind: PolicyKind = {
  kind: "ip",
  phase: "deny",
  schema: {
    ...(optionsSchema(
      "Lets clients in by their address: the peer's, or what `trustedProxies` say. Deny comes before allow; with `allow` everybody else is refused.",
      {
        allow: texts(`Who may call. ${RANGES}`),
        deny: texts(`Who may not, even where \`allow\` has them. ${RANGES}`),
      },
    ) as object),
    minProperties: 1,
  },
  check: faultOf((options: IpOptions) => ipStep(options)),
  step: (options: IpOptions) => ipStep(options),
};

function ipStep({ allow, deny }: IpOptions): Step {
  const allowed = allow === undefined ? undefined : new IpRanges(allow);
  const denied = deny === undefined ? undefined : new IpRanges(deny);
  return {
    phase: "deny",
    kind: "ip",
    needs: [],
    run({ clientAddress }): void {
      // A zone ("fe80::1%eth0") says by which card, and is no part of the address.
      const address = parseIp(clientAddress.split("%", 1)[0]!);
      const isOut = address === undefined || denied?.includes(address) === true;
      if (isOut || allowed?.includes(address) === false)
        throw new HttpError(403, "Requests from this address are not accepted.");
    },
  };
}
