// A page of a real browser that is looked at as a demanding person would.
// SCREENSHOTS=folder keeps a picture of each.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const SCREENSHOTS = process.env.SCREENSHOTS;

export const PASSWORD = "correct horse battery staple";

/** The widths of screens, and the colours that somebody begins with there. Each look is at both. */
export const SCREENS = [
  [1440, "dark"],
  [390, "light"],
];
const SCHEMES = ["dark", "light"];

export function launch() {
  if (SCREENSHOTS) mkdirSync(SCREENSHOTS, { recursive: true });
  return chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
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

/** Looks at a screen as a demanding person would, in dark and light colours. */
export async function look(page, name) {
  const first = await schemeOf(page);
  // What does not depend on colours is judged once.
  await still(page);
  await judge(page, `${name}-${first}`, { values: WCAG, type: "tag" });
  const other = SCHEMES.find((one) => one !== first);
  await paint(page, other);
  await judge(page, `${name}-${other}`, { values: COLOURS, type: "rule" });
  await paint(page, first);
}

const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];
const COLOURS = ["color-contrast", "link-in-text-block"];

const schemeOf = (page) =>
  page.evaluate(() => document.documentElement.dataset.mantineColorScheme);

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

/** Shows the screen in other colours, whatever the person prefers. */
async function paint(page, scheme) {
  await page.emulateMedia({ colorScheme: scheme });
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
  const violations = await page.evaluate(async (runOnly) => {
    const found = await globalThis.axe.run(document, {
      runOnly,
      resultTypes: ["violations"],
    });
    return found.violations.map(({ id, nodes }) => [
      id,
      ...nodes.map((node) => node.html.slice(0, 200)),
    ]);
  }, runOnly);
  assert.deepEqual(violations, [], name);
  assert.deepEqual(page.faults, [], name);
}

export const button = (page, name) =>
  page.getByRole("button", { name, exact: true });
