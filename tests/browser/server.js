// Starts the binary under test with a worker, so that it scans this machine.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const BINARY = resolve(
  process.env.BINARY_UNDER_TEST ?? "../../target/debug/openwatch",
);

/** Starts the server; resolves with its address, the setup link and how to stop it. */
export function start() {
  const data = mkdtempSync(join(tmpdir(), "openwatch-browser-"));
  const child = spawn(
    BINARY,
    ["serve", "--data-dir", data, "--listen", "127.0.0.1:0"],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const stop = async () => {
    child.removeAllListeners("exit");
    const ended = new Promise((done) => child.once("exit", done));
    child.kill("SIGTERM");
    await ended;
    rmSync(data, { recursive: true, force: true });
  };
  let output = "";
  return new Promise((ready, fail) => {
    child.on("exit", (code) =>
      fail(new Error(`the server ended with ${code}`)),
    );
    child.stdout.on("data", (piece) => {
      output += piece;
      const link = /(http:\/\/[^/]+)\/setup\?token=[0-9a-f]+/.exec(output);
      if (link) ready({ url: link[1], setup: link[0], stop });
    });
  });
}
