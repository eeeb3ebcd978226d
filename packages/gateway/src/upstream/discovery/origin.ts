/** What is wrong with an address of a target, as the end of a sentence; undefined where nothing is. */
export function checkOrigin(text: string): string | undefined {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return `is no address: '${text}' (write 'http://host:port')`;
  }
  if (url.protocol !== "http:" && url.protocol !== "https:")
    return `has the scheme '${url.protocol.slice(0, -1)}', which is neither http nor https`;
  if (url.username !== "" || url.password !== "") return "has a user name or password in its address";
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "")
    return `is more than scheme, host and port: '${url.pathname}${url.search}${url.hash}' goes into 'basePath'`;
  return undefined;
}
