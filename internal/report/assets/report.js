// Filters by name and sorts: what reading does not need. Everything else works without it.
(() => {
  const search = document.getElementById("search");
  if (!search) return;
  const status = document.getElementById("status");
  const rows = [...document.querySelectorAll(".matrix tbody tr:not(.cloud)")];
  const details = [...document.querySelectorAll("details[data-name]")];

  const filter = () => {
    const text = search.value.trim().toLowerCase();
    const hide = (element) => (element.hidden = text !== "" && !element.dataset.name.toLowerCase().includes(text));
    const shown = rows.filter((row) => !hide(row)).length;
    details.forEach(hide);
    document.querySelectorAll(".matrix tbody").forEach((body) => {
      body.querySelector(".cloud")?.toggleAttribute("hidden", !body.querySelector("tr:not(.cloud, [hidden])"));
    });
    status.textContent = text === "" ? "" : `${shown} of ${rows.length} services`;
  };
  search.addEventListener("input", filter);
  document.getElementById("search-label").hidden = false;

  // Worst first, as in the order of the outcomes.
  const order = ["g", "e", "v", "s", "n"];
  const rank = (cell) => {
    if (cell.classList.contains("total")) return -Number(cell.textContent);
    return order.indexOf(cell.className);
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
        status.textContent = `Sorted by ${head.textContent.trim()}`;
      });
    });
  });
})();
