"""Answers everything alike, and says what it was asked for: FastAPI on uvicorn. Prints its port, then serves."""

import socket
from urllib.parse import quote

import uvicorn
from fastapi import FastAPI, Request, Response

app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"]


@app.api_route("/{path:path}", methods=METHODS)
async def seen(request: Request):
    body = await request.body()
    target = request.scope["raw_path"] + (b"?" + request.scope["query_string"] if request.scope["query_string"] else b"")
    return Response("ok", headers={"x-seen": f"{request.method} {quote(target)}", "x-size": str(len(body))})


listening = socket.socket()
listening.bind(("127.0.0.1", 0))
print(listening.getsockname()[1], flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_keep_alive=30)).run(sockets=[listening])
