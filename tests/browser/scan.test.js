// The way of somebody who asks of one scan: what was found and why, what changed, what surrounded it, and what
// other rules would have said; on a wide and a narrow screen.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { after, before, describe, it } from "node:test";
import {
  administrator,
  button,
  firstHost,
  launch,
  lookEverywhere,
  open,
  WIDE,
} from "./page.js";
import { start } from "./server.js";

let browser;
let server;
let session;
let scanUrl;
let laterUrl;
let opened;
before(async () => {
  server = await start();
  browser = await launch();
  session = await administrator(browser, server, async (page) => {
    // This machine is scanned by the time that it needs.
    page.setDefaultTimeout(240_000);
    await firstHost(page).click();
    await page.getByRole("tab", { name: "Scans" }).click();
    await page.getByText("Completed").first().waitFor();
    await page.locator('a[href^="/scans/"]').first().click();
    await page.getByText(/\d+ rules/).waitFor();
    scanUrl = page.url().split("?")[0];
    // Something changes on this machine, and it is scanned again.
    opened = createServer().listen(0, "0.0.0.0");
    await firstHost(page).click();
    await button(page, "Scan now").click();
    await page.getByRole("tab", { name: "Scans" }).click();
    await page.getByText("Completed").nth(1).waitFor();
    await page.locator('a[href^="/scans/"]').first().click();
    await page.getByText(/\d+ rules/).waitFor();
    laterUrl = page.url().split("?")[0];
  });
});
after(async () => {
  opened?.close();
  await browser?.close();
  await server?.stop();
});

describe("a scan", () => {
  let page;
  const tab = (name) => page.getByRole("tab", { name: new RegExp(`^${name}`) });
  before(async () => {
    const context = await browser.newContext(WIDE);
    await context.addCookies(session);
    page = await open(context);
  });
  after(() => page.context().close());

  it("shows all results, and finds them by the file that decided", async () => {
    await page.goto(scanUrl);
    await page.getByText(/\d+ rules/).waitFor();
    await lookEverywhere(page, "scan");
    await page.getByLabel("Find rules").fill("/etc/login.defs");
    await page
      .getByText(/^\/etc\/login\.defs, line \d+$/)
      .first()
      .waitFor();
  });

  it("shows what a result rests on", async () => {
    await page.goto(`${scanUrl}?rule=ssh-max-auth-tries`);
    const drawer = page.getByRole("dialog");
    await drawer.getByText("How it was judged").waitFor();
    await drawer.getByText(/^Way 1 of \d+ was taken/).waitFor();
    assert.match(
      await drawer.getByText(/Evidence SHA-256/).innerText(),
      /SHA-256 [0-9a-f]{64}/,
    );
    await button(drawer, "Show what was printed").click();
    await drawer.getByLabel("What sshd printed").waitFor();
    await lookEverywhere(page, "scan-evidence");
    await button(drawer, "Close").click();
    await drawer.waitFor({ state: "detached" });
  });

  it("says what changed, and what surrounded the scan", async () => {
    await page.goto(scanUrl);
    await tab("Changes").click();
    await page.getByText("This is the first scan of the host").waitFor();
    await lookEverywhere(page, "scan-changes");
    await tab("Context").click();
    await page.getByText("What it cost").waitFor();
    await page.getByText(/^OpenWatch \d/).waitFor();
    await lookEverywhere(page, "scan-context");
  });

  it("shows what was otherwise before", async () => {
    await page.goto(`${laterUrl}?rule=network-only-ssh-listens`);
    const drawer = page.getByRole("dialog");
    await drawer.getByText("What was otherwise before").waitFor();
    const lines = await drawer.getByLabel("Lines that differ").innerText();
    assert.match(lines, new RegExp(`^\\+ .*:${opened.address().port}`, "m"));
    await lookEverywhere(page, "scan-difference");
    await page.goto(`${laterUrl}?tab=changes`);
    await page
      .getByText("the host changed")
      .or(page.getByText("Nothing changed"))
      .first()
      .waitFor();
  });

  it("is downloaded as a file for other programs", async () => {
    await page.goto(scanUrl);
    await button(page, "Download").click();
    await page.getByRole("menuitem", { name: "JUnit XML" }).waitFor();
    await lookEverywhere(page, "scan-download");
    const fetched = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: "SARIF", exact: true }).click();
    const download = await fetched;
    assert.match(download.suggestedFilename(), /^scan-[0-9a-f-]{36}\.sarif$/);
    const log = JSON.parse(readFileSync(await download.path(), "utf8"));
    assert.equal(log.version, "2.1.0");
    assert.ok(log.runs[0].results.length > 100);
  });

  it("answers what if, and keeps the question in the address", async () => {
    await page.goto(scanUrl);
    await tab("What if").click();
    await page.getByText("No verdict differs.").waitFor();
    await page.getByRole("combobox", { name: "Framework" }).click();
    await page.getByRole("option", { name: "STIG" }).click();
    await page.getByText(/\d+ rules are left out/).waitFor();
    await lookEverywhere(page, "scan-what-if");
    assert.match(page.url(), /framework=stig/);
    await page.reload();
    await page.getByText(/\d+ rules are left out/).waitFor();
  });
});
