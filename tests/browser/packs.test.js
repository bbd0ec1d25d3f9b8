// The way of somebody with rules of the own organisation: a slip is shown in its place, scripts wait for somebody's
// word, a version is tried on a host without counting, and counts from the next scan once it is enabled.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  administrator,
  button,
  launch,
  lookEverywhere,
  open,
  WIDE,
} from "./page.js";
import { start } from "./server.js";

const rule = (id, title, check) => `schema: openwatch/1
id: ${id}
title: ${title}
description: What our organisation asks for.
rationale: We agreed on it.
severity: high
category: files
platforms: []
implementations:
  - check: ${check}
`;
const PLAIN = "{method: file_absent, path: /etc/acme-is-not-here}";
const SCRIPT = '{method: command, run: "true"}';
const file = (name, text) => ({
  name,
  mimeType: "application/yaml",
  buffer: Buffer.from(text),
});

let browser;
let server;
let session;
before(async () => {
  server = await start();
  browser = await launch();
  session = await administrator(browser, server, async (page) => {
    await page.getByText("Completed").waitFor({ timeout: 60_000 });
  });
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const dialog = (page) => page.getByRole("dialog");
const confirm = async (page, name) => {
  await button(page, name).click();
  await button(dialog(page), name).click();
  await dialog(page).waitFor({ state: "hidden" });
};

describe("own rules", () => {
  let page;
  const id = "acme";
  const name = "Acme";
  before(async () => {
    const context = await browser.newContext(WIDE);
    await context.addCookies(session);
    page = await open(context);
  });
  after(() => page.context().close());

  it("a slip is shown in its place, and nothing is uploaded", async () => {
    await page.goto(`${server.url}/rules`);
    await page.getByRole("link", { name: "Own rules" }).click();
    await button(page, "Add rule pack").click();
    await page.getByRole("textbox", { name: "Name" }).fill(name);
    const slip = rule(id, "A file", PLAIN).replace("high", "hgih");
    await page
      .locator("input[type=file]")
      .setInputFiles([file(`${id}.yml`, slip)]);
    await button(page, "Upload").click();
    await page.getByText(/line 6, column \d+/).waitFor();
    await page.getByText("severity: hgih").waitFor();
    await lookEverywhere(page, "packs-faults");
  });

  it("a good file makes the first version, which does not count", async () => {
    const good = rule(id, "A file", PLAIN);
    await page
      .locator("input[type=file]")
      .setInputFiles([file(`${id}.yml`, good)]);
    await button(page, "Upload").click();
    await page.getByRole("heading", { name, exact: true }).waitFor();
    await page.getByText("Not tried yet", { exact: true }).first().waitFor();
    assert.equal(await button(page, "Enable").count(), 0);
  });

  it("a trial shows verdicts and counts for nothing", async () => {
    await button(page, "Try it").click();
    await page.getByRole("link", { name: "Results and evidence" }).waitFor();
    await lookEverywhere(page, "packs-tried");
    await page.getByRole("link", { name: "Results and evidence" }).click();
    await page.getByText("This is a trial: it counts for nothing").waitFor();
    await page.getByText("A file", { exact: true }).first().waitFor();
    await lookEverywhere(page, "packs-trial");
    await page.goBack();
  });

  it("what was tried is enabled, and its rule is in the catalogue", async () => {
    await confirm(page, "Enable");
    await page.getByText("Version 1 counts").waitFor();
    await lookEverywhere(page, "packs-enabled");
    const pack = page.url();
    await page.goto(`${server.url}/rules/${id}`);
    await page.getByText("version 1 counts").waitFor();
    await lookEverywhere(page, "packs-rule");
    await page.goto(pack);
  });

  it("a version with a script waits for somebody's word", async () => {
    await button(page, "New version").click();
    await page
      .locator("input[type=file]")
      .setInputFiles([
        file(`${id}.yml`, rule(id, "A file", PLAIN)),
        file(`${id}-agent.yml`, rule(`${id}-agent`, "An agent", SCRIPT)),
      ]);
    await button(page, "Upload").click();
    await page.getByText("Scripts not trusted").waitFor();
    assert.equal(await button(page, "Try it").count(), 0);
    await page.getByRole("tab", { name: "Rules" }).click();
    await page.getByText("An agent", { exact: true }).waitFor();
    await lookEverywhere(page, "packs-untrusted");
    await confirm(page, "Trust the scripts");
    await page.getByText("Scripts trusted", { exact: true }).waitFor();
    await page.getByRole("tab", { name: "Changes" }).click();
    await page.getByText("New", { exact: true }).waitFor();
    await lookEverywhere(page, "packs-changes");
  });

  it("a pack is disabled and removed after somebody was asked", async () => {
    await confirm(page, "Disable");
    await page.getByText("Not enabled").waitFor();
    await confirm(page, "Remove");
    await page.getByText("Removed", { exact: true }).waitFor();
    assert.equal(await button(page, "New version").count(), 0);
  });
});
