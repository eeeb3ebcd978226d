import express from "express";
import { Hono } from "hono";
import { expectTypeOf, test } from "vitest";
import { App } from "../app.ts";
import type { MountHandler } from "../http/mounted.ts";
import { connect } from "../node/connect.ts";
import { nodeHandler } from "../node/node-handler.ts";
import { staticFiles } from "../static/static-files.ts";

test("what can be mounted", () => {
  expectTypeOf(new Hono()).toExtend<MountHandler>();
  expectTypeOf(new App()).toExtend<MountHandler>();
  expectTypeOf(nodeHandler(express())).toExtend<MountHandler>();
  expectTypeOf(nodeHandler(express.Router())).toExtend<MountHandler>();
  expectTypeOf(staticFiles("x")).toExtend<MountHandler>();
  expectTypeOf((request: Request) => new Response(request.url)).toExtend<MountHandler>();
  expectTypeOf(async () => new Response()).toExtend<MountHandler>();
  expectTypeOf(connect(express.json())).toExtend<Parameters<App["use"]>[0]>();
});

test("what cannot", () => {
  const app = new App();
  // @ts-expect-error -- a handler returns a Response
  app.mount("/x", () => "text");
  // @ts-expect-error -- an Express application has to be wrapped
  app.mount("/x", express());
  // @ts-expect-error -- no such option
  app.mount("/x", new Hono(), { dependencis: [] });
  // @ts-expect-error -- no such option
  staticFiles("x", { maxage: 1 });
});
