// A provider of OpenID Connect on a free port, whose answers a test may spoil. It shows a page before it sends anybody
// back, as real ones do: what a browser does there, no site of ours has begun.
import { createServer } from "node:http";
import { OAuth2Issuer, OAuth2Service } from "oauth2-mock-server";

const ADA = { sub: "ada-1", email: "ada@ops.example", email_verified: true };

export class Provider {
  static async start() {
    const issuer = new OAuth2Issuer();
    const service = new OAuth2Service(issuer);
    const provider = Object.assign(new Provider(), { issuer, service, requests: [] });
    provider.person();
    service.on("beforeAuthorizeRedirect", (redirect, request) => {
      provider.requests.push(Object.fromEntries(new URL(request.url, issuer.url).searchParams));
      if (provider.error) {
        redirect.url.searchParams.delete("code");
        redirect.url.searchParams.set("error", provider.error);
      }
      const back = redirect.url.href;
      redirect.url.href = `${issuer.url}/login?back=${encodeURIComponent(back)}`;
    });
    service.on("beforeTokenSigning", (token) => Object.assign(token.payload, provider.claims));
    service.on("beforeUserinfo", (response) => { response.body = provider.claims; });
    service.on("beforeResponse", (response) => provider.spoil(response.body));
    provider.server = createServer((request, response) => {
      const url = new URL(request.url, issuer.url);
      if (provider.down) return response.writeHead(503).end();
      if (url.pathname !== "/login") return service.requestHandler(request, response);
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
      const back = url.searchParams.get("back").replaceAll("&", "&amp;").replaceAll('"', "&quot;");
      response.end(`<!doctype html><title>Provider</title><h1>Who are you?</h1><a href="${back}">It is me</a>`);
    });
    await new Promise((ready) => provider.server.listen(0, "127.0.0.1", ready));
    // Another site than the server under test, which is at 127.0.0.1.
    issuer.url = `http://localhost:${provider.server.address().port}`;
    await issuer.keys.generate("RS256");
    return provider;
  }

  get url() {
    return this.issuer.url;
  }

  /** Who signs in next, and what is not as it should be. */
  person(claims = {}, { spoil = () => {}, error, down = false } = {}) {
    Object.assign(this, { claims: { ...ADA, ...claims }, spoil, error, down });
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((ended) => this.server.close(ended));
  }
}
