/** Says what a listen error means and what to do. The code stays readable. */
export function explainListenError(error: unknown, host: string, port: number): unknown {
  if (!(error instanceof Error) || !("code" in error)) return error;
  const message = explain(error.code, host, port);
  return message === undefined
    ? error
    : Object.assign(new Error(message, { cause: error }), { code: error.code });
}

function explain(code: unknown, host: string, port: number): string | undefined {
  switch (code) {
    case "EADDRINUSE":
      return `Port ${port} of ${host} is taken. Stop the program that listens there, or choose another port: serve(app, { port: ${port + 1} }); port 0 takes a free one.`;
    case "EACCES":
      return `Listening on port ${port} of ${host} is not allowed. Ports below 1024 usually belong to the administrator: choose a higher one, for example serve(app, { port: 8000 }).`;
    case "EADDRNOTAVAIL":
      return `${host} is no address of this machine. Use "127.0.0.1" for this machine alone, "0.0.0.0" for every interface.`;
    case "ENOTFOUND":
      return `The host ${host} is not known. Use "127.0.0.1" for this machine alone, "0.0.0.0" for every interface.`;
    default:
      return undefined;
  }
}
