export const page = `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <title>Chat</title>
  <link rel="icon" href="data:,">
  <style>
    body { font: 16px/1.5 sans-serif; max-width: 40rem; margin: 2rem auto; }
    #lines { min-height: 12rem; padding: 1rem; border: 1px solid #bbb; border-radius: 4px; list-style: none; }
    .joined, .left { color: #777; }
  </style>
  <h1>Chat</h1>
  <form id="join"><input id="name" placeholder="Your name" required> <input id="room" value="lobby"> <button>Join</button></form>
  <ol id="lines"></ol>
  <form id="say" hidden><input id="text" placeholder="Say something" autocomplete="off"> <button>Say</button></form>
  <p id="state" role="status">Not connected</p>
  <script>
    const $ = (id) => document.getElementById(id);
    const show = (className, text) => {
      const line = document.createElement("li");
      line.className = className;
      line.textContent = text;
      $("lines").append(line);
    };
    $("join").addEventListener("submit", (event) => {
      event.preventDefault();
      const url = new URL("/rooms/" + encodeURIComponent($("room").value), location);
      url.protocol = url.protocol.replace("http", "ws");
      url.searchParams.set("name", $("name").value);
      const socket = new WebSocket(url);
      socket.onopen = () => {
        $("state").textContent = "Connected";
        $("say").hidden = false;
        $("join").hidden = true;
      };
      socket.onmessage = ({ data }) => {
        const message = JSON.parse(data);
        show(message.kind, message.kind === "said" ? message.name + ": " + message.text : message.name + " " + message.kind);
      };
      // A refused handshake shows the page no status: only that there is no connection.
      socket.onclose = ({ code, reason }) => {
        $("state").textContent = "Closed " + code + (reason === "" ? "" : ": " + reason);
        $("say").hidden = true;
      };
      $("say").onsubmit = (event) => {
        event.preventDefault();
        socket.send(JSON.stringify({ text: $("text").value }));
        $("text").value = "";
      };
    });
  </script>
</html>
`;
