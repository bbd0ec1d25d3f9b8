// Many hosts are scanned together: chosen in the list, followed while they are scanned, called off, and
// what failed is tried again; on a wide and a narrow screen.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import {
  administrator,
  button,
  call,
  launch,
  lookEverywhere,
  open,
  PASSWORD,
  WIDE,
} from "./page.js";
import { start } from "./server.js";
import { startSshd } from "./sshd.js";

let browser;
let server;
let sshd;
let session;

const register = (page, name, ssh) =>
  call(
    page,
    "mutation($input: RegisterHostInput!) { registerHost(input: $input) { host { id } errors { message } } }",
    {
      details: { name, environment: "test", connection: { ssh } },
      scanNow: false,
    },
  );

before(async () => {
  server = await start();
  sshd = await startSshd();
  browser = await launch();
  session = await administrator(browser, server, async (page) => {
    await call(
      page,
      "mutation($input: CreateCredentialInput!) { createCredential(input: $input) { errors { message } } }",
      {
        name: "nobody",
        username: "nobody",
        method: "PASSWORD",
        password: "wrong",
        isDefault: true,
      },
    );
    const policy = { hostKeyPolicy: "TRUST_ON_FIRST_USE" };
    await register(page, "locked", {
      address: "127.0.0.1",
      port: sshd.port,
      ...policy,
    });
    await register(page, "away", { address: "127.0.0.1", port: 1, ...policy });
  });
});
after(async () => {
  await browser?.close();
  sshd?.stop();
  await server?.stop();
});

describe("many hosts", () => {
  let page;
  before(async () => {
    const context = await browser.newContext(WIDE);
    await context.addCookies(session);
    page = await open(context);
  });
  after(() => page.context().close());

  it("chooses hosts and scans them together", async () => {
    await page.goto(server.url);
    await page.getByRole("checkbox", { name: "Choose locked" }).check();
    await page.getByText("1 host chosen").waitFor();
    await button(page, "Choose all 3 that match").click();
    await page.getByText("3 hosts chosen").waitFor();
    await lookEverywhere(page, "hosts-chosen");
    await button(page, "Scan 3 hosts").click();
    await page.getByRole("heading", { name: "Fleet scan" }).waitFor();
    await page.getByText("all 3 hosts").waitFor();
  });

  it("follows it without a reload, and sees why hosts have no verdicts", async () => {
    await page.getByText("2 of 3 done").waitFor();
    await page.getByText("1 host: authentication refused").waitFor();
    await page.getByText("Tried once, again").waitFor();
    await page.getByRole("tab", { name: "Completed 1" }).waitFor();
    await lookEverywhere(page, "fleet-scan");
    await page.getByRole("tab", { name: "Failed 1" }).click();
    await page.getByRole("link", { name: "locked" }).waitFor();
  });

  it("is downloaded while it runs: hosts that have not ended say so", async () => {
    await button(page, "Download").click();
    const fetched = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: "JSON Lines" }).click();
    const download = await fetched;
    const text = readFileSync(await download.path(), "utf8");
    const reports = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.equal(reports.length, 3);
    assert.ok(reports.some((report) => report.error?.reason === "NOT_ENDED"));
    assert.ok(
      reports.some(
        (report) => report.error?.reason === "AUTHENTICATION_REFUSED",
      ),
    );
  });

  it("calls it off, and tries again what failed", async () => {
    await button(page, "Cancel").click();
    await page.getByText("3 of 3 done").waitFor();
    await page.getByRole("tab", { name: "Cancelled 1" }).waitFor();
    await lookEverywhere(page, "fleet-scan-cancelled");
    await button(page, "Retry 1 failed").click();
    await page.getByText("Tries again what failed in").waitFor();
    await page.getByText("1 of 1 done").waitFor();
    await lookEverywhere(page, "fleet-scan-retry");
  });

  it("finds them in their list and in the activity", async () => {
    await page.goto(`${server.url}/fleet-scans`);
    await page
      .getByRole("link", { name: "1 host that had failed" })
      .first()
      .waitFor();
    await lookEverywhere(page, "fleet-scans");
    await page.goto(`${server.url}/activity`);
    await page.getByText("Fleet scan of 3 hosts requested").first().waitFor();
    await page.getByText("Fleet scan cancelled").first().waitFor();
  });
});
