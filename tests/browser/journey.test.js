// The way of a newcomer: the printed link, the first verdicts, the evidence, another host; on a wide and
// a narrow screen. Every screen is checked for accessibility, overflow and faults.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  button,
  call,
  firstHost,
  launch,
  look,
  lookEverywhere,
  NARROW,
  open,
  PASSWORD,
  WIDE,
} from "./page.js";
import { start } from "./server.js";

let browser;
let server;
before(async () => {
  server = await start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

describe("the first run", () => {
  let context;
  let page;
  before(async () => {
    context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
    });
    page = await open(context);
  });
  after(() => context.close());

  it("without its link, it says where to find it", async () => {
    await page.goto(server.url);
    await page.getByText("prints at its start").waitFor();
    await look(page, "setup-without-link");
  });

  it("a weak password is refused before it is sent", async () => {
    await page.goto(server.setup);
    await page.getByLabel("Name").fill("ada");
    await page.getByLabel("Password", { exact: true }).fill("short");
    await page.getByLabel("Password again").fill("other");
    await button(page, "Create and log in").click();
    await page.getByText("The two differ").waitFor();
    await look(page, "setup");
  });

  it("makes the administrator, and shows this machine scanned, with evidence", async () => {
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByLabel("Password again").fill(PASSWORD);
    await button(page, "Create and log in").click();
    await page.getByRole("heading", { name: "Hosts" }).waitFor();
    await page.getByText("Completed").waitFor();
    await firstHost(page).click();
    await page.getByText("as of").waitFor();
    await page.getByRole("listitem").first().getByRole("button").click();
    await page.getByText("What it rests on").waitFor();
    await page.getByText("Evidence SHA-256").waitFor();
    await look(page, "evidence");
  });

  it("a scan is seen running and ending, without a reload", async () => {
    await page.keyboard.press("Escape");
    await page.getByText("What it rests on").waitFor({ state: "detached" });
    await page.getByRole("tab", { name: "Scans" }).click();
    await page.getByText("Completed").first().waitFor();
    const before = await page.getByText("round trips").count();
    await button(page, "Scan now").click();
    await page.waitForFunction(
      (count) =>
        document.body.innerText.split("round trips").length - 1 > count,
      before,
    );
    await look(page, "scans");
  });

  it("the link works once", async () => {
    const other = await open(await browser.newContext());
    await other.goto(server.setup);
    await other.getByText("There is an administrator already").waitFor();
    await other.context().close();
  });
});

const logIn = async (page) => {
  await page.getByLabel("Name").fill("ada");
  await page.locator("input[type=password]").fill(PASSWORD);
  await button(page, "Log in").click();
};

describe("every screen", () => {
  let context;
  let page;
  before(async () => {
    context = await browser.newContext(WIDE);
    page = await open(context);
  });
  after(() => context.close());

  it("a wrong password is refused, the right one lets in", async () => {
    await page.goto(server.url);
    await page.getByLabel("Name").fill("ada");
    await page.locator("input[type=password]").fill("wrong");
    await button(page, "Log in").click();
    await page.getByText("the name or the password is wrong").waitFor();
    await lookEverywhere(page, "log-in");
    await page.locator("input[type=password]").fill(PASSWORD);
    await button(page, "Log in").click();
    await page.getByRole("heading", { name: "Hosts" }).waitFor();
  });

  it("shows the hosts", async () => {
    await page.getByText("judged").first().waitFor();
    await lookEverywhere(page, "hosts");
  });

  it("the keyboard passes over the navigation, and /hosts is where the hosts are", async () => {
    await page.goto(`${server.url}/hosts?order=NAME`);
    await page.getByText("judged").first().waitFor();
    assert.equal(page.url(), `${server.url}/?order=NAME`);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    const first = await page.evaluate(() => document.activeElement.innerText);
    assert.equal(first, "Add host");
  });

  it("shows a host, its rules and the evidence of one", async () => {
    await firstHost(page).click();
    await page.getByText("as of").waitFor();
    await page.getByRole("tabpanel").getByRole("button").first().waitFor();
    await lookEverywhere(page, "host");
    await page.goto(`${page.url()}?rule=ssh-root-login-disabled`);
    await page.getByText("What it rests on").waitFor();
    await lookEverywhere(page, "evidence");
  });

  for (const [path, heading, settled] of [
    ["/groups", "Groups", "No groups yet"],
    ["/rules", "Rules", /^\d+ rules$/],
    ["/activity", "Activity", "Scan completed"],
    ["/audit", "Audit", "scan.completed.v2"],
    ["/credentials", "Credentials", "No credentials yet"],
    ["/users", "Users", "ada"],
    ["/preferences", "Preferences", "As the system"],
    ["/nowhere", "There is nothing at this address", "To the hosts"],
  ]) {
    it(`shows ${path}`, async () => {
      await page.goto(server.url + path);
      await page.getByRole("heading", { name: heading, exact: true }).waitFor();
      await page.getByText(settled).first().waitFor();
      await lookEverywhere(page, path.slice(1));
    });
  }

  it("a host that does not answer says why", async () => {
    await page.goto(`${server.url}/hosts/add`);
    await page.getByLabel("Name").fill("nowhere");
    await page.getByLabel("Address").fill("127.0.0.1");
    await page.getByLabel("Port").fill("1");
    await button(page, "Test connection").click();
    await page.getByText("The connection does not work").waitFor();
    await lookEverywhere(page, "add-host");
  });

  it("what happens while the connection is lost is seen afterwards", async () => {
    const connections = [];
    const [first, second] = [0, 1].map(
      (at) => new Promise((connected) => (connections[at] = connected)),
    );
    await page.routeWebSocket(/\/graphql$/, (socket) => {
      socket.connectToServer();
      connections.shift()?.(socket);
    });
    await page.goto(server.url);
    await page.getByText("judged").first().waitFor();
    await (await first).close({ code: 1012, reason: "restart" });
    const ssh = {
      address: "127.0.0.1",
      port: 1,
      hostKeyPolicy: "TRUST_ON_FIRST_USE",
    };
    // The last of all by its name: the first host stays the first.
    const name = "zzz-late";
    await call(
      page,
      "mutation($input: RegisterHostInput!) { registerHost(input: $input) { errors { message } } }",
      {
        details: { name, environment: "test", connection: { ssh } },
        scanNow: false,
      },
    );
    await second;
    await page.getByRole("link", { name }).waitFor();
  });

  it("a session that ends elsewhere leads to the log-in, and back", async () => {
    const there = `${server.url}/?order=SCORE`;
    await page.goto(there);
    await page.getByText("judged").first().waitFor();
    await page.context().request.post(`${server.url}/graphql`, {
      headers: { "x-openwatch-csrf": "1" },
      data: { query: "mutation { logOut { ended } }" },
    });
    await page.getByText("Log in to go on where you were").waitFor();
    await lookEverywhere(page, "log-in-again");
    await logIn(page);
    await page.getByText("judged").first().waitFor();
    assert.equal(page.url(), there);
  });
});

describe("on a narrow screen", () => {
  let context;
  let page;
  before(async () => {
    context = await browser.newContext(NARROW);
    page = await open(context);
  });
  after(() => context.close());

  it("the ways to the screens are behind a button, and go away when one is taken", async () => {
    await page.goto(server.url);
    await logIn(page);
    await page.getByText("judged").first().waitFor();
    const ways = page.getByRole("navigation", { name: "Main" });
    assert.equal(await ways.isVisible(), false);
    await button(page, "Navigation").click();
    await ways.waitFor();
    await look(page, "navigation-390");
    await ways.getByRole("link", { name: "Activity" }).click();
    await page.getByRole("heading", { name: "Activity" }).waitFor();
    await ways.waitFor({ state: "hidden" });
  });
});
