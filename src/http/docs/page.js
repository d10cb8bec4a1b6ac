// Shows the OpenAPI document of this instance. Nothing is loaded from or sent to another host.
Scalar.createApiReference("#reference", {
  url: "../openapi.json",
  // Requests go to the instance that served the page, also behind a proxy with a path prefix.
  servers: [{ url: new URL("..", location.href).href.replace(/\/$/, ""), description: "This instance" }],
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  hideClientButton: true,
  showDeveloperTools: "never",
  persistAuth: false,
  defaultOpenAllTags: false,
  metaData: { title: "Maqal API" },
});
