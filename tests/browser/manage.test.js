// The way of somebody who keeps an installation: hosts and credentials are changed, removed and brought
// back, preferences kept; on a wide and a narrow screen.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  administrator,
  button,
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
before(async () => {
  server = await start();
  sshd = await startSshd();
  browser = await launch();
  session = await administrator(browser, server);
});
after(async () => {
  await browser?.close();
  sshd?.stop();
  await server?.stop();
});

/** A field by its label; those that are required have a star. */
const field = (page, name) => page.getByLabel(new RegExp(`^${name}( \\*)?$`));
const option = async (page, select, name) => {
  await page.getByRole("combobox", { name: select, exact: true }).click();
  await page.getByRole("option", { name }).click();
};
const scheme = (page) =>
  page.locator("html").getAttribute("data-mantine-color-scheme");

/** Another browser of the same person: nothing of the first one is in it but who is logged in. */
async function elsewhere(options) {
  const context = await browser.newContext(options);
  await context.addCookies(session);
  return open(context);
}

describe("hosts and credentials", () => {
  let page;
  let hostUrl;
  const name = "spare";
  const fleet = "Fleet";
  before(async () => {
    page = await elsewhere(WIDE);
  });
  after(() => page.context().close());
  const reload = () => page.goto(page.url());

  it("stores a credential", async () => {
    await page.goto(`${server.url}/credentials`);
    await button(page, "Add credential").click();
    await field(page, "Name").fill(fleet);
    await field(page, "Account on the hosts").fill("scan");
    await option(page, "Log in with", /^Password$/);
    await field(page, "Password").fill("secret of the fleet");
    await lookEverywhere(page, "credential-new");
    await button(page, "Store credential").click();
    await page.getByText(fleet).first().waitFor();
  });

  it("edits it, and asks for secrets where the log-in changes", async () => {
    const card = page.locator(".mantine-Card-root", { hasText: fleet });
    await button(card, `Edit ${fleet}`).click();
    const dialog = page.getByRole("dialog");
    await field(dialog, "Description").fill("for every host");
    assert.equal(await field(dialog, "Password").count(), 0);
    await option(page, "Log in with", /^Private key$/);
    await field(dialog, "Private key").fill("no key at all");
    await lookEverywhere(page, "credential-edit");
    await button(dialog, "Save").click();
    await dialog.locator(".mantine-Textarea-error").waitFor();
    await option(page, "Log in with", /^Password$/);
    await button(dialog, "Save").click();
    await dialog.waitFor({ state: "detached" });
    await card.getByText("for every host").waitFor();
    await lookEverywhere(page, "credentials-kept");
  });

  it("says who changed a credential meanwhile", async () => {
    const card = page.locator(".mantine-Card-root", { hasText: fleet });
    await button(card, `Edit ${fleet}`).click();
    const other = await elsewhere({});
    await other.goto(`${server.url}/credentials`);
    await button(other, `Edit ${fleet}`).click();
    await field(other, "Account on the hosts").fill("auditor");
    await button(other, "Save").click();
    await other.getByRole("dialog").waitFor({ state: "detached" });
    await other.context().close();
    await field(page, "Description").fill("for every host of ours");
    await button(page, "Save").click();
    await page.getByText("Account: “scan” became “auditor”").waitFor();
    await lookEverywhere(page, "credential-meanwhile");
    await button(page, "Take over these changes").click();
    assert.equal(
      await field(page, "Account on the hosts").inputValue(),
      "auditor",
    );
    await field(page, "Description").fill("for every host of ours");
    await button(page, "Save").click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await card.getByText("for every host of ours").waitFor();
  });

  it("registers a host through another one", async () => {
    await page.goto(`${server.url}/hosts/add`);
    await field(page, "Name").fill(name);
    await field(page, "Address").fill("127.0.0.1");
    await field(page, "Port").fill("1");
    await page.getByLabel("It is reached through another host").check();
    const jump = page.getByRole("group", { name: "The host on the way" });
    await button(page, "Register without a test").click();
    await jump
      .getByText("The host on the way needs a credential of its own")
      .waitFor();
    await field(jump, "Address").fill("127.0.0.1");
    await field(jump, "Port").fill("1");
    await jump.getByRole("combobox", { name: "Credential" }).click();
    await page.getByRole("option", { name: fleet }).click();
    await lookEverywhere(page, "add-host-jump");
    await button(page, "Register without a test").click();
    await page.getByRole("tab", { name: "Settings" }).click();
    await page.getByText("On the way").waitFor();
    await page.getByText("The last scan failed").waitFor();
    hostUrl = page.url().split("?")[0];
    await lookEverywhere(page, "host-settings");
  });

  it("edits the host, by keyboard, with errors at their fields", async () => {
    await button(page, "Edit").focus();
    await page.keyboard.press("Enter");
    await field(page, "Name").waitFor();
    // The form begins where the person can type.
    assert.equal(await page.evaluate(() => document.activeElement.value), name);
    await field(page, "Address").first().fill("not an address");
    await field(page, "Description").fill("stands in for nothing");
    await field(page, "Description").press("Enter");
    await page.getByText("must be a host name or an IP address").waitFor();
    assert.equal(
      await page.evaluate(() => document.activeElement.value),
      "not an address",
    );
    await lookEverywhere(page, "host-edit-error");
    await page.getByLabel("It is reached through another host").uncheck();
    await field(page, "Address").fill("127.0.0.1");
    await field(page, "Port").fill(String(sshd.port));
    await option(page, "Credential", fleet);
    await button(page, "Test connection").click();
    await page.getByText(sshd.fingerprint).waitFor();
    await button(page, "It is the same: trust it and go on").click();
    await page.getByText("which you have confirmed").waitFor();
    await page.getByText("The connection does not work").waitFor();
    await lookEverywhere(page, "host-edit");
    await button(page, "Save").click();
    await button(page, "Edit").waitFor();
    await page.getByText("stands in for nothing").waitFor();
    await page.getByText(sshd.fingerprint).waitFor();
    await page.waitForFunction(
      () => document.activeElement.textContent === "Edit",
    );
    await lookEverywhere(page, "host-edited");
  });

  it("refuses the name of another host", async () => {
    await button(page, "Edit").click();
    const other = await elsewhere({});
    await other.goto(server.url);
    const taken = await other
      .getByRole("main")
      .locator("a[href^='/hosts/']:not([href='/hosts/add'])")
      .filter({ hasNotText: "spare" })
      .first()
      .innerText();
    await other.context().close();
    await field(page, "Name").fill(taken);
    await button(page, "Save").click();
    await page
      .getByText("another host of this environment is called")
      .waitFor();
    await lookEverywhere(page, "host-edit-taken");
    await button(page, "Cancel").click();
    await button(page, "Edit").waitFor();
  });

  it("shows at once what somebody else changes, and asks whose counts", async () => {
    await button(page, "Edit").click();
    await field(page, "Description").fill("mine");
    const other = await elsewhere({});
    await other.goto(`${hostUrl}?tab=settings&edit=details`);
    await field(other, "Description").fill("theirs");
    await option(other, "Sudo", /^Without a password$/);
    await button(other, "Save").click();
    await button(other, "Edit").waitFor();
    await other.context().close();
    await page
      .getByText("Sudo: “not used” became “without a password”")
      .waitFor();
    assert.ok(await button(page, "Save").isDisabled());
    await lookEverywhere(page, "host-meanwhile");
    await button(page, "Take over these changes").click();
    assert.equal(await field(page, "Description").inputValue(), "theirs");
    await field(page, "Description").fill("mine after all");
    await button(page, "Save").click();
    await page.getByText("mine after all").waitFor();
    await page.getByText("without a password").waitFor();
  });

  it("shows the audit of the host alone", async () => {
    await page.getByRole("tab", { name: "Audit" }).click();
    await page.getByText("host.edited.v1").first().waitFor();
    await page.getByText("host.key_trusted.v1").first().waitFor();
    assert.equal(await page.getByText("session.started").count(), 0);
    await page
      .getByRole("button", { name: /host\.edited/ })
      .first()
      .click();
    await page.getByText("mine after all").waitFor();
    await lookEverywhere(page, "host-audit");
  });

  it("does not remove a credential that hosts use", async () => {
    await page.goto(`${server.url}/credentials`);
    const card = page.locator(".mantine-Card-root", { hasText: fleet });
    await card.getByText("1 host ").waitFor();
    await button(card, `Remove ${fleet}`).click();
    await page.getByText("One host logs in with it").waitFor();
    await button(page, "Remove it").click();
    await page.getByText("give another credential first").waitFor();
    await lookEverywhere(page, "credential-in-use");
    await button(page, "Keep it").click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
  });

  it("takes the host out of watch, finds it and brings it back", async () => {
    await page.goto(`${hostUrl}?tab=settings`);
    await button(page, "Take out of watch").click();
    await page.getByText("This host is out of watch").waitFor();
    assert.equal(await button(page, "Edit").count(), 0);
    await lookEverywhere(page, "host-removed");
    await page.goto(`${server.url}/?status=REMOVED`);
    await page.getByRole("link", { name }).waitFor();
    await lookEverywhere(page, "hosts-removed");
    await button(page, `Bring back ${name}`).click();
    await page.getByRole("link", { name }).waitFor({ state: "detached" });
    await page.goto(hostUrl);
    await button(page, "Scan now").waitFor();
  });

  it("says why a host cannot be brought back", async () => {
    await page.goto(`${hostUrl}?tab=settings`);
    await button(page, "Take out of watch").click();
    await page.getByText("This host is out of watch").waitFor();
    const other = await elsewhere({});
    await other.goto(`${server.url}/hosts/add`);
    await field(other, "Name").fill(name);
    await field(other, "Address").fill("127.0.0.1");
    await field(other, "Port").fill("1");
    await button(other, "Register without a test").click();
    await other.getByRole("tab", { name: "Settings" }).click();
    await page.getByRole("button", { name: `Bring back ${name}` }).click();
    await page
      .getByText("another host of this environment is called")
      .waitFor();
    await lookEverywhere(page, "host-not-back");
    await button(other, "Take out of watch").click();
    await other.getByText("This host is out of watch").waitFor();
    await other.context().close();
  });

  it("removes the credential once no host uses it", async () => {
    await page.goto(`${server.url}/credentials`);
    const card = page.locator(".mantine-Card-root", { hasText: fleet });
    await card.getByText("0 hosts").waitFor();
    await button(card, "Make it the default").click();
    await card.getByText("Default", { exact: true }).waitFor();
    await button(card, `Remove ${fleet}`).click();
    await page.getByText("It is the default").waitFor();
    await lookEverywhere(page, "credential-remove");
    await button(page, "Remove it").click();
    await card.waitFor({ state: "detached" });
  });

  it("says that a host which is brought back names a removed credential", async () => {
    await page.goto(`${hostUrl}?tab=settings`);
    await button(page, `Bring back ${name}`).click();
    await page.getByText("which was removed: choose another").waitFor();
    await button(page, "Edit").click();
    await button(page, "Save").click();
    await page.getByText("there is no such credential").waitFor();
    await lookEverywhere(page, "host-credential-removed");
    await button(page, "Cancel").click();
    await button(page, "Take out of watch").click();
    await page.getByText("This host is out of watch").waitFor();
  });

  it("keeps preferences, in every browser", async () => {
    await button(page, "Use light colours").click();
    await page.waitForFunction(
      () => document.documentElement.dataset.mantineColorScheme === "light",
    );
    await page.getByRole("button", { name: "Logged in as ada" }).click();
    await page.getByRole("menuitem", { name: "Preferences" }).click();
    const there = await elsewhere({ colorScheme: WIDE.colorScheme });
    await there.goto(`${server.url}/preferences`);
    await there
      .getByLabel("Light", { exact: true })
      .and(there.locator(":checked"))
      .waitFor();
    await there.waitForFunction(
      () => document.documentElement.dataset.mantineColorScheme === "light",
    );
    await there.getByLabel("Compact").check();
    await there.getByLabel("Reduced").check();
    await there.getByLabel("The time zone of this computer").check();
    await there.getByText("Saved").nth(2).waitFor();
    await there.context().close();
    await reload();
    await page.getByLabel("Compact").and(page.locator(":checked")).waitFor();
    await lookEverywhere(page, "preferences-changed");
    assert.equal(await scheme(page), "light");
    // Without a session the colours stay those of this browser.
    await page.context().clearCookies();
    await page.goto(`${server.url}/log-in`);
    await button(page, "Log in").waitFor();
    assert.equal(await scheme(page), "light");
    await page.context().addCookies(session);
  });

  it("changes the own password, and asks for the old one", async () => {
    await page.goto(`${server.url}/preferences`);
    const change = async (current, wanted) => {
      await field(page, "Password as it is").fill(current);
      await field(page, "New password").fill(wanted);
      await field(page, "New password again").fill(wanted);
      await button(page, "Change password").click();
    };
    await change("not my password", PASSWORD);
    await page.getByText("This is not your password").waitFor();
    await lookEverywhere(page, "password-refused");
    await change(PASSWORD, `${PASSWORD} anew`);
    await page.getByText("The password was changed").waitFor();
    await change(`${PASSWORD} anew`, PASSWORD);
    await page.getByText("The password was changed").waitFor();
    assert.equal(await field(page, "New password").inputValue(), "");
  });

  it("gives somebody else another role", async () => {
    const person = "bob";
    await page.goto(`${server.url}/users`);
    await button(page, "Add user").click();
    const dialog = page.getByRole("dialog");
    await field(dialog, "Name").fill(person);
    await field(dialog, "Password").fill(PASSWORD);
    await button(dialog, "Add user").click();
    await dialog.waitFor({ state: "detached" });
    const role = page.getByRole("combobox", { name: `Role of ${person}` });
    await role.selectOption({ label: "Auditor" });
    await page.waitForFunction(
      (name) =>
        document.querySelector(`select[aria-label="${name}"]`)?.value ===
        "AUDITOR",
      `Role of ${person}`,
    );
    await lookEverywhere(page, "users-role");
    await reload();
    await role.waitFor();
    assert.equal(await role.inputValue(), "AUDITOR");
  });

  it("takes a preference back when it cannot be saved, and says so", async () => {
    await page.goto(`${server.url}/preferences`);
    const compact = page.getByLabel("Compact");
    await compact.and(page.locator(":checked")).waitFor();
    await page.route("**/graphql", (route) =>
      route.request().postData()?.includes("changePreference")
        ? route.abort()
        : route.continue(),
    );
    await page.getByLabel("Comfortable").click();
    await page.getByText("It could not be saved, and is as it was").waitFor();
    await compact.and(page.locator(":checked")).waitFor();
    await page.unroute("**/graphql");
    page.faults.length = 0;
    await lookEverywhere(page, "preferences-not-saved");
    for (const one of ["Comfortable", "UTC"])
      await page.getByLabel(one, { exact: true }).check();
    for (const one of ["Colours", "Motion"])
      await page
        .getByRole("radiogroup", { name: one })
        .getByLabel("As the system")
        .check();
    await page.getByText("Saved").nth(3).waitFor();
    assert.equal(await scheme(page), WIDE.colorScheme);
  });
});
