let allowed: boolean | undefined;

/** Whether code may be generated: not on edge runtimes, nor with `--disallow-code-generation-from-strings`. */
export function mayGenerate(): boolean {
  if (allowed === undefined)
    try {
      // oxlint-disable-next-line typescript/no-implied-eval -- only asks whether it is allowed
      allowed = new Function("return true")() === true;
    } catch {
      allowed = false;
    }
  return allowed;
}
