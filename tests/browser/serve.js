// A server with one program of a test's own, on a test clock, in a folder of its own.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Demo, scrip } from "./demo.js";

export class Server extends Demo {
  /** Starts it with a program file's text, `more` options and variables, and makes a key that may do everything. */
  static async start(id, text, clock = "2026-03-01T09:00:00Z", { more = [], env = {} } = {}) {
    const folder = mkdtempSync(join(tmpdir(), "scrip-serve-"));
    const file = join(folder, `${id}.toml`);
    writeFileSync(file, text);
    const data = join(folder, "data");
    const child = spawn(scrip(), ["serve", "--data", data, "--listen", "127.0.0.1:0", "--program", file, "--test-clock", clock, ...more], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, ...env },
    });
    const first = await new Promise((ready, failed) => {
      child.stdout.once("data", ready);
      child.once("exit", (code) => failed(new Error(`the server ended with ${code}`)));
    });
    child.stdout.resume();
    const [url] = first.toString().match(/http:\/\/\S+/);
    const made = execFileSync(scrip(), ["keys", "create", "--program", id, "--scopes", "spend,read,manage", "--json", "--data", data]);
    return Object.assign(new Server(), { folder, child, url, programs: { [id]: { key: JSON.parse(made).key } } });
  }
}
