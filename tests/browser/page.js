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

export const SCREENS = [
  [1440, "light"],
  [1440, "dark"],
  [390, "light"],
  [390, "dark"],
];

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

/** Looks at a screen as a demanding person would. */
export async function look(page, name) {
  // Nothing moves any more: fades and spinners are over.
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every(
        (one) =>
          one.playState !== "running" ||
          one.effect.getTiming().iterations === Infinity,
      ),
  );
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
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
    }),
  );
  const serious = violations.map(
    (one) =>
      `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 200)).join(" | ")}`,
  );
  assert.deepEqual(serious, [], name);
  assert.deepEqual(page.faults, [], name);
}

export const button = (page, name) =>
  page.getByRole("button", { name, exact: true });
