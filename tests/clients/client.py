"""Asks with Python's own http.client, over one connection; says what it got as one line of JSON."""

import hashlib
import http.client
import json
import sys

connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=20)
big = sys.stdin.buffer.read()


def ask(method, path, body=None, **options):
    connection.request(method, path, body, **options)
    response = connection.getresponse()
    return response.status, response.read()


def digest(status_and_bytes):
    status, data = status_and_bytes
    return [status, len(data), hashlib.sha256(data).hexdigest()]


def pieces():
    for at in range(0, len(big), 100_000):
        yield big[at : at + 100_000]


def text(status_and_bytes):
    status, data = status_and_bytes
    return [status, data.decode()]


octets = {"Content-Type": "application/octet-stream"}
said = {
    "items": [text(ask("GET", f"/items/{i}")) for i in range(20)],
    "head": text(ask("HEAD", "/big")),
    "download": digest(ask("GET", "/big")),
    "pieces": text(ask("GET", "/pieces")),
    "upload": text(ask("POST", "/digest", big, headers=octets)),
    "chunked": text(ask("POST", "/digest", pieces(), headers=octets, encode_chunked=True)),
    "echo": digest(ask("POST", "/echo", big, headers=octets)),
    "nowhere": ask("GET", "/nowhere")[0],
    "after": text(ask("GET", "/items/99")),
}
connection.close()
print(json.dumps(said))
