// The way of somebody who sets what holds for the organisation: values of variables, frameworks, the target; on a
// wide and a narrow screen.
import assert from "node:assert/strict";
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
before(async () => {
  server = await start();
  browser = await launch();
  session = await administrator(browser, server, async (page) => {
    // The machine is scanned first, by the time that it needs.
    await page.getByText("judged").first().waitFor({ timeout: 240_000 });
  });
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const NAME = "password_max_days";

describe("settings", () => {
  let page;
  const line = () => page.getByRole("listitem", { name: NAME, exact: true });
  const save = async (value) => {
    await page.getByLabel(`Value of ${NAME}`).fill(value);
    await button(page, "Save").click();
  };
  before(async () => {
    const context = await browser.newContext(WIDE);
    await context.addCookies(session);
    page = await open(context);
  });
  after(() => page?.context().close());

  it("a value of the organisation is checked, set and shown", async () => {
    await page.goto(`${server.url}/settings`);
    await page.getByLabel("Find variables").fill(NAME);
    await line().waitFor();
    await lookEverywhere(page, "settings-variables");
    await line().getByRole("button", { name: "Set a value" }).click();
    await save("1000");
    await page.getByText("must be a whole number from 1 to 365").waitFor();
    await lookEverywhere(page, "settings-refused");
    await save("90");
    await line().getByText("organisation, set by ada").waitFor();
    await lookEverywhere(page, "settings-set");
  });

  it("a host has a value of its own beside that of the organisation, and both are taken back", async () => {
    await page.goto(server.url);
    await firstHost(page).click();
    await page.getByRole("tab", { name: "Variables" }).click();
    await page.getByLabel("Find variables").fill(NAME);
    await line().getByText("organisation, set by ada").waitFor();
    await line().getByRole("button", { name: "Set a value" }).click();
    await save("30");
    await line().getByText("set by ada").nth(1).waitFor();
    await lookEverywhere(page, "host-variables");
    await button(page, "Scan now").click();
    await page.getByText("Scan now").waitFor();
    await line().getByRole("button", { name: "Take back" }).click();
    await line()
      .getByText("30", { exact: true })
      .waitFor({ state: "detached" });
    await page.goto(`${server.url}/settings`);
    await page.getByLabel("Find variables").fill(NAME);
    await line().getByRole("button", { name: "Take back" }).click();
    await line()
      .getByText("organisation, set by ada")
      .waitFor({ state: "detached" });
  });

  it("frameworks are left out and come back", async () => {
    await page.goto(`${server.url}/settings?tab=frameworks`);
    const box = page.getByRole("checkbox", {
      name: "NIST 800-53",
      exact: true,
    });
    await box.uncheck();
    await button(page, "Save").click();
    await button(page, "Save").waitFor({ state: "detached" });
    await lookEverywhere(page, "settings-frameworks");
    await page.goto(server.url);
    const choice = page.getByRole("combobox", { name: "Framework" });
    await choice.waitFor();
    await page.waitForFunction(
      () =>
        document.querySelector("select[aria-label='Framework']").options
          .length > 1,
    );
    const shown = await choice.locator("option").allInnerTexts();
    assert.ok(
      !shown.some((one) => one.startsWith("NIST 800-53 (")),
      shown.join(),
    );
    await page.goto(`${server.url}/settings?tab=frameworks`);
    await box.check();
    await button(page, "Save").click();
    await button(page, "Save").waitFor({ state: "detached" });
  });

  it("hosts are found by system and by maintenance", async () => {
    await page.goto(server.url);
    await page.getByText("judged").first().waitFor();
    await page
      .getByRole("combobox", { name: "Maintenance" })
      .selectOption({ label: "In maintenance" });
    await page.getByText("No hosts here").waitFor();
    await lookEverywhere(page, "hosts-filters");
    await page
      .getByRole("combobox", { name: "Maintenance" })
      .selectOption({ label: "Not in maintenance" });
    await page.getByText("judged").first().waitFor();
  });
});
