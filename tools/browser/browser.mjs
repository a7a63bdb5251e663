// Starts the Chromium of the system: nothing is downloaded.
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const paths = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export function start() {
  const executablePath = paths.find((path) => path && existsSync(path));
  if (!executablePath) {
    throw new Error("No Chromium found. Install it (apt-get install chromium), or set CHROMIUM to its path.");
  }
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync",
    ],
  });
}

export const reports = process.env.REPORT_DIR;
if (!reports) {
  throw new Error("REPORT_DIR is not set: make test-browser writes the reports and sets it.");
}
export const page = (name) => `file://${reports}/${name}.html.html`;
