// The way of somebody who asks what is demanded and why: frameworks as lenses on a host, sections, the
// catalogue of rules and the page of one; with the mouse and with the keyboard, by links that others send.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  administrator,
  button,
  firstHost,
  launch,
  look,
  lookEverywhere,
  NARROW,
  open,
  WIDE,
} from "./page.js";
import { start } from "./server.js";

let browser;
let server;
let session;
let host;
before(async () => {
  server = await start();
  browser = await launch();
  session = await administrator(browser, server, async (page) => {
    await page.getByText("Completed").waitFor({ timeout: 60_000 });
    await firstHost(page).click();
    await page.getByText("as of").waitFor();
    host = page.url();
  });
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const rows = (page) => page.getByRole("listitem");
const parameters = (page) => new URL(page.url()).searchParams;
/** Waits until the list has fewer rows than before. */
const shrinks = (page, before) =>
  page.waitForFunction(
    (count) =>
      [...document.querySelectorAll('[role="status"]')].some(
        (one) =>
          /^\d+ rules?$/.test(one.textContent) &&
          Number.parseInt(one.textContent, 10) < count,
      ),
    before,
  );
/** The number of rows that the list says it has. */
const size = async (page) =>
  Number.parseInt(await page.getByText(/^\d+ rules?$/).innerText(), 10);

/** Waits until the catalogue shows section 5.1 of CIS alone. */
async function onlySsh(page) {
  await page.waitForFunction(
    () => new URLSearchParams(location.search).get("section") === "5.1",
  );
  await page.waitForFunction(() =>
    [...document.querySelectorAll('[role="listitem"]')].every((one) =>
      one.textContent.includes("ssh"),
    ),
  );
}

/** Another browser of the same person. */
async function elsewhere(options) {
  const context = await browser.newContext(options);
  await context.addCookies(session);
  return open(context);
}

describe("frameworks, sections and rules", () => {
  let page;
  before(async () => {
    page = await elsewhere(WIDE);
  });
  after(() => page.context().close());

  it("a host is seen by a framework, and a link shows the same", async () => {
    await page.goto(host);
    await rows(page).first().waitFor();
    const all = await size(page);
    await page.getByRole("button", { name: /^NIST 800-53/ }).click();
    await page.getByText(/\d+ of \d+ rules apply/).waitFor();
    await shrinks(page, all);
    assert.equal(parameters(page).get("lens"), "nist_800_53");
    await lookEverywhere(page, "host-lens");
  });

  it("a section holds the rules below it", async () => {
    const before = await size(page);
    await button(page, "Sections of AC").click();
    await page.getByRole("button", { name: /^AC-6 ?\d+\// }).click();
    await shrinks(page, before);
    const inside = await size(page);
    const other = await page.context().newPage();
    await other.goto(page.url());
    await rows(other).first().waitFor();
    assert.equal(await size(other), inside);
    await other.close();
    await lookEverywhere(page, "host-section");
  });

  it("verdicts and words narrow it down, and are in the address", async () => {
    await page.goto(host);
    await rows(page).first().waitFor();
    const chip = page
      .getByRole("group", { name: "Verdicts" })
      .getByRole("button", { name: /^Fail/ });
    const failing = Number.parseInt(
      (await chip.innerText()).replace(/\D/g, ""),
      10,
    );
    await chip.click();
    await page.getByText(new RegExp(`^${failing} rules?$`)).waitFor();
    assert.equal(parameters(page).get("verdict"), "FAIL");
    await page.getByLabel("Find rules").fill("nothing is called so");
    await page.getByText("No rule matches").waitFor();
    await lookEverywhere(page, "host-nothing");
    await button(page, "Take the filters away").click();
    await rows(page).first().waitFor();
    assert.equal(parameters(page).size, 0);
  });

  it("only rows in sight are on the page, and scrolling brings all", async () => {
    const all = await size(page);
    assert.ok(all > 100, `${all} rules`);
    assert.ok((await rows(page).count()) < all);
    await page.waitForFunction((count) => {
      window.scrollTo(0, document.body.scrollHeight);
      const seen = [...document.querySelectorAll('[role="listitem"]')];
      return seen.some(
        (one) => one.getAttribute("aria-posinset") === String(count),
      );
    }, all);
  });

  it("the keyboard goes through the rules and opens one", async () => {
    await page.goto(host);
    await rows(page).first().waitFor();
    await page.keyboard.press("/");
    assert.equal(
      await page.evaluate(() =>
        document.activeElement.getAttribute("aria-label"),
      ),
      "Find rules",
    );
    await page.keyboard.press("Escape");
    await page.evaluate(() => document.activeElement.blur());
    await page.keyboard.press("j");
    const at = () =>
      page.evaluate(
        () =>
          document.activeElement.closest("[data-index]")?.dataset.index ?? null,
      );
    await page.waitForFunction(
      () => document.activeElement.closest("[data-index]") !== null,
    );
    assert.equal(await at(), "0");
    await page.keyboard.press("j");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("k");
    await page.waitForFunction(
      () =>
        document.activeElement.closest("[data-index]")?.dataset.index === "1",
    );
    await page.keyboard.press("Enter");
    await page.getByText("What it rests on").waitFor();
    assert.ok(parameters(page).get("rule"));
  });

  it("the catalogue finds rules by words, by control and by facet", async () => {
    await page.goto(`${server.url}/rules`);
    await rows(page).first().waitFor();
    await lookEverywhere(page, "rules");
    const all = await size(page);
    await page.getByLabel("Find rules").fill("root ssh AC-6(2)");
    await page.getByRole("link", { name: /logins as root/ }).waitFor();
    await shrinks(page, all);
    await page.getByLabel("Find rules").fill("");
    await page.getByText(`${all} rules`, { exact: true }).waitFor();
    await page.getByRole("checkbox", { name: "ssh", exact: true }).check();
    await page.waitForFunction(() =>
      new URLSearchParams(location.search).has("category"),
    );
    await lookEverywhere(page, "rules-facets");
    await shrinks(page, all);
    await page.getByRole("link", { name: /logins as root/ }).waitFor();
  });

  it("the catalogue is walked by the edition of a framework", async () => {
    await page.goto(`${server.url}/rules?lens=cis&benchmark=debian12`);
    await rows(page).first().waitFor();
    await button(page, "Sections of 5").click();
    await page.getByRole("button", { name: /^5\.1 SSH server/ }).click();
    await onlySsh(page);
    await lookEverywhere(page, "rules-section");
  });

  it("a rule says what it asks, how it is judged, and which hosts fail it", async () => {
    await page.goto(`${server.url}/rules/ssh-root-login-disabled`);
    await page
      .getByRole("heading", { name: "The SSH server refuses logins as root" })
      .waitFor();
    await page.getByText("first seen").waitFor();
    await page.getByText("in force").waitFor();
    await rows(page).first().waitFor();
    assert.match(await page.title(), /refuses logins as root · OpenWatch/);
    await lookEverywhere(page, "rule");
    await page
      .getByRole("region", { name: "Hosts" })
      .getByRole("link")
      .first()
      .click();
    await page.getByText("What it rests on").waitFor();
    assert.equal(parameters(page).get("rule"), "ssh-root-login-disabled");
  });

  it("a rule says how it is fixed, and what each profile asks for", async () => {
    await page.goto(`${server.url}/rules/ssh-client-alive-count@cis`);
    const judged = page.getByRole("region", { name: "How it is judged" });
    await judged
      .getByText("clientalivecountmax 1 to 3", { exact: true })
      .waitFor();
    await judged.getByText("nobody can tell").waitFor();
    const fixed = page.getByRole("region", { name: "How it is fixed" });
    await fixed.getByText("it changes how people log in").waitFor();
    await fixed.getByText("ssh.service or sshd.service").waitFor();
    await lookEverywhere(page, "rule-values");
    const values = page.getByRole("region", { name: "Values" });
    await values.getByText("a whole number from 1 to 10").waitFor();
    await values.getByRole("link", { name: "STIG" }).click();
    await page.getByText("clientalivecountmax 1", { exact: true }).waitFor();
    assert.match(page.url(), /ssh-client-alive-count@stig$/);
  });

  it("the fleet is seen by a framework", async () => {
    await page.goto(`${server.url}/?lens=nist_800_53`);
    await page.getByText("NIST 800-53 on 1 host").waitFor();
    await lookEverywhere(page, "hosts-lens");
  });
});

describe("what is a list to choose from on a narrow screen", () => {
  let page;
  before(async () => {
    page = await elsewhere(NARROW);
  });
  after(() => page.context().close());

  it("is the framework of a host, and its sections", async () => {
    await page.goto(host);
    await rows(page).first().waitFor();
    const all = await size(page);
    await page.getByLabel("Framework").selectOption({ value: "nist_800_53" });
    await page.getByText(/\d+ of \d+ rules apply/).waitFor();
    await shrinks(page, all);
    const whole = await size(page);
    await page
      .getByLabel("Sections of NIST 800-53")
      .selectOption({ value: "AC-6" });
    await shrinks(page, whole);
  });

  it("is the section of the catalogue", async () => {
    await page.goto(`${server.url}/rules?lens=cis&benchmark=debian12`);
    await rows(page).first().waitFor();
    await page.getByLabel("Sections").selectOption({ value: "5.1" });
    await onlySsh(page);
  });

  it("and what the catalogue is filtered by is behind a button", async () => {
    await page.goto(`${server.url}/rules`);
    await rows(page).first().waitFor();
    const all = await size(page);
    await button(page, "Filters").click();
    await page.getByRole("checkbox", { name: "ssh", exact: true }).check();
    await page.waitForFunction(() =>
      new URLSearchParams(location.search).has("category"),
    );
    await look(page, "rules-filters-390");
    await button(page, "Close").click();
    await shrinks(page, all);
    await page.getByRole("link", { name: /logins as root/ }).waitFor();
  });
});
