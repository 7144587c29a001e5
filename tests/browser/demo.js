// Starts Scrip's demo on a free port and a folder of its own, and stops it.
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, dirname } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** The program under test. */
export const scrip = () => process.env.SCRIP ?? join(root, "target", "debug", "scrip");

/** The demo, running: its address, its programs as in demo.json, and calls of its API. */
export class Demo {
  /** Starts it in a new folder: a copy of one whose history was `made` before, if there is one. Or makes that one. */
  static async start({ made } = {}) {
    const folder = made ?? mkdtempSync(join(tmpdir(), "scrip-demo-"));
    if (!made && process.env.SCRIP_MADE) cpSync(process.env.SCRIP_MADE, folder, { recursive: true });
    const child = spawn(scrip(), ["demo", "--data", folder, "--listen", "127.0.0.1:0"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await new Promise((ready, failed) => {
      child.stdout.once("data", ready);
      child.once("exit", (code) => failed(new Error(`the demo ended with ${code}`)));
    });
    child.stdout.resume();
    const told = JSON.parse(readFileSync(join(folder, "demo.json"), "utf8"));
    return Object.assign(new Demo(), { folder, kept: made !== undefined, child, url: told.url, programs: told.programs });
  }

  async stop() {
    const ended = new Promise((ended) => this.child.once("exit", ended));
    this.child.kill("SIGTERM");
    const code = await ended;
    if (!this.kept) rmSync(this.folder, { recursive: true, force: true });
    return code;
  }

  /** A call of the API with the key of a program: its answer's JSON. */
  async call(program, method, path, body) {
    const answer = await fetch(this.url + path, {
      method,
      headers: {
        authorization: `Bearer ${this.programs[program].key}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(method === "GET" ? {} : { "idempotency-key": crypto.randomUUID() }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const json = await answer.json();
    if (!answer.ok) throw Object.assign(new Error(`${method} ${path}: ${JSON.stringify(json)}`), { json });
    return json;
  }

  /** A link to the portal of an account. */
  async link(program, account, page) {
    const { url } = await this.call(program, "POST", "/v1/portal_links", { account, ...(page ? { page } : {}) });
    return url;
  }
}
