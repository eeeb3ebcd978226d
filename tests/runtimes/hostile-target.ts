// The application that hostile requests are sent to, served by the runtime that this is started with.
import { serve } from "waymark";
import { target } from "../hostile/target.ts";

const { port } = await serve(target(), { port: 0, signals: false });
console.log(`listening on ${port}`);
