// The tour by openapi-fetch, with the types of openapi-typescript.

import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

const client = createClient<paths>({ baseUrl: process.env["MAQAL_URL"]! });

/** Returns the data of an answer, or fails with its problem. */
function expect<T>(answer: { data?: T; error?: unknown; response: Response }): NonNullable<T> {
  assert.ok(answer.data, `${answer.response.status} ${JSON.stringify(answer.error)}`);
  return answer.data;
}

// 1. Sign in.
const tokens = expect(
  await client.POST("/api/v1/auth/login", {
    body: { email: process.env["MAQAL_EMAIL"]!, password: process.env["MAQAL_PASSWORD"]! },
  }),
);
const headers = { Authorization: `${tokens.token_type} ${tokens.access_token}` };

// 2. Make an article.
const draft: components["schemas"]["ArticleInput"] = {
  title: "عودة القوارب من تايب سكريبت",
  body: "عادت **القوارب** إلى الميناء.",
  tags: ["ليبيا"],
  credits: [{ name: "سالم", role: "author" }],
  featured: false,
  metadata: {},
  seo: {},
};
const made = expect(await client.POST("/api/v1/articles", { headers, body: draft }));
assert.equal(made.status, "draft");
assert.match(made.html, /<strong>/);
const path = { id: made.id };

// 3. Publish it.
const published = expect(
  await client.POST("/api/v1/articles/{id}/publish", { headers, params: { path }, body: {} }),
);
assert.equal(published.status, "published");

// 4. List articles.
const list = expect(
  await client.GET("/api/v1/articles", {
    params: { query: { tag: ["ليبيا"], sort: "-published_at", comments: "open", include: "html" } },
  }),
);
const listed = list.data.find((article) => article.id === made.id);
assert.ok(listed?.html?.includes("القوارب"));

// 5. Read it by its slug.
const bySlug = await client.GET("/api/v1/articles/slug/{slug}", {
  params: { path: { slug: made.slug } },
});
const read = expect(bySlug);
assert.equal(read.html, made.html);
assert.equal(read.cover, null);

// 6. Patch it with its entity tag.
const patch = async (tag: string) =>
  client.PATCH("/api/v1/articles/{id}", {
    headers,
    params: { path, header: { "If-Match": tag } },
    body: { cover: { url: "https://images.example/boat.jpg" }, seo: { title: null }, subtitle: "ثانٍ" },
  });
const tag = bySlug.response.headers.get("ETag")!;
const changed = expect(await patch(tag));
assert.equal(changed.cover?.url, "https://images.example/boat.jpg");
assert.equal(changed.version, read.version + 1);
const stale = await patch(tag);
assert.equal(stale.response.status, 412);
assert.equal(stale.error?.code, "precondition_failed");

// 7. Read and change the settings.
const settings = expect(await client.GET("/api/v1/comment-settings", { headers }));
assert.ok(settings.version);
const open = expect(
  await client.PATCH("/api/v1/comment-settings", {
    headers,
    params: { header: { "If-Match": "*" } },
    body: { moderation: "none", require_name_email: true, close_comments_after_days: null },
  }),
);
assert.equal(open.moderation, "none");

// 8. Comment on it.
const comment = expect(
  await client.POST("/api/v1/articles/{id}/comments", {
    params: { path },
    body: { author_name: "ليلى", author_email: "laila@reader.example", body: "شكرًا من تايب سكريبت." },
  }),
);
assert.equal(comment.status, "approved");
const thread = expect(
  await client.GET("/api/v1/articles/{id}/comments", { params: { path, query: { order: "newest" } } }),
);
assert.equal(thread.data[0]?.id, comment.id);

// 9. Search for it.
const found = expect(
  await client.GET("/api/v1/search", { params: { query: { q: "القوارب تايب سكريبت" } } }),
);
const hit = found.data.find((one) => one.id === made.id);
assert.ok(hit?.highlight.title.includes("<mark>"));

// 10. Delete it.
const deleted = await client.DELETE("/api/v1/articles/{id}", {
  headers,
  params: { path, query: { permanent: true } },
});
assert.equal(deleted.response.status, 204);
const gone = await client.GET("/api/v1/articles/{id}", { params: { path } });
assert.equal(gone.response.status, 404);
console.log("typescript: 10 steps");
