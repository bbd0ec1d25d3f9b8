// An OpenSSH server that shows a host key of its own. Nobody can log in.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Starts it; resolves with its port, the fingerprint of its key and how to stop it. */
export async function startSshd() {
  const folder = mkdtempSync(join(tmpdir(), "openwatch-sshd-"));
  const key = join(folder, "key");
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
  const fingerprint = execFileSync("ssh-keygen", ["-lf", `${key}.pub`])
    .toString()
    .split(" ")[1];
  const port = await freePort();
  const config = join(folder, "config");
  writeFileSync(
    config,
    `Port ${port}\nListenAddress 127.0.0.1\nHostKey ${key}\nPidFile none\nAuthenticationMethods publickey\n`,
  );
  const child = spawn("/usr/sbin/sshd", ["-D", "-e", "-f", config], {
    stdio: "ignore",
  });
  const stop = () => {
    child.kill("SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  };
  await answers(port);
  return { port, fingerprint, stop };
}

function freePort() {
  return new Promise((done) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

async function answers(port, tries = 50) {
  const open = await new Promise((done) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      done(true);
    });
    socket.on("error", () => done(false));
  });
  if (open) return;
  if (tries === 0) throw new Error("sshd does not answer");
  await new Promise((done) => setTimeout(done, 100));
  await answers(port, tries - 1);
}
