import type { Template } from "waymark/internal";
import type { Spot } from "../documents/spot.ts";
import type { Operation } from "../snapshot.ts";
import type { ServiceReading } from "./service-reading.ts";

/** An operation as its document has it, before mounts, settings and policies. */
export interface OperationDraft {
  readonly reading: ServiceReading;
  readonly spot: Spot;
  /** `x-waymark` of the root, the path item and the operation, from the general to the particular. */
  readonly levels: readonly Spot[];
  readonly method: string;
  readonly operationId: string;
  /** The path within the service. */
  readonly template: Template;
  /** The service's name, or that of a part of it that runs elsewhere. */
  readonly service: string;
  readonly basePath: string;
  readonly parts: Pick<
    Operation,
    | "summary"
    | "description"
    | "tags"
    | "parameters"
    | "requestBody"
    | "responses"
    | "security"
    | "passedSecurity"
  >;
  readonly isDeprecated: boolean;
  /** ISO 8601. */
  readonly sunset: string | undefined;
}
