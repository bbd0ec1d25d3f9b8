// A page of a real browser that is looked at as a demanding person would.
// SCREENSHOTS=folder keeps a picture of each.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
// The one without windows of its own does the same with a fifth less of the processor.
const CHROMIUM =
  process.env.CHROMIUM ??
  ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"].find(existsSync);
const SCREENSHOTS = process.env.SCREENSHOTS;

export const PASSWORD = "correct horse battery staple";

/** What a way is walked with whose steps are the same at every width. It is looked at in both colours. */
export const WIDE = {
  viewport: { width: 1440, height: 844 },
  colorScheme: "dark",
};
/** A telephone. */
export const NARROW = {
  viewport: { width: 390, height: 844 },
  colorScheme: "light",
};
const SCHEMES = ["dark", "light"];

export function launch() {
  if (SCREENSHOTS) mkdirSync(SCREENSHOTS, { recursive: true });
  // Pages live for seconds: what a compiler or a software GPU would make of them is not worth its time.
  const args = ["--no-sandbox", "--disable-gpu", "--js-flags=--no-opt"];
  return chromium.launch({ executablePath: CHROMIUM, args });
}

/** A page that remembers what went wrong in it. */
export async function open(context) {
  const page = await context.newPage();
  // The machine is scanned by the time that it needs, also where other work is done beside.
  page.setDefaultTimeout(60_000);
  page.faults = [];
  page.on("console", (message) => {
    if (message.type() === "error") page.faults.push(message.text());
  });
  page.on("pageerror", (error) => page.faults.push(String(error)));
  return page;
}

/**
 * Makes the administrator by the link that the server printed, sees the hosts, and does what else is asked for.
 * Resolves with the cookies of the session.
 */
export async function administrator(browser, server, prepare = () => {}) {
  const page = await open(await browser.newContext());
  await page.goto(server.setup);
  await page.getByLabel("Name").fill("ada");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByLabel("Password again").fill(PASSWORD);
  await button(page, "Create and log in").click();
  await page.getByRole("heading", { name: "Hosts" }).waitFor();
  await prepare(page);
  const { cookies } = await page.context().storageState();
  await page.context().close();
  return cookies;
}

/** Looks at a screen as a demanding person would; at a wide one in dark and light colours. */
export async function look(page, name) {
  const [first, system] = await colours(page);
  await still(page);
  await judge(page, `${name}-${first}`, { values: WCAG, type: "tag" });
  if (page.viewportSize().width < WIDE.viewport.width) return;
  // What does not depend on colours is judged once.
  const other = SCHEMES.find((one) => one !== first);
  await paint(page, other, other);
  await judge(page, `${name}-${other}`, { values: COLOURS, type: "rule" });
  await paint(page, first, system);
}

/** Looks at a screen at every width, at the narrow one in its own colours, and leaves it as it was. */
export async function lookEverywhere(page, name) {
  const first = page.viewportSize();
  const [scheme, system] = await colours(page);
  await look(page, `${name}-${first.width}`);
  try {
    for (const { viewport, colorScheme } of [WIDE, NARROW]) {
      const { width } = viewport;
      if (width === first.width) continue;
      await page.setViewportSize({ ...first, width });
      await paint(page, colorScheme, colorScheme);
      await page.evaluate(
        () =>
          new Promise((drawn) =>
            requestAnimationFrame(() => requestAnimationFrame(drawn)),
          ),
      );
      await look(page, `${name}-${width}`);
    }
  } finally {
    await page.setViewportSize(first);
    await paint(page, scheme, system);
  }
}

/** The colours of the screen, and those that the system has. */
const colours = (page) =>
  page.evaluate(() => [
    document.documentElement.dataset.mantineColorScheme,
    matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light",
  ]);

const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];
/** What no guideline demands and those who listen to a page need. */
const ALSO = ["heading-order", "page-has-heading-one", "empty-table-header"];
const COLOURS = ["color-contrast", "link-in-text-block"];

/** Nothing moves any more: fades and spinners are over. */
const still = (page) =>
  page.waitForFunction(() =>
    document
      .getAnimations()
      .every(
        (one) =>
          one.playState !== "running" ||
          one.effect.getTiming().iterations === Infinity,
      ),
  );

/** Shows the screen in other colours, whatever the person prefers, and `system` as what the system has. */
async function paint(page, scheme, system) {
  await page.emulateMedia({ colorScheme: system });
  await page.evaluate((wanted) => {
    document.documentElement.dataset.mantineColorScheme = wanted;
  }, scheme);
  await still(page);
}

async function judge(page, name, runOnly) {
  if (SCREENSHOTS)
    await page.screenshot({
      path: `${SCREENSHOTS}/${name}.png`,
      fullPage: true,
    });
  const overflow = await page.evaluate(
    () =>
      document.documentElement.scrollWidth -
      document.documentElement.clientWidth,
  );
  assert.ok(overflow <= 0, `${name} is ${overflow} px too wide`);
  if (!(await page.evaluate(() => "axe" in globalThis)))
    await page.evaluate(AXE);
  const violations = await page.evaluate(
    async ([runOnly, also]) => {
      const found = await globalThis.axe.run(document, {
        runOnly,
        resultTypes: ["violations"],
        rules: Object.fromEntries(
          also.map((rule) => [rule, { enabled: true }]),
        ),
      });
      return found.violations.map(({ id, nodes }) => [
        id,
        ...nodes.map((node) => node.html.slice(0, 200)),
      ]);
    },
    [runOnly, runOnly.type === "tag" ? ALSO : []],
  );
  assert.deepEqual(violations, [], name);
  assert.deepEqual(page.faults, [], name);
}

/** Asks the API as the page would. */
export function call(page, query, input) {
  return page.evaluate(
    async ([query, input]) => {
      const answer = await fetch("/graphql", {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "x-openwatch-csrf": "1",
        },
        body: JSON.stringify({ query, variables: { input } }),
      });
      const { data, errors } = await answer.json();
      if (errors) throw new Error(JSON.stringify(errors));
      return data;
    },
    [query, input],
  );
}

/** The link to the host that a screen shows first. */
export const firstHost = (page) =>
  page
    .getByRole("main")
    .locator("a[href^='/hosts/']:not([href='/hosts/add'])")
    .first();

export const button = (page, name) =>
  page.getByRole("button", { name, exact: true });
