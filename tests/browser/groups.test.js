// The way of somebody who keeps groups: by choice and by rule, with targets and maintenance; on a wide and
// a narrow screen.
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
let machine;
before(async () => {
  server = await start();
  browser = await launch();
  session = await administrator(browser, server, async (page) => {
    await page.getByText("judged").first().waitFor({ timeout: 60_000 });
    machine = await firstHost(page).innerText();
  });
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const TODAY = new Date().toISOString().slice(0, 10);

/** A field by its label; those that are required have a star. */
const field = (page, name) => page.getByLabel(new RegExp(`^${name}( \\*)?$`));
const option = async (page, select, name) => {
  await page.getByRole("combobox", { name: select, exact: true }).click();
  await page.getByRole("option", { name, exact: true }).click();
};

/** Another browser of the same person: nothing of the first one is in it but who is logged in. */
async function elsewhere(options) {
  const context = await browser.newContext(options);
  await context.addCookies(session);
  return open(context);
}

describe("groups of hosts", () => {
  let page;
  let chosenUrl;
  const chosen = "Chosen";
  const ruled = "Ruled";
  const card = (name) => page.locator(".mantine-Card-root", { hasText: name });
  before(async () => {
    page = await elsewhere(WIDE);
  });
  after(() => page.context().close());

  it("makes a group of hosts that are chosen", async () => {
    await page.goto(`${server.url}/groups`);
    await page.getByRole("link", { name: "Add group" }).click();
    await field(page, "Name").fill(chosen);
    await option(page, "Colour", "Teal");
    await page.getByRole("combobox", { name: "First hosts" }).fill(machine);
    await page.getByRole("option", { name: machine }).click();
    await page.keyboard.press("Escape");
    await field(page, "Target score").fill("99");
    await lookEverywhere(page, "group-add");
    await button(page, "Make group").click();
    await page.getByRole("heading", { name: chosen }).waitFor();
    await page.getByRole("link", { name: "1 host" }).waitFor();
    await page.getByRole("tabpanel").getByText(machine).waitFor();
    chosenUrl = page.url().split("?")[0];
    await lookEverywhere(page, "group");
  });

  it("shows what its hosts add up to, and the rules that they fail", async () => {
    await page.getByText("1 of 1 below target").waitFor();
    await page.getByRole("tab", { name: "Worst rules" }).click();
    await page.getByText("1 of 1 fail").first().waitFor();
    await lookEverywhere(page, "group-rules");
    await page.getByRole("tab", { name: "Activity" }).click();
    await page.getByText(`Group ${chosen} created`).waitFor();
    await page.getByText("1 host added").waitFor();
    await lookEverywhere(page, "group-activity");
  });

  it("makes a group by a rule, and shows first whom it finds", async () => {
    await page.goto(`${server.url}/groups/add`);
    await field(page, "Name").fill(ruled);
    await page.getByLabel("follow a rule").check();
    const values = page.getByRole("combobox", {
      name: "Values, one is enough",
    });
    await option(page, "What is looked at", "Name, by expression");
    await values.fill("web-(");
    await values.press("Enter");
    const preview = page.getByRole("status", { name: "Preview" });
    await preview.getByText("is no regular expression").waitFor();
    await lookEverywhere(page, "group-rule-wrong");
    await option(page, "What is looked at", "Name, by pattern");
    await values.fill("*");
    await values.press("Enter");
    await preview.getByText("1 host matches now").waitFor();
    await preview.getByText(machine).waitFor();
    await lookEverywhere(page, "group-rule");
    await button(page, "Make group").click();
    await page.getByText("By rule: name, by pattern matches *").waitFor();
    await page.getByRole("tabpanel").getByText(machine).waitFor();
  });

  it("refuses the name of another group, at its field", async () => {
    await page.getByRole("tab", { name: "Settings" }).click();
    await button(page, "Edit").click();
    await field(page, "Name").fill(chosen);
    await button(page, "Save").click();
    await page.getByText("another group is called").waitFor();
    await lookEverywhere(page, "group-edit");
    await button(page, "Cancel").click();
  });

  it("lists the groups with their scores", async () => {
    await page.goto(`${server.url}/groups`);
    await card(chosen).getByText("judged").waitFor();
    await card(chosen).getByText("1 of 1 below target").waitFor();
    await card(ruled).getByText("by rule").waitFor();
    await lookEverywhere(page, "groups");
  });

  it("compares with what all hosts added up to on a day", async () => {
    await page.goto(`${server.url}/groups`);
    const all = page.getByRole("group", { name: "All hosts" });
    await all.getByText("judged").waitFor();
    await page.getByLabel("Compare with").fill(TODAY);
    const then = page.getByRole("group", { name: `At the end of ${TODAY}` });
    await then.getByText("1 host", { exact: false }).first().waitFor();
    await then.getByText("judged").waitFor();
    await page.getByLabel("Framework").selectOption("nist_800_53");
    await then.getByText("by NIST 800-53").waitFor();
    await lookEverywhere(page, "groups-then");
    await page.getByLabel("Compare with").fill("2020-01-01");
    await page.getByText("no host was here").waitFor();
  });

  it("shows what a group added up to on a day", async () => {
    await page.goto(chosenUrl);
    await page.getByLabel("Who was in it on").fill(TODAY);
    const then = page.getByRole("group", { name: `At the end of ${TODAY}` });
    await then.getByText("judged").waitFor();
    await lookEverywhere(page, "group-then");
  });

  it("shows the groups of hosts, and the hosts of a group", async () => {
    await page.goto(server.url);
    const groups = page.getByRole("list", { name: "Groups" }).first();
    await groups.getByText(chosen).waitFor();
    await page.getByText("below 99 %").first().waitFor();
    await option(page, "Group", "In no group");
    await page.getByText("Nothing matches the filter").waitFor();
    await option(page, "Group", ruled);
    await groups.getByText(ruled).waitFor();
    assert.match(page.url(), /group=/);
    await lookEverywhere(page, "hosts-of-group");
  });

  it("a group in maintenance is seen at its hosts, in another browser at once", async () => {
    const other = await elsewhere(WIDE);
    await other.goto(server.url);
    await other.getByText(machine).first().waitFor();
    await page.goto(`${chosenUrl}?tab=settings`);
    await button(page, "Start maintenance").click();
    const dialog = page.getByRole("dialog");
    await field(dialog, "Reason").fill("new disks");
    await field(dialog, "Until").fill("2020-01-01T00:00");
    await button(dialog, "Start maintenance").click();
    await dialog.getByText("until must be in the future").waitFor();
    await field(dialog, "Until").fill("");
    await lookEverywhere(page, "maintenance");
    await button(dialog, "Start maintenance").click();
    await page.getByText("In maintenance: new disks.").waitFor();
    await other
      .getByLabel(`In maintenance: new disks (group ${chosen})`)
      .waitFor();
    await lookEverywhere(other, "hosts-maintenance");
    await other.context().close();
    await lookEverywhere(page, "group-settings");
    await button(page, "End maintenance").click();
    await page.getByText("Not in maintenance").waitFor();
  });

  it("a target of the host counts before those of its groups", async () => {
    await page.goto(server.url);
    await page.getByRole("main").getByText(machine).first().click();
    await page.getByRole("tab", { name: "Settings" }).click();
    await page.getByText(`99 % of the group ${chosen} counts`).waitFor();
    await button(page, "Set a target").click();
    const dialog = page.getByRole("dialog");
    await field(dialog, "Target score").fill("5");
    await button(dialog, "Another score for a framework").click();
    await option(page, "Framework", "CIS");
    await dialog.getByLabel("Target score in this framework").fill("50");
    await lookEverywhere(page, "host-target");
    await button(dialog, "Save").click();
    await page.getByText("Of its own: 5 %, CIS 50 %").waitFor();
    await page.getByRole("tab", { name: "Compliance" }).click();
    await page.getByText("target 5 %").waitFor();
    await lookEverywhere(page, "host-standing");
    await page.getByRole("tab", { name: "Settings" }).click();
    await button(page, "Change target").click();
    await field(dialog, "Target score").fill("");
    await button(dialog, "Leave this framework out").click();
    await button(dialog, "Save").click();
    await page.getByText(`99 % of the group ${chosen} counts`).waitFor();
  });

  it("tells who was in a group on a day, also after it was removed", async () => {
    const today = new Date().toISOString().slice(0, 10);
    const nobody = page.getByRole("heading", {
      name: "Nobody was in it at the end of that day",
      level: 3,
    });
    await page.goto(`${chosenUrl}?at=${today}`);
    await page.getByText("At the end of that day, UTC").waitFor();
    await page.getByRole("tabpanel").getByText(machine).waitFor();
    await page.goto(chosenUrl);
    await button(page, `Take out ${machine}`).click();
    await page.getByText("No host is in it").waitFor();
    await page.getByRole("tab", { name: "Settings" }).click();
    await button(page, "Remove group").click();
    await page.getByText("This group was removed").waitFor();
    await page.getByRole("tab", { name: "Hosts" }).click();
    await field(page, "Who was in it on").fill("2020-01-15");
    await nobody.waitFor();
    // It was taken out before this day ends.
    await page.goto(`${chosenUrl}?at=${today}`);
    await nobody.waitFor();
    await lookEverywhere(page, "group-removed");
    await button(page, `Bring back ${chosen}`).click();
    await page.getByText("This group was removed").waitFor({
      state: "detached",
    });
    // Out of the way of the next screen.
    await page.goto(`${chosenUrl}?tab=settings`);
    await button(page, "Remove group").click();
    await page.getByText("This group was removed").waitFor();
  });
});
