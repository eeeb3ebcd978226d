import { unauthenticated } from "waymark/internal";
import { sameDigest, shortDigest } from "../digest.ts";
import type { ConsumerIndex } from "./consumer-index.ts";
import { consumerPrincipal } from "./principal.ts";
import type { SchemeCheck } from "./scheme-check.ts";

/** The client's certificate of the TLS handshake, known by its fingerprint. */
export function clientCertificateCheck(scheme: string, { certificates }: ConsumerIndex): SchemeCheck<string> {
  // Not registered; RFC 9110 wants some challenge on every 401.
  const wants = "ClientCertificate";
  return {
    kind: "clientCertificate",
    challenge: wants,
    location: undefined,
    find: ({ clientCertificate }) => clientCertificate?.fingerprint,
    judge(fingerprint) {
      const print = fingerprint.toLowerCase().replaceAll(":", "");
      const consumer = certificates.get(print);
      if (consumer === undefined || !consumer.certificates.some((each) => isSamePrint(each, print)))
        throw unauthenticated(wants, "The client certificate is not known here");
      return consumerPrincipal(consumer, scheme, shortDigest(print));
    },
  };
}

function isSamePrint(known: string, given: string): boolean {
  return sameDigest(known.toLowerCase().replaceAll(":", ""), given);
}
