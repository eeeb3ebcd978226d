/** The application answered a request for a WebSocket with a reply like any other. */
export class SocketRefused extends Error {
  override readonly name = "SocketRefused";
  readonly status: number;
  /** The reply; its body can be read. */
  readonly response: Response;

  /** @internal */
  constructor(message: string, response: Response) {
    super(message);
    this.status = response.status;
    this.response = response;
  }

  /** @internal */
  static async of(response: Response, where: string): Promise<SocketRefused> {
    const text = (await response.clone().text()).slice(0, 500);
    return new SocketRefused(
      `${where} was answered ${response.status}${text === "" ? "" : `: ${text}`}`,
      response,
    );
  }
}
