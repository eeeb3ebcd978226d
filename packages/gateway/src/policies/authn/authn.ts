import { isPromise, unauthenticated, type HttpError } from "waymark/internal";
import type { Call, PolicyKind, Principal, Step, StepContext } from "../../call.ts";
import type { SecurityScheme } from "../../snapshot.ts";
import { choice, faultOf, optionsSchema, text } from "../options.ts";
import { durationSchema, milliseconds } from "../units.ts";
import { judged, worthTelling, type Alternative } from "./alternatives.ts";
import { apiKeyCheck } from "./api-key.ts";
import { basicCheck } from "./basic.ts";
import { clientCertificateCheck } from "./client-certificate.ts";
import { consumerIndex } from "./consumer-index.ts";
import { type FailureOptions, failureRule, Guesses } from "./guesses.ts";
import { hide } from "./hide.ts";
import { IdentityHeaders, type IdentityNames } from "./identity-headers.ts";
import { jwtCheck } from "./jwt.ts";
import { type Location, locationOf, type SchemeCheck } from "./scheme-check.ts";

export interface AuthnOptions {
  readonly identityHeaders?: IdentityNames;
  readonly claimHeaders?: Readonly<Record<string, string>>;
  readonly forward?: readonly ("apiKey" | "basic" | "jwt")[];
  readonly realm?: string;
  readonly tokenCache?: string | number;
  readonly failures?: FailureOptions;
}

const NAME = { type: ["string", "null"] };
const SCHEMA = optionsSchema(
  "How callers are known. Which credentials an operation asks for is what the document says in `security`.",
  {
    identityHeaders: {
      ...(optionsSchema(
        "Fields that tell the upstream who calls; null sends none. What clients send by these names is always dropped.",
        {
          principal: {
            ...NAME,
            default: "x-principal",
            description: "Unique: consumer:id, or sub:subject@issuer.",
          },
          consumer: { ...NAME, default: "x-consumer-id", description: "The consumer's id." },
          scopes: { ...NAME, default: "x-scopes", description: "What it may do, with spaces between." },
        },
      ) as object),
    },
    claimHeaders: {
      type: "object",
      additionalProperties: { type: "string" },
      description: 'Further fields, each with the claim that it takes: {"x-tenant": "tenant"}.',
    },
    forward: {
      type: "array",
      items: choice("A kind of credential", ["apiKey", "basic", "jwt"]),
      default: ["jwt"],
      description: "Credentials that the upstream gets as well. Those that were not verified never reach it.",
    },
    realm: text("What credentials are for, as browsers show it.", { default: "Restricted" }),
    tokenCache: {
      ...(durationSchema(
        "How long a verified token need not be verified again; 0 is never. Default 60s.",
      ) as object),
    },
    failures: {
      ...(optionsSchema(
        "How many keys and passwords of one address (of IPv6 the /64 network) may be wrong in a time, in the whole gateway. Until it is over no more of its keys and passwords are looked at: 429 with Retry-After. Tokens and certificates are not counted.",
        {
          rate: text('"10/min", "100 per 1h".'),
          failure: choice(
            'Where Redis does not answer: "open" counts in each gateway for itself, "closed" refuses by 503.',
            ["open", "closed"],
            "open",
          ),
        },
        ["rate"],
      ) as object),
    },
  },
);

/** The kind `authn`: an operation has its step whether or not the configuration says anything of it. */
export const authnKind: PolicyKind = {
  kind: "authn",
  phase: "authn",
  schema: SCHEMA,
  isSingle: true,
  check: faultOf(
    ({ identityHeaders = {}, claimHeaders = {}, tokenCache, realm = "", failures }: AuthnOptions) => {
      void new IdentityHeaders(identityHeaders, claimHeaders);
      cacheTime(tokenCache);
      if (failures !== undefined) failureRule(failures);
      if (!/^[\x20-\x7e]*$/.test(realm)) throw new TypeError("realm has characters beyond printable ASCII");
    },
  ),
  step: authnStep,
};

function cacheTime(given: string | number = "60s"): number {
  return given === 0 ? 0 : milliseconds(given);
}

/** Throws a `TypeError` for a security requirement that could not be met or would let in everybody. */
function authnStep(options: AuthnOptions, context: StepContext): Step {
  const { identityHeaders = {}, claimHeaders = {}, forward = ["jwt"] } = options;
  const identity = new IdentityHeaders(identityHeaders, claimHeaders);
  const { operation } = context;
  const { security } = operation;
  const checks = checksOf(options, context);
  // Of schemes that other operations of the service ask for, too: nobody has looked at what is shown here.
  const locations = locationsOf(context.service);
  const demanded = security
    .filter((each) => Object.keys(each).length > 0)
    .map((each) => {
      const demands = Object.entries(each).map(([name, scopes]) => ({ check: checks.get(name)!, scopes }));
      const kept = demands.flatMap(({ check: { kind, location } }) =>
        location !== undefined && (forward as readonly string[]).includes(kind) ? [location] : [],
      );
      return {
        demands,
        hidden: locations.filter((location) => !kept.some((other) => isSame(location, other))),
        verified: kept.flatMap(({ in: place, name }) =>
          place === "header" && name.includes("-") ? [name] : [],
        ),
      };
    });
  // What a client sent must not come back by a policy that renames or repeats it: those are told, call by call.
  const isReread = operation.policies.some(({ phase }) => phase === "request");
  const neverGo = isReread
    ? []
    : locations.filter(
        (each) => each.in === "header" && demanded.every(({ hidden }) => hidden.includes(each)),
      );
  const alternatives: Alternative[] = demanded.map(({ hidden, ...others }) => ({
    ...others,
    hidden: hidden.filter((location) => !neverGo.includes(location)),
  }));
  const isOptional = alternatives.length < security.length || security.length === 0;
  const challenges = [...new Set([...checks.values()].map(({ challenge }) => challenge))].join(", ");

  const { failures } = options;
  const guesses = failures === undefined ? undefined : new Guesses(failures, context);

  const admit = (call: Call, principal: Principal, { hidden, verified }: Alternative): void => {
    call.principal = principal;
    for (const location of hidden) hide(call, location);
    for (const name of verified) call.upstreamHeaders.set(name, call.exchange.header(name)!);
    identity.write(call, principal);
  };
  const admitNobody = (call: Call, refusals: readonly HttpError[]): void => {
    if (refusals.length > 0) throw worthTelling(refusals);
    if (!isOptional) throw unauthenticated(challenges);
    for (const location of locations) if (!neverGo.includes(location)) hide(call, location);
  };
  const tryFrom = (call: Call, from: number, refusals: HttpError[]): void | Promise<void> => {
    for (let i = from; i < alternatives.length; i++) {
      const alternative = alternatives[i]!;
      const outcome = guesses === undefined ? judged(call, alternative) : guesses.judged(call, alternative);
      if (isPromise(outcome))
        return (outcome as Promise<Principal | HttpError | undefined>).then((settled) => {
          if (isPrincipal(settled)) return admit(call, settled, alternative);
          return tryFrom(call, i + 1, settled === undefined ? refusals : [...refusals, settled]);
        });
      const settled = outcome as Principal | HttpError | undefined;
      if (isPrincipal(settled)) return admit(call, settled, alternative);
      if (settled !== undefined) refusals.push(settled);
    }
    return admitNobody(call, refusals);
  };

  const judge = isPublic(alternatives, locations, neverGo)
    ? undefined
    : (call: Call): void | Promise<void> => tryFrom(call, 0, []);
  const run = isReread
    ? (call: Call): void | Promise<void> => {
        for (const name of identity.names) call.upstreamHeaders.set(name, null);
        return judge?.(call);
      }
    : judge;
  return {
    phase: "authn",
    kind: "authn",
    needs: [],
    // Before anything else: an operation that everybody may call is no way around it.
    drops: [...identity.names, ...neverGo.map(({ name }) => name)],
    ...(run === undefined ? {} : { run }),
  };
}

/** Nothing is asked for, and what is to be taken away is known beforehand. */
function isPublic(
  alternatives: readonly Alternative[],
  locations: readonly Location[],
  neverGo: readonly Location[],
): boolean {
  return alternatives.length === 0 && locations.every((location) => neverGo.includes(location));
}

function isPrincipal(outcome: Principal | HttpError | undefined): outcome is Principal {
  return outcome !== undefined && !(outcome instanceof Error);
}

/** Where the credentials of a service are, each place once. */
function locationsOf({ securitySchemes }: StepContext["service"]): Location[] {
  const locations: Location[] = [];
  for (const scheme of Object.values(securitySchemes)) {
    const location = locationOf(scheme);
    if (location !== undefined && !locations.some((other) => isSame(location, other)))
      locations.push(location);
  }
  return locations;
}

function isSame(a: Location, b: Location): boolean {
  return a.in === b.in && a.name === b.name;
}

/** The schemes that the operation asks for, by their names. */
function checksOf(options: AuthnOptions, context: StepContext): Map<string, SchemeCheck> {
  const { operation, service } = context;
  const checks = new Map<string, SchemeCheck>();
  for (const name of new Set(operation.security.flatMap((each) => Object.keys(each)))) {
    const scheme = Object.hasOwn(service.securitySchemes, name) ? service.securitySchemes[name] : undefined;
    if (scheme === undefined)
      throw new TypeError(
        `${operation.id} asks for the security scheme '${name}', which ${service.name} does not have`,
      );
    checks.set(name, checkOf(name, scheme, options, context));
  }
  return checks;
}

function checkOf(
  name: string,
  scheme: SecurityScheme,
  { realm = "Restricted", tokenCache }: AuthnOptions,
  context: StepContext,
): SchemeCheck<any> {
  const consumers = consumerIndex(context.consumers);
  switch (scheme.kind) {
    case "apiKey":
      return apiKeyCheck(name, scheme, consumers);
    case "basic":
      return basicCheck(name, realm, consumers, context);
    case "jwt":
      return jwtCheck(name, scheme, cacheTime(tokenCache), context);
    case "clientCertificate":
      return clientCertificateCheck(name, consumers);
  }
}
