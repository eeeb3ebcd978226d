import type { DocsPage } from "./docs/docs-page.ts";
import type { Exchange } from "./http/exchange.ts";
import { HttpError } from "./http/http-error.ts";
import { compileOutside, type Outside } from "./plan/outside.ts";
import { compilePlan, type Plan } from "./plan/plan.ts";
import type { PlanSettings } from "./plan/settings.ts";
import { Matcher, type Entry, type Miss, type TrailingSlash } from "./routing/matcher.ts";
import type { Route } from "./routing/route.ts";
import type { RouterScope } from "./routing/scope.ts";
import { parseTemplate, Template } from "./routing/template.ts";

export interface ServiceOptions {
  readonly routes: readonly Route[];
  readonly pages: readonly DocsPage[];
  /** The application's own error handlers and middleware. */
  readonly scope: RouterScope;
  readonly settings: PlanSettings;
  readonly trailingSlash: TrailingSlash | undefined;
}

/** A started application: every route compiled, and found by method and path. */
export class Service {
  readonly #matcher: Matcher<Plan>;
  readonly #outside: Outside;

  constructor({ routes, pages, scope, settings, trailingSlash }: ServiceOptions) {
    const outside = (this.#outside = compileOutside(scope, settings));
    // Routes come first: where a route stands at the path of a docs page, the route stays.
    const entries: Entry<Plan>[] = routes.map((route) => ({
      method: route.method,
      template: route.template,
      value: compilePlan(route, settings),
    }));
    for (const page of pages) {
      const respond = (exchange: Exchange): void => page.respond(exchange);
      entries.push({
        method: page.method,
        template: templateOf(page.path),
        value: (exchange) => outside(exchange, respond),
      });
    }
    this.#matcher = new Matcher(entries, trailingSlash);
  }

  /** Answers the exchange, its `end` included. Never throws and never rejects. */
  handle(exchange: Exchange): void | Promise<void> {
    const matcher = this.#matcher;
    const plan = matcher.find(exchange.method, exchange.path);
    if (plan !== undefined) return plan(exchange, matcher.params);
    return this.#outside(exchange, (missed) =>
      answerMiss(missed, matcher.miss(missed.method, missed.path, missed.search)),
    );
  }
}

/** Docs have checked their paths: there is nothing in them that a template could misread. */
function templateOf(path: string): Template {
  const template = parseTemplate(path);
  if (template instanceof Template) return template;
  throw new TypeError(`'${path}' is not a path for the docs`);
}

function answerMiss(exchange: Exchange, miss: Miss): void {
  switch (miss.reason) {
    case "not-found":
      throw new HttpError(404);
    case "bad-encoding":
      throw new HttpError(400, "The path is not valid percent-encoded UTF-8");
    case "method-not-allowed":
      throw new HttpError(405, undefined, { headers: { allow: miss.allow } });
    case "options":
      exchange.status = 204;
      exchange.setField("allow", miss.allow);
      return;
    case "redirect":
      exchange.status = 308;
      exchange.setField("location", miss.location);
      return;
  }
}
