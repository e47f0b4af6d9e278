"""What an app answers to what a client should not have sent: `python answers.py plain_flask`."""

import json
import sys
from importlib import import_module

ITEMS = "/api/v1/items"
FIVE = "\N{ARABIC-INDIC DIGIT FIVE}"
ITEM = '{"name": "Lamp", "price": "12.50"}'
# Those of the page's table, by what is said there.
REQUESTS = {
    "`?limit=1_0`": ("GET", f"{ITEMS}?limit=1_0", ""),
    "`?limit=5&limit=7`": ("GET", f"{ITEMS}?limit=5&limit=7", ""),
    "`?limt=5`": ("GET", f"{ITEMS}?limt=5", ""),
    "`?limit=5.0`": ("GET", f"{ITEMS}?limit=5.0", ""),
    f"`?limit={FIVE}`": ("GET", f"{ITEMS}?limit={FIVE}", ""),
    "a field that is not known": ("POST", ITEMS, ITEM.replace("{", '{"colour": "red", ')),
    '`{"price": NaN}`': ("POST", ITEMS, ITEM.replace('"12.50"', "NaN")),
    '`{"name": "\\ud800"}`': ("POST", ITEMS, ITEM.replace("Lamp", "\\ud800")),
    "100,000 `[`": ("POST", ITEMS, "[" * 100_000),
    "half a body": ("POST", ITEMS, ITEM[:12]),
    "a body as `text/plain`": ("POST", ITEMS, ITEM),
    "an answer that lacks a field": ("GET", "/broken", ""),
    "a slash at the end": ("GET", f"{ITEMS}/", ""),
    "`HEAD`": ("HEAD", ITEMS, ""),
    "`PUT`": ("PUT", ITEMS, ""),
}


def answer(title: str) -> str:
    method, path, body = REQUESTS[title]
    media_type = "text/plain" if "text/plain" in title else "application/json"
    its = client.request(method, path, content=body.encode(), headers={"Content-Type": media_type})
    if path == "/broken" and its.status_code == 404:
        return "-"  # the generated projects have no such route
    if path == "/broken" and its.status_code == 200:
        return "200, with it" if "price" in its.json() else "200, without it"
    if method == "GET" and its.status_code == 200:
        return f"200, as {its.json()['limit']}"
    if method == "PUT":
        return f"{its.status_code}, `Allow: {', '.join(sorted(its.headers['Allow'].split(', ')))}`"
    return str(its.status_code)


client = import_module(sys.argv[1]).client
sys.stdout.write(json.dumps({title: answer(title) for title in REQUESTS}))
