// Sorts and filters the tables of a page. Without it the pages say the same.
"use strict";

// What is withheld or missing stands last, whichever way the column is sorted.
const empty = (text) => text === "*" || text === "–" || text === "";

const order = (column, numbers, way) => (a, b) => {
  const [x, y] = [a, b].map((row) => row.cells[column].textContent.trim());
  if (empty(x) || empty(y)) return empty(x) - empty(y);
  const [p, q] = [x, y].map((text) => Number(text.replace(/[,%+]/g, "").match(/^-?[\d.]+/)?.[0]));
  return way * (numbers ? p - q : x.localeCompare(y, "zh-CN", { numeric: true }));
};

const sort = (table, column) => {
  const heading = table.tHead.rows[0].cells[column];
  const numbers = heading.classList.contains("n");
  // A first look at numbers is at the highest, at words at the first.
  const before = heading.getAttribute("aria-sort");
  const down = before ? before === "ascending" : numbers;
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", down ? "descending" : "ascending");
  const rows = [...table.tBodies[0].rows].sort(order(column, numbers, down ? -1 : 1));
  table.tBodies[0].append(...rows);
};

for (const table of document.querySelectorAll("table")) {
  [...table.tHead.rows[0].cells].forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    button.addEventListener("click", () => sort(table, column));
    heading.append(button);
  });
  if (!table.classList.contains("filtered")) continue;
  const filter = document.createElement("input");
  filter.type = "search";
  filter.className = "filter";
  filter.placeholder = "筛选：输入几个字";
  filter.setAttribute("aria-label", `筛选${table.caption.textContent}`);
  filter.addEventListener("input", () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of table.tBodies[0].rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
    }
  });
  table.parentElement.before(filter);
}
