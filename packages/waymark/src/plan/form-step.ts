import { readForm, type Form, type FormDemand } from "../http/form.ts";
import type { BodyStep } from "./body-step.ts";
import type { Run } from "./run.ts";

/** Reads the form of a request, once for all inputs of the route. */
export function formBody(demand: FormDemand): BodyStep {
  return {
    read: ({ form, exchange, frame }) => form ?? readForm(exchange, demand, frame.settings.limits),
    take(run, read) {
      if (run.form === read) return;
      const form = (run.form = read as Form);
      if (form.isSpooled) hold(run, form);
    },
    parses: false,
  };
}

/** Temporary files stay as long as what a dependency would open at this point. */
function hold(run: Run, form: Form): void {
  const generator = held(run, form);
  void generator.next();
  (run.open ??= []).push({ name: "form", generator, early: false });
}

async function* held(run: Run, form: Form): AsyncGenerator<undefined, void> {
  try {
    yield undefined;
  } finally {
    try {
      await form.remove();
    } catch (error) {
      run.log("error", "the temporary files of a form could not be removed", error);
    }
  }
}
