// Reads the text of printed pages, so that tests can hold it against what a page is to say.
import { getDocument } from "pdfjs-dist/legacy/build/pdf.mjs";

// printed lists the texts of the pages of a PDF.
export async function printed(pdf) {
  const task = getDocument({ data: new Uint8Array(pdf), useSystemFonts: true, verbosity: 0 });
  const document = await task.promise;
  const pages = [];
  for (let i = 1; i <= document.numPages; i++) {
    const content = await (await document.getPage(i)).getTextContent();
    pages.push(content.items.map((item) => item.str).join(" ").replace(/\s+/g, " "));
  }
  await task.destroy();
  return pages;
}
