"""FastAPI as its tutorial shows it, without a database."""

from decimal import Decimal

from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel


class Item(BaseModel):
    name: str
    price: Decimal


app = FastAPI()


@app.get("/api/v1/items")
async def list_items(limit: int = 20) -> dict[str, int]:
    return {"limit": limit}


@app.post("/api/v1/items", status_code=201)
async def create_item(item: Item) -> Item:
    return item


@app.get("/broken", response_model=Item)
async def get_broken() -> dict[str, str]:
    return {"name": "Lamp"}


client = TestClient(app, raise_server_exceptions=False, follow_redirects=False)
