"""A service that is not ours: FastAPI on uvicorn. python3 fastapi_service.py prints its port, then serves."""

import hashlib
import socket
from typing import List, Union

import uvicorn
from fastapi import Cookie, FastAPI, HTTPException, Request, Response
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import RedirectResponse, StreamingResponse
from pydantic import BaseModel, Field

app = FastAPI(title="Items of FastAPI", version="3.1.4")
app.add_middleware(GZipMiddleware, minimum_size=500)

BIG = bytes(range(251)) * (5 * 1024 * 1024 // 251)
BYTES = {"requestBody": {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}}


class Item(BaseModel):
    name: str = Field(min_length=1)
    price: float = Field(gt=0)
    tags: List[str] = []


@app.get("/items/{item_id}")
def read_item(item_id: int, q: Union[str, None] = None):
    if item_id > 1000:
        raise HTTPException(404, "No such item")
    return {"id": item_id, "q": q}


@app.post("/items", status_code=201)
def add_item(item: Item, response: Response):
    response.headers["location"] = "/items/7"
    return {"id": 7, **item.dict()}


@app.get("/pieces")
def pieces():
    return StreamingResponse((f"{i}\n" for i in range(1000)), media_type="text/plain")


@app.get("/big")
def big():
    return Response(BIG, media_type="application/octet-stream")


@app.post("/digest", openapi_extra=BYTES)
async def digest(request: Request):
    digest, size = hashlib.sha256(), 0
    async for piece in request.stream():
        digest.update(piece)
        size += len(piece)
    return {"size": size, "digest": digest.hexdigest()}


@app.get("/text")
def text():
    return {"text": "again and " * 200}


@app.get("/visits")
def visits(response: Response, visits: int = Cookie(0)):
    response.set_cookie("visits", str(visits + 1), httponly=True)
    response.set_cookie("theme", "dark; or=not")
    return {"visits": visits}


@app.get("/old")
def old():
    return RedirectResponse("/items/1")


@app.get("/there", include_in_schema=False)
def there(request: Request):
    return RedirectResponse(str(request.url_for("read_item", item_id=1)))


# Who asks without the slash is redirected, by an absolute address.
@app.get("/folder/", include_in_schema=False)
def folder():
    return {"folder": True}


@app.get("/fields")
def fields(request: Request):
    return request.headers.items()


# The same below /base, as behind a proxy that knows it by that.
whole = FastAPI(openapi_url=None)
whole.mount("/base", app)
whole.mount("/", app)

listening = socket.socket()
listening.bind(("127.0.0.1", 0))
print(listening.getsockname()[1], flush=True)
uvicorn.Server(uvicorn.Config(whole, log_level="warning")).run(sockets=[listening])
