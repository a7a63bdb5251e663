// Filters by text, sorts, and opens what a link leads to: what reading does not need.
// Everything else works without it.
(() => {
  const search = document.getElementById("search");
  const status = document.getElementById("status");
  const rows = [...document.querySelectorAll(".matrix tbody tr:not(.cloud)")];
  const services = [...document.querySelectorAll("details.service")];
  const said = new Map(); // the texts of lines, once they were asked for
  const says = (element) => {
    if (!said.has(element)) said.set(element, element.textContent.toLowerCase());
    return said.get(element);
  };

  const identifiers = [...document.querySelectorAll(".part-groups tbody tr, .listed li")];

  // A service that is called so shows all of its lines, another one those that say it.
  const filter = () => {
    const text = search.value.trim().toLowerCase();
    let shown = 0;
    const ids = new Set();
    services.forEach((service) => {
      const named = text === "" || service.dataset.name.toLowerCase().includes(text);
      let any = named;
      service.querySelectorAll(".rows > li").forEach((line) => {
        line.hidden = !named && !says(line).includes(text);
        any ||= !line.hidden;
      });
      service.hidden = !any;
      if (any) {
        shown++;
        ids.add(service.id);
      }
    });
    identifiers.forEach((line) => (line.hidden = !says(line).includes(text)));
    rows.forEach((row) => (row.hidden = !ids.has(row.querySelector("th a").hash.slice(1))));
    document.querySelectorAll(".matrix tbody").forEach((body) => {
      body.querySelector(".cloud")?.toggleAttribute("hidden", !body.querySelector("tr:not(.cloud, [hidden])"));
    });
    status.textContent = text === "" ? "" : `${shown} of ${services.length} services`;
  };
  if (search) {
    search.addEventListener("input", filter);
    document.getElementById("search-label").hidden = false;
  }

  // Worst first, as in the order of the outcomes.
  const order = ["g", "e", "v", "c", "s", "n"];
  const rank = (cell) => {
    if (cell.classList.contains("total")) return -Number(cell.textContent);
    return order.indexOf(cell.classList[0]);
  };
  document.querySelectorAll(".matrix").forEach((table) => {
    const heads = [...table.querySelectorAll("thead tr:last-child th")];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.title = "Sort";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        table.querySelectorAll("tbody").forEach((body) => {
          const sorted = [...body.querySelectorAll("tr:not(.cloud)")].sort((a, b) => {
            const byName = a.dataset.name.localeCompare(b.dataset.name);
            const by = column === 0 ? byName : rank(a.cells[column]) - rank(b.cells[column]);
            return (down ? -by : by) || byName;
          });
          body.append(...sorted);
        });
        if (status) status.textContent = `Sorted by ${head.textContent.trim()}`;
      });
    });
  });

  // A link to a finding from elsewhere opens the service that it is of.
  const open = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let at = target; at; at = at.parentElement) if (at.localName === "details") at.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", open);
  open();
})();
