"""FastAPI on uvicorn with uvloop and httptools, as Debian packages them: python3 fastapi_server.py PORT SET"""

import sys

import uvicorn
from fastapi import Depends, FastAPI, Header, Path, Query, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, Field

PORT = int(sys.argv[1])
SET = sys.argv[2] if len(sys.argv) > 2 else "main"
app = FastAPI()


class Hello(BaseModel):
    hello: str


class Item(BaseModel):
    id: int
    limit: int
    q: str | None = None
    name: str
    active: bool


class Address(BaseModel):
    street: str
    city: str
    country: str = Field(min_length=2, max_length=2)


class Customer(BaseModel):
    id: int
    name: str = Field(min_length=1)
    email: str
    address: Address


class Line(BaseModel):
    sku: str = Field(min_length=1)
    title: str
    quantity: int = Field(ge=1)
    price: float = Field(ge=0)


class Order(BaseModel):
    customer: Customer
    currency: str = Field(min_length=3, max_length=3)
    express: bool
    note: str | None = None
    lines: list[Line] = Field(min_items=1, max_items=100)


class Dashboard(BaseModel):
    name: str
    permissions: int
    beta: bool
    locale: str
    offset: int
    size: int
    audit: str


class Id(BaseModel):
    id: str


SETTINGS = {"currency": "EUR", "pageSize": 20}
USER = {"id": 7, "name": "Ada", "roles": ["editor", "reader"]}



async def settings():
    return SETTINGS


async def request_id(x_request_id: str | None = Header(None)):
    return x_request_id or "none"


async def locale(accept_language: str | None = Header(None)):
    return "de" if (accept_language or "").startswith("de") else "en"


async def database():
    return {"session": {"userId": 7}, "user": USER, "flags": {"beta": True}}


async def session(database=Depends(database), x_token: str | None = Header(None)):
    return database["session"]


async def user(database=Depends(database), session=Depends(session)):
    return database["user"]


async def flags(database=Depends(database)):
    return database["flags"]


async def permissions(user=Depends(user)):
    return len(user["roles"])


async def page(settings=Depends(settings), offset: int = Query(0, ge=0)):
    return {"offset": offset, "size": settings["pageSize"]}


async def audit(request_id=Depends(request_id), user=Depends(user)):
    return f"{request_id}:{user['id']}"


async def read_id(id: str):
    return {"id": id}


if SET == "sections":
    for number in range(500):
        app.get(f"/section-{number}/items/{{id}}", response_model=Id)(read_id)
elif SET == "aliases":
    for number in range(100):
        app.get(f"/alias-{number}/{{id}}", response_model=Id)(read_id)
else:

    @app.get("/", response_model=Hello)
    async def hello():
        return {"hello": "world"}

    @app.get("/items/{id}", response_model=Item)
    async def read_item(id: int = Path(), limit: int = Query(10, ge=1, le=100), q: str | None = None):
        return {"id": id, "limit": limit, "q": q, "name": f"Item {id}", "active": True}

    @app.post("/items", response_model=Order)
    async def create_item(order: Order):
        return {**order.dict(), "internal": "not for clients"}

    @app.get("/dashboard", response_model=Dashboard)
    async def read_dashboard(
        user=Depends(user),
        permissions=Depends(permissions),
        flags=Depends(flags),
        locale=Depends(locale),
        page=Depends(page),
        audit=Depends(audit),
    ):
        return {
            "name": user["name"],
            "permissions": permissions,
            "beta": flags["beta"],
            "locale": locale,
            **page,
            "audit": audit,
        }

    async def pieces():
        for _ in range(1000):
            yield b"0123456789abcde\n"

    @app.get("/stream")
    async def stream():
        return StreamingResponse(pieces(), media_type="text/plain")

    @app.post("/upload")
    async def upload(request: Request):
        return {"bytes": len(await request.body())}

    DOWNLOAD = b"0123456789" * 100_000

    @app.get("/download")
    async def download():
        return Response(DOWNLOAD, media_type="application/octet-stream")


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=PORT, loop="uvloop", http="httptools", access_log=False, log_level="warning")
