// The page over many workloads: ten thousand of them, and a few.
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { page as address, reports, start } from "./browser.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const views = {
  light: { viewport: { width: 1440, height: 900 } },
  dark: { viewport: { width: 1440, height: 900 }, colorScheme: "dark" },
  narrow: { viewport: { width: 390, height: 844 } },
  "narrow and dark": { viewport: { width: 390, height: 844 }, colorScheme: "dark" },
};

let browser;
before(async () => (browser = await start()));
after(() => browser?.close());

async function open(name, options = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const said = [];
  const asked = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(address(name));
  return { page, said, asked, close: () => context.close() };
}

for (const name of ["fleet", "fleet-few"]) {
  for (const [view, options] of Object.entries(views)) {
    test(`${name}: accessible, quiet and within its width (${view})`, { timeout: 240_000 }, async () => {
      const { page, said, asked, close } = await open(name, options);
      const widths = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert.ok(widths[0] <= widths[1], `the page is ${widths[0]} px wide in a window of ${widths[1]} px`);
      assert.deepEqual(said, [], "the console says something");
      assert.deepEqual(asked.slice(1), [], "the page asks for something else");
      const session = await page.context().newCDPSession(page);
      await session.send("Runtime.evaluate", { expression: axe });
      // Ten thousand differ in nothing that axe looks at: a few stand for all.
      await page.evaluate(() => {
        [...document.querySelectorAll("#list details")].forEach((e, i) => (i < 12 ? (e.open = true) : e.remove()));
        document.querySelectorAll("tbody").forEach((body) => [...body.rows].slice(12).forEach((row) => row.remove()));
      });
      const found = await session.send("Runtime.evaluate", {
        expression: `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
          .then((r) => JSON.stringify(r.violations.map((v) => [v.id, v.help, v.nodes.slice(0, 3).map((n) => n.html + " " + n.failureSummary)])))`,
        awaitPromise: true,
        returnByValue: true,
      });
      assert.deepEqual(JSON.parse(found.result.value), []);
      await close();
    });
  }
}

test("ten thousand workloads take at most 10 MB", () => {
  assert.ok(statSync(`${reports}/fleet.html.html`).size <= 10e6);
});

// The target is 200 ms on a machine that does nothing else. What other work takes of this one
// does not count: the time that the page's own thread computes, the least of three.
test("ten thousand workloads: filters within 200 ms, sorts", { timeout: 240_000 }, async () => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, bypassCSP: true });
  const page = await context.newPage();
  await page.goto(address("fleet"));
  const session = await context.newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const computed = async () => (await session.send("Performance.getMetrics")).metrics.find((m) => m.name === "TaskDuration").value * 1000;
  // until the frame after the change.
  const took = async (id, value) => {
    const begin = await computed();
    await page.evaluate(
      ([id, value]) =>
        new Promise((done) => {
          const element = document.getElementById(id);
          element.value = value;
          element.dispatchEvent(new Event(id === "search" ? "input" : "change"));
          requestAnimationFrame(() => setTimeout(done));
        }),
      [id, value],
    );
    return (await computed()) - begin;
  };
  const least = {};
  for (let i = 0; i < 3; i++) {
    for (const text of ["t", "team-0", "team-01", "gap:vnet-injection", "risk@example.com", "", "workload-00077", "zzz", ""]) {
      least[text] = Math.min(least[text] ?? Infinity, Math.round(await took("search", text)));
    }
  }
  console.log(`filters compute for ${JSON.stringify(least)} ms`);
  assert.ok(Math.max(...Object.values(least)) < 200);
  console.log(`sorting computes for ${Math.round(await took("sort", "name"))} ms`);
  const names = await page.evaluate(() => [...document.querySelectorAll("#list summary b")].slice(0, 3).map((e) => e.textContent));
  assert.deepEqual(names, [...names].sort());
  await context.close();
});

test("filters, links of the tables, and what is left", async () => {
  const { page, close } = await open("fleet-few", { viewport: { width: 1440, height: 900 } });
  const visible = () => page.locator("#list details:visible").count();
  assert.equal(await visible(), 15);
  await page.locator("#status").selectOption("failed");
  assert.equal(await visible(), 1);
  assert.equal(await page.locator("#shown").textContent(), "1 of 15 workloads");
  await page.locator("#status").selectOption("");
  await page.locator("#search").fill("TEAM-03");
  assert.equal(await visible(), 1);
  const control = page.locator("#controls tbody tr").first();
  const workloads = Number(await control.locator("td").first().textContent());
  await control.locator("a").click();
  assert.equal(await visible(), workloads);
  await page.locator("#list details:visible summary").first().click();
  assert.equal(await page.locator("#list details[open] .g li").first().isVisible(), true);
  await close();
});

test("every link of the tables shows as many workloads as its row says", async () => {
  for (const name of ["fleet-few", "fleet"]) {
    const { page, close } = await open(name, { viewport: { width: 1440, height: 900 } });
    const wrong = await page.evaluate(() => {
      const wrong = [];
      const kinds = new Set();
      for (const table of document.querySelectorAll("main table")) {
        const column = [...table.querySelectorAll("thead th")].findIndex((th) => th.textContent === "Workloads");
        for (const row of [...table.tBodies[0].rows].slice(0, 20)) {
          const link = row.querySelector("a[data-find]");
          if (!link) continue;
          kinds.add(link.dataset.find.split(":")[0]);
          link.click();
          const shown = Number(document.getElementById("shown").textContent.split(" ")[0].replaceAll(",", ""));
          // The table of exceptions that end soon has a workload in each row.
          const said = column > 0 ? Number(row.cells[column].textContent.replaceAll(",", "")) : 1;
          if (shown !== said || shown === 0) wrong.push(`${link.dataset.find}: ${shown} are shown, the row says ${said}`);
        }
      }
      for (const kind of ["by", "gap", "label", "name", "register", "service", "weakened"]) {
        if (!kinds.has(kind)) wrong.push(`no link asks for ${kind}`);
      }
      return wrong;
    });
    assert.deepEqual(wrong, [], name);
    await close();
  }
});

test("without scripts everything is there", async () => {
  const { page, said, close } = await open("fleet-few", { javaScriptEnabled: false });
  assert.deepEqual(said, []);
  assert.equal(await page.locator("#search").isVisible(), false);
  assert.equal(await page.locator("#list details:visible").count(), 15);
  await close();
});

test("prints every workload", async () => {
  const { page, close } = await open("fleet-few", { viewport: { width: 1440, height: 900 } });
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator("#list details:visible").count(), 15);
  assert.equal(await page.locator(".tools").isVisible(), false);
  await close();
});
