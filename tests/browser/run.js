// Runs all tests, one file at a time. The demo's months of history are made once, and each file gets a copy of them.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Demo } from "./demo.js";

const made = mkdtempSync(join(tmpdir(), "scrip-made-"));
process.on("exit", () => rmSync(made, { recursive: true, force: true }));
await (await Demo.start({ made })).stop();
const files = readdirSync(import.meta.dirname ?? ".").filter((name) => name.endsWith(".test.js")).sort();
const tests = spawn("node", ["--test", "--test-concurrency=1", ...files], { cwd: import.meta.dirname ?? ".", stdio: "inherit", env: { ...process.env, SCRIP_MADE: made } });
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => tests.kill(signal));
tests.once("exit", (code) => process.exit(code ?? 1));
