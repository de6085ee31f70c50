"use strict";
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const make = (name, more) => Object.assign(document.createElement(name), more);
  const number = (text) => {
    const found = parseFloat(text.replace("−", "-").replace(/[^0-9.eE+-]/g, ""));
    return Number.isNaN(found) ? null : found;
  };

  // A column is sorted by a press on its heading, by figures where it holds figures.
  const sort = (table, column, head) => {
    const down = head.getAttribute("aria-sort") === "ascending";
    const figures = head.classList.contains("n");
    const value = (row) => {
      const text = row.cells[column].textContent;
      return figures ? number(text) ?? Infinity : text;
    };
    const compare = (a, b) => (figures ? value(a) - value(b) || 0 : value(a).localeCompare(value(b)));
    const body = table.tBodies[0];
    [...body.rows].sort((a, b) => (down ? -compare(a, b) : compare(a, b))).forEach((row) => body.append(row));
    all("th", table).forEach((each) => each.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
  };

  // Tables long enough to be searched can be sorted and filtered.
  for (const table of all("table")) {
    if (table.tBodies[0].rows.length < 20 || table.querySelector("td:first-child:empty")) continue;
    all("th", table).forEach((head, column) => {
      if (!head.textContent) return;
      const button = make("button", { type: "button", textContent: head.textContent });
      button.addEventListener("click", () => sort(table, column, head));
      head.replaceChildren(button);
    });
    const count = make("span", { textContent: `${table.tBodies[0].rows.length} rows` });
    count.setAttribute("aria-live", "polite");
    const field = make("input", { type: "search", placeholder: "filter these rows" });
    field.setAttribute("aria-label", `Filter: ${table.caption.textContent}`);
    field.addEventListener("input", () => {
      const wanted = field.value.toLowerCase().split(/\s+/);
      let shown = 0;
      for (const row of table.tBodies[0].rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !wanted.every((word) => text.includes(word));
        shown += row.hidden ? 0 : 1;
      }
      count.textContent = `${shown} rows`;
    });
    const tools = make("div", { className: "tools" });
    tools.append(field, count);
    table.parentElement.before(tools);
  }

  // The point nearest to the pointer says what it is: the text of its row in the table below.
  const data = JSON.parse(document.getElementById("data").textContent);
  const card = make("div", { className: "card", hidden: true });
  document.body.append(card);
  for (const [place, { points }] of Object.entries(data)) {
    const svg = document.getElementById(`${place}-scatter`);
    const table = document.querySelector(`#${place}-compared details table`);
    if (!svg || !table) continue;
    const heads = all("th", table).map((head) => head.textContent);
    const rows = [...table.tBodies[0].rows];
    let at = -1;
    const leave = () => {
      card.hidden = true;
      if (at >= 0) rows[at].classList.remove("at");
      at = -1;
    };
    svg.addEventListener("mousemove", (event) => {
      const box = svg.getBoundingClientRect();
      const scale = svg.viewBox.baseVal.width / box.width;
      const [x, y] = [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
      let [best, nearest] = [-1, 18 * 18];
      points.forEach(([px, py], index) => {
        const away = (px - x) ** 2 + (py - y) ** 2;
        if (away < nearest) [best, nearest] = [index, away];
      });
      if (best < 0) return leave();
      if (best !== at) {
        leave();
        at = best;
        rows[at].classList.add("at");
        const cells = [...rows[at].cells].map((cell, i) => [heads[i], cell.textContent]);
        const lines = cells.filter(([, text]) => text).map(([head, text]) => make("div", { textContent: head ? `${head}: ${text}` : text }));
        card.replaceChildren(...lines);
        card.hidden = false;
      }
      card.style.left = `${Math.min(event.pageX + 14, scrollX + innerWidth - 330)}px`;
      card.style.top = `${event.pageY + 14}px`;
    });
    svg.addEventListener("mouseleave", leave);
  }

  // What is folded is printed: browsers that cannot be told so by style are told here.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = all("details:not([open])");
    opened.forEach((each) => each.setAttribute("open", ""));
  });
  addEventListener("afterprint", () => opened.forEach((each) => each.removeAttribute("open")));
})();
