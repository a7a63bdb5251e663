// Writes pictures of the reports into shots/, for people to look at.
import { mkdirSync } from "node:fs";
import { page as address, start } from "./browser.mjs";

mkdirSync("shots", { recursive: true });
const browser = await start();
for (const name of process.argv.length > 2 ? process.argv.slice(2) : ["1", "15", "150", "mixed", "two", "compliant", "enabled", "profile"]) {
  for (const [kind, options] of Object.entries({
    light: { viewport: { width: 1440, height: 900 } },
    dark: { viewport: { width: 1440, height: 900 }, colorScheme: "dark" },
    tablet: { viewport: { width: 1024, height: 800 } },
    "tablet-dark": { viewport: { width: 1024, height: 800 }, colorScheme: "dark" },
    narrow: { viewport: { width: 390, height: 860 } },
    "narrow-dark": { viewport: { width: 390, height: 860 }, colorScheme: "dark" },
  })) {
    const page = await browser.newPage(options);
    await page.goto(address(name));
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.setViewportSize({ width: options.viewport.width, height: Math.min(height, 2600) });
    await page.screenshot({ path: `shots/${name}-${kind}.png` });
    await page.close();
  }
  const page = await browser.newPage();
  await page.goto(address(name));
  await page.pdf({ path: `shots/${name}.pdf`, preferCSSPageSize: true, printBackground: false });
  await page.close();
}
await browser.close();
