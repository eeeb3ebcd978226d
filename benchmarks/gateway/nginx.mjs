// nginx twice: as the upstream of everybody, and as the proxy that the others are compared with. One worker each.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** 1 KB of JSON, as the upstream gives it to GET and POST. */
export const REPLY = JSON.stringify({
  items: Array.from({ length: 22 }, (_, id) => ({ id, name: `Item number ${id}` })),
}).padEnd(1024);

const around = (folder, http) => `daemon off;
worker_processes 1;
master_process off;
pid ${folder}/pid;
error_log ${folder}/error.log crit;
events { worker_connections 4096; }
http {
  access_log off;
  keepalive_requests 1000000000;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
${http}
}
`;

function started(http) {
  const folder = mkdtempSync(join(tmpdir(), "waymark-nginx-"));
  const file = join(folder, "nginx.conf");
  writeFileSync(file, around(folder, http));
  return ["nginx", "-p", folder, "-e", join(folder, "error.log"), "-c", file];
}

/** The command of an upstream that answers everything alike, at once. */
export const upstream = (port) =>
  started(`  server {
    listen 127.0.0.1:${port} reuseport;
    default_type application/json;
    location / { return 200 '${REPLY}'; }
  }`);

/** The command of the proxy. */
export const proxy = (port, to) =>
  started(`  upstream items { server 127.0.0.1:${to}; keepalive 256; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://items;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
    }
  }`);
