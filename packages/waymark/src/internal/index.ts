/**
 * `waymark/internal`: the parts that the gateway is built from. What is here may change with any release.
 *
 * @module
 */
export { Exchange, type Application, type Payload } from "../http/exchange.ts";
export { latin1, type Octets } from "../http/octets.ts";
export { DEFAULT_LIMITS, type Limits } from "../http/limits.ts";
export { HttpError } from "../http/http-error.ts";
export { parseMediaType } from "../http/media-type.ts";
export type { RawListener, RawSocket, UpgradeOptions } from "../http/upgrade.ts";
export { Matcher, type Entry, type Miss } from "../routing/matcher.ts";
export { parseTemplate, Template } from "../routing/template.ts";
export type { ServableApp } from "../server/application.ts";
export { serve } from "../server/serve.ts";

// for policies
export { basicCredentials } from "../security/basic.ts";
export { bearerToken } from "../security/bearer.ts";
export { HostList } from "../middleware/host-list.ts";
export { checkHost } from "../middleware/trusted-hosts.ts";
export { Breaker } from "../middleware/rate-limit/breaker.ts";
export { challenge, unauthenticated } from "../security/challenge.ts";
export { checkField } from "../http/field.ts";
export { codingOf, decode } from "../http/content-coding.ts";
export { commandsOf, type RedisClient, type SendCommand } from "../middleware/redis/client.ts";
export type { CredentialMarker } from "../inputs/marker.ts";
export { deepObject, formObject } from "../schema/object-reader.ts";
export { expected, scalarReader, UNREADABLE } from "../schema/scalar.ts";
export { FormParts } from "../http/form-parts.ts";
export { formatIp, parseIp } from "../http/ip-address.ts";
export { IpRanges } from "../http/ip-ranges.ts";
export { isBoundary } from "../http/multipart-reader.ts";
export { KEY_ALGORITHMS } from "../security/algorithms.ts";
export { isFraming } from "../http/framing.ts";
export { isJson, mediaRange } from "../http/media-type.ts";
export { isPromise } from "../plan/is-promise.ts";
export { kinds } from "../schema/kinds.ts";
export { MOST_ISSUES, type Issue } from "../schema/issue.ts";
export { askedNames, namesLine } from "../middleware/cors-names.ts";
export { originRule } from "../middleware/cors-origins.ts";
export { parseCookies } from "../http/cookies.ts";
export { decodeText, parseJson } from "../http/json.ts";
export { parseQuery, Query } from "../schema/query.ts";
export { parseUrlencoded } from "../http/form-urlencoded.ts";
export { pointerKey } from "../schema/resolve.ts";
export { mismatch, pairsOf, REPEATED } from "../schema/value-reader.ts";
export { RedisScript } from "../middleware/redis/script.ts";
export { arrayShape, objectShape, wireShape, type Rooted } from "../schema/shape.ts";

// for the data plane
export type { ReplySink } from "../http/pushed-pieces.ts";
export type { RawConnection } from "../http/upgrade.ts";
export { writeProblem } from "../http/problem.ts";
export { isBodiless } from "../http/status.ts";
export { isHost } from "../http/host.ts";
export { isPieces } from "../http/pump.ts";
export { TrustedProxies } from "../http/trusted-proxies.ts";
export { decodePath } from "../routing/decode.ts";
export type { Method } from "../routing/route.ts";
export { visibleLine } from "../http/visible-text.ts";
export { logSink, type FieldLogger, type LineLogger } from "../observability/log-sink.ts";

// for the configuration and the command line
export { nearest } from "../routing/nearest.ts";
export { CliError, misuse } from "../cli/cli-error.ts";
export { importExports, loadModule } from "../cli/load-app.ts";
export { type Paint, painter } from "../cli/terminal.ts";
export { countChanges, describeChanges } from "../cli/diff-text.ts";

// for running it
export { onStopSignal } from "../server/stop-signal.ts";
export type { Running, ServeOptions } from "../server/serve.ts";
export { docsPages } from "../docs/docs-pages.ts";
export type { DocsPage } from "../docs/docs-page.ts";
export { watchFiles, type WatchedFiles } from "../cli/watch-files.ts";
