export const page = `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <title>Live prices</title>
  <link rel="icon" href="data:,">
  <h1>Live prices</h1>
  <ol id="prices"></ol>
  <script>
    // The browser reconnects by itself, and then says which event it has seen last.
    const source = new EventSource("/prices");
    source.addEventListener("price", ({ data }) => {
      const { symbol, value } = JSON.parse(data);
      const line = document.createElement("li");
      line.textContent = symbol + " " + value;
      document.querySelector("#prices").prepend(line);
    });
  </script>
</html>
`;
