// Filters and sorts: what reading does not need. Everything else works without it.
(() => {
  const form = document.querySelector(".tools");
  const search = document.getElementById("search");
  const status = document.getElementById("status");
  const sort = document.getElementById("sort");
  const list = document.getElementById("list");
  const shown = document.getElementById("shown");
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());

  // What is looked through, made once: everything that a workload says, and what links of
  // the other tables ask for exactly.
  let entries;
  const read = () => {
    entries = [...list.children].flatMap((chunk) => [...chunk.children]).map((element, order) => {
      const [summary, body] = element.children;
      // By hand: thousands of queries for what most do not have take a browser seconds.
      const items = (name) => {
        for (const part of body.children) if (part.className === name) return [...part.children];
        return [];
      };
      const gaps = items("g").map((li) => {
        const check = li.firstChild.data.trim();
        const slash = check.indexOf("/");
        return `service:${check.slice(0, slash)}\n gap:${check.slice(slash + 1)}\n`;
      });
      const texts = (name, kind) => items(name).map((li) => ` ${kind}:${li.firstChild.data.trim()}\n`);
      const exceptions = items("x");
      const facts = [
        `is:${element.className}\n name:${summary.firstChild.textContent}\n`, ...gaps, ...texts("l", "label"),
        ...exceptions.map((li) => ` by:${li.lastChild.children[0].textContent}\n`), ...texts("w", "weakened"),
        ...texts("r", "register"),
      ];
      return {
        element, order, hidden: false, found: true,
        name: summary.firstChild.textContent,
        gaps: gaps.length,
        exceptions: exceptions.length,
        signed: summary.lastChild.textContent || "0",
        text: `${facts.join("")} ${element.textContent}`.toLowerCase(),
        status: element.className,
      };
    });
  };

  const filter = () => {
    if (!entries) read();
    // A link's words are whole ones: "gap:cors" is not "gap:cors-rules".
    const text = search.value.trim().toLowerCase();
    const exact = /^(gap|service|is|name|label|by|weakened|register):/.test(text) ? `${text}\n` : text;
    let count = 0;
    const found = new Map([...list.children].map((chunk) => [chunk, 0]));
    for (const entry of entries) {
      entry.found = (status.value === "" || entry.status === status.value) && entry.text.includes(exact);
      if (!entry.found) continue;
      count++;
      const chunk = entry.element.parentNode;
      found.set(chunk, found.get(chunk) + 1);
    }
    for (const entry of entries) {
      // What is in a chunk that is not shown may stay as it is.
      if (entry.hidden === entry.found && found.get(entry.element.parentNode) > 0) {
        entry.element.hidden = entry.hidden = !entry.found;
      }
    }
    // A chunk that is out of sight has the height of what it would show.
    for (const [chunk, n] of found) {
      if (chunk.hidden !== (n === 0)) chunk.hidden = n === 0;
      chunk.style.setProperty("--n", n);
    }
    shown.textContent = `${count.toLocaleString("en")} of ${entries.length.toLocaleString("en")} workloads`;
  };
  search.addEventListener("input", filter);
  status.addEventListener("change", filter);

  const orders = {
    status: (a, b) => a.order - b.order,
    name: (a, b) => (a.name < b.name ? -1 : 1),
    gaps: (a, b) => b.gaps - a.gaps || a.order - b.order,
    exceptions: (a, b) => b.exceptions - a.exceptions || a.order - b.order,
    signed: (a, b) => (a.signed < b.signed ? -1 : a.signed > b.signed ? 1 : a.order - b.order),
  };
  sort.addEventListener("change", () => {
    if (!entries) read();
    const sorted = [...entries].sort(orders[sort.value]).map((entry) => entry.element);
    const chunks = [...list.children];
    const size = Math.ceil(sorted.length / chunks.length);
    chunks.forEach((chunk, i) => chunk.replaceChildren(...sorted.slice(i * size, (i + 1) * size)));
    filter();
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-find]");
    if (!link) return;
    status.value = "";
    search.value = link.dataset.find;
    filter();
  });
})();
