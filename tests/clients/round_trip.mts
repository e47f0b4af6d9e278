// Every operation, by openapi-fetch with the types `shop.d.ts` that openapi-typescript makes of the document.
//
// `round_trip.mjs URL begin` prints what the client knows halfway, and `round_trip.mjs URL go_on KNOWN` goes on.

import assert from "node:assert/strict";
import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./shop.js";

type Shop = Client<paths>;
type Schemas = components["schemas"];
export type Known = { id: string; etag: string; cursor: string };

export async function begin(client: Shop): Promise<Known> {
  const ok: Schemas["Health"] = { status: "ok" };
  assert.deepEqual((await client.GET("/health/live")).data, ok);
  assert.deepEqual((await client.GET("/health/ready")).data, ok);

  const { data: lamp, response } = await client.POST("/api/v1/items", {
    body: { name: "Lamp", price: "12.5", description: "Brass" },
  });
  assert(lamp);
  assert.deepEqual([response.status, lamp.price, lamp.description], [201, "12.50", "Brass"]);
  assert.equal(response.headers.get("Location"), `/api/v1/items/${lamp.id}`);

  const once = { params: { header: { "Idempotency-Key": "one-chair" } }, body: { name: "Chair", price: 80 } };
  const { data: chair } = await client.POST("/api/v1/items", once);
  assert(chair);
  assert.deepEqual((await client.POST("/api/v1/items", once)).data, chair);
  assert.deepEqual([chair.price, chair.description], ["80.00", null]);

  const { error: taken } = await client.POST("/api/v1/items", { body: { name: "Lamp", price: "1" } });
  assert(taken);
  assert.deepEqual([taken.status, taken.title, taken.errors], [409, "Conflict", undefined]);

  const { error: invalid } = await client.POST("/api/v1/items", { body: { name: "", price: "much" } });
  assert(invalid);
  assert.equal(invalid.status, 422);
  const errors: Schemas["FieldError"][] = invalid.errors ?? [];
  assert.deepEqual(errors.map((error) => [error.in, error.pointer]), [["body", "/name"], ["body", "/price"]]);

  const { data: first } = await client.GET("/api/v1/items", { params: { query: { limit: 1, sort: "name" } } });
  assert(first);
  assert.deepEqual(first.items, [chair]);
  assert(first.next_cursor);
  return { id: lamp.id, etag: response.headers.get("ETag") ?? "", cursor: first.next_cursor };
}

export async function goOn(client: Shop, { id, etag, cursor }: Known): Promise<void> {
  const { data: last } = await client.GET("/api/v1/items", {
    params: { query: { limit: 1, sort: "name", cursor } },
  });
  assert(last);
  assert.deepEqual([last.items.map((item) => item.id), last.next_cursor], [[id], null]);

  const path = { item_id: id };
  const { data: lamp } = await client.GET("/api/v1/items/{item_id}", { params: { path } });
  assert.deepEqual([lamp], last.items);
  const unchanged = await client.GET("/api/v1/items/{item_id}", {
    params: { path, header: { "If-None-Match": etag } },
  });
  assert.deepEqual([unchanged.response.status, unchanged.data], [304, undefined]);

  const patch: Schemas["ItemPatch"] = { price: "10", description: null };
  const conditional = { params: { path, header: { "If-Match": etag } }, body: patch };
  const { data: changed } = await client.PATCH("/api/v1/items/{item_id}", conditional);
  assert(changed);
  assert.deepEqual([changed.name, changed.price, changed.description], ["Lamp", "10.00", null]);
  const { error: stale } = await client.PATCH("/api/v1/items/{item_id}", conditional);
  assert.equal(stale?.status, 412);

  const { data: every } = await client.GET("/api/v1/items");
  assert(every);
  for (const item of every.items) {
    const one = { params: { path: { item_id: item.id } } };
    assert.equal((await client.DELETE("/api/v1/items/{item_id}", one)).response.status, 204);
    assert.equal((await client.DELETE("/api/v1/items/{item_id}", one)).error?.status, 404);
  }
  const { error: missing } = await client.GET("/api/v1/items/{item_id}", { params: { path } });
  assert.deepEqual([missing?.status, missing?.title], [404, "Not Found"]);
}

/** A client with a token or an API key, if there is one. */
export function bearing(url: string, credential?: string): Shop {
  const headers = credential ? { Authorization: `Bearer ${credential}` } : {};
  return createClient<paths>({ baseUrl: url, headers: { "X-Request-ID": "round-trip", ...headers } });
}

// What the compiler has to refuse: a directive that is not needed is an error.
// @ts-expect-error
({ name: "Lamp" }) satisfies Schemas["ItemIn"];
// @ts-expect-error
({ name: "Lamp", price: null }) satisfies Schemas["ItemIn"];
// @ts-expect-error
({ name: undefined }) satisfies Schemas["ItemPatch"];
// @ts-expect-error
"colour" satisfies NonNullable<NonNullable<paths["/api/v1/items"]["get"]["parameters"]["query"]>["sort"]>;
// @ts-expect-error
"title" satisfies keyof Schemas["ItemOut"];

if (process.argv[1] === import.meta.filename) {
  const [url = "", half, known = ""] = process.argv.slice(2);
  const client = bearing(url);
  if (half === "begin") process.stdout.write(JSON.stringify(await begin(client)));
  else await goOn(client, JSON.parse(known) as Known);
}
