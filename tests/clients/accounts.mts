// Every operation of a project with accounts: those of accounts here, the others by `round_trip.mts`.
//
// `accounts.mjs URL begin` prints what the client knows halfway, and `accounts.mjs URL go_on KNOWN` goes on.

import assert from "node:assert/strict";
import { bearing, begin as beginItems, goOn as goOnItems, type Known as Items } from "./round_trip.mjs";
import type { components, paths } from "./shop.js";

type Schemas = components["schemas"];
type Known = Items & {
  me: Schemas["UserOut"];
  meETag: string;
  accessToken: string;
  refreshToken: string;
  made: Schemas["ApiKeyMade"];
};

const email = "ada@example.org";
const password = "Crisp lilac teapot";
const next = "Quiet amber kettle";
const form = { headers: { "Content-Type": "application/x-www-form-urlencoded" } };

async function begin(url: string): Promise<Known> {
  const registered = await bearing(url).POST("/api/v1/users", { body: { email, password } });
  assert.deepEqual([registered.response.status, registered.data], [202, { email }]);
  await refuse(url, next);

  const first = await logIn(url, password);
  assert.deepEqual([first.token_type, first.expires_in], ["bearer", 900]);
  const { data: tokens } = await refresh(url, { refresh_token: first.refresh_token, scope: "items:read" });
  assert.equal(tokens?.scope, "items:read");
  const unscoped = await bearing(url, tokens.access_token).GET("/api/v1/users/me");
  assert.equal(unscoped.error?.status, 403);
  const challenge = unscoped.response.headers.get("WWW-Authenticate");
  assert.equal(challenge, 'Bearer error="insufficient_scope", scope="users:read"');

  const ada = bearing(url, first.access_token);
  const { data: me, response } = await ada.GET("/api/v1/users/me");
  assert(me);
  assert.deepEqual([me.email, me.is_admin], [email, false]);

  const key: Schemas["ApiKeyIn"] = { name: "Cash desk", scopes: ["items:read"], expires_in_days: 90 };
  const { data: made } = await ada.POST("/api/v1/api-keys", { body: key });
  assert(made);
  assert(made.key.startsWith(made.api_key.prefix));
  const { data: page } = await ada.GET("/api/v1/api-keys");
  assert.deepEqual(page, { items: [made.api_key], next_cursor: null });

  return {
    ...(await beginItems(ada)),
    me,
    meETag: response.headers.get("ETag") ?? "",
    accessToken: first.access_token,
    refreshToken: tokens.refresh_token,
    made,
  };
}

async function goOn(url: string, known: Known): Promise<void> {
  let ada = bearing(url, known.accessToken);
  const desk = bearing(url, known.made.key);

  assert.deepEqual((await ada.GET("/api/v1/users/me")).data, known.me);
  const unchanged = await ada.GET("/api/v1/users/me", {
    params: { header: { "If-None-Match": known.meETag } },
  });
  assert.deepEqual([unchanged.response.status, unchanged.data], [304, undefined]);

  const lamp = { params: { path: { item_id: known.id } } };
  assert.equal((await desk.GET("/api/v1/items/{item_id}", lamp)).data?.name, "Lamp");
  const { error: readOnly } = await desk.POST("/api/v1/items", { body: { name: "Desk", price: "1" } });
  assert.deepEqual([readOnly?.status, readOnly?.title], [403, "Forbidden"]);
  await goOnItems(ada, known);

  const key = { params: { path: { key_id: known.made.api_key.id } } };
  assert.equal((await ada.DELETE("/api/v1/api-keys/{key_id}", key)).response.status, 204);
  assert.equal((await ada.DELETE("/api/v1/api-keys/{key_id}", key)).error?.status, 404);
  const revoked = await desk.GET("/api/v1/items/{item_id}", lamp);
  assert.deepEqual([revoked.error?.status, revoked.error?.title], [401, "Unauthorized"]);
  assert.equal(revoked.response.headers.get("WWW-Authenticate"), 'Bearer error="invalid_token"');

  const { data: tokens } = await refresh(url, { refresh_token: known.refreshToken });
  assert(tokens);
  const its = bearing(url, tokens.access_token);
  assert.equal((await its.DELETE("/api/v1/tokens")).response.status, 204);
  const { error: ended } = await refresh(url, { refresh_token: tokens.refresh_token });
  assert(ended && "error" in ended);
  assert.deepEqual([ended.status, ended.error], [400, "invalid_grant"]);
  assert.equal((await ada.GET("/api/v1/users/me")).error?.status, 401);

  ada = bearing(url, (await logIn(url, password)).access_token);
  const ifMatch = { params: { header: { "If-Match": known.meETag } } };
  const change: Schemas["UserPatch"] = { current_password: password, password: next };
  const changed = await ada.PATCH("/api/v1/users/me", { ...ifMatch, body: change });
  assert.deepEqual([changed.response.status, changed.data?.id], [200, known.me.id]);
  await refuse(url, password);

  ada = bearing(url, (await logIn(url, next)).access_token);
  const back = { current_password: next, password };
  const { error: stale } = await ada.PATCH("/api/v1/users/me", { ...ifMatch, body: back });
  assert.equal(stale?.status, 412);
  const header = { "If-Match": changed.response.headers.get("ETag") ?? "" };
  assert.equal((await ada.DELETE("/api/v1/users/me", { params: { header } })).response.status, 204);
  await refuse(url, next);
}

function authenticate(url: string, password: string) {
  const body: Schemas["TokenIn"] = { grant_type: "password", username: email, password };
  return bearing(url).POST("/api/v1/tokens", { body, ...form });
}

async function logIn(url: string, password: string): Promise<Schemas["TokenOut"]> {
  const { data } = await authenticate(url, password);
  assert(data);
  return data;
}

/** Have the server refuse a wrong password. */
async function refuse(url: string, password: string): Promise<void> {
  const { error } = await authenticate(url, password);
  assert(error && "error" in error);
  const code: "invalid_grant" | "invalid_request" | "invalid_scope" | "unsupported_grant_type" = error.error;
  assert.deepEqual([error.status, code], [400, "invalid_grant"]);
}

function refresh(url: string, body: Omit<Schemas["RefreshIn"], "grant_type">) {
  return bearing(url).POST("/api/v1/tokens/refresh", { body: { grant_type: "refresh_token", ...body }, ...form });
}

// What the compiler has to refuse: a directive that is not needed is an error.
// @ts-expect-error
({ grant_type: "password", username: email }) satisfies Schemas["TokenIn"];
// @ts-expect-error
({ grant_type: "implicit", username: email, password }) satisfies Schemas["TokenIn"];
// @ts-expect-error
({ name: "Cash desk", scopes: "items:read" }) satisfies Schemas["ApiKeyIn"];
// @ts-expect-error
({ password }) satisfies Schemas["UserPatch"];
// @ts-expect-error
"application/json" satisfies keyof paths["/api/v1/tokens"]["post"]["requestBody"]["content"];

const [url = "", half, known = ""] = process.argv.slice(2);
if (half === "begin") process.stdout.write(JSON.stringify(await begin(url)));
else await goOn(url, JSON.parse(known) as Known);
