// What the page offers beyond reading; without it everything is still there to read.
"use strict";
{
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const add = (tag, properties) => Object.assign(document.createElement(tag), properties);
  const words = (text) => ` ${text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replace(/[^\p{L}\p{N}]+/gu, " ")} `;

  for (const heading of all("main :is(h2, h3)[id], footer h2[id]")) {
    const link = add("a", { className: "anchor", href: "#" + heading.id, textContent: "¶" });
    link.setAttribute("aria-label", "Link to this heading");
    heading.append(link);
  }

  const links = new Map(all(".contents .wide a").map((link) => [link.hash.slice(1), link]));
  const headings = all("main :is(h2, h3)[id], footer h2[id]").filter((heading) => links.has(heading.id));
  const follow = () => {
    const passed = headings.filter((heading) => heading.getBoundingClientRect().top < 120);
    const here = links.get((passed.at(-1) ?? headings[0])?.id);
    for (const link of links.values()) {
      if (link === here) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    for (const item of all(".contents .wide li")) item.classList.toggle("here", item.contains(here));
  };
  document.querySelector(".contents")?.classList.add("tracking");
  let waiting = false;
  addEventListener("scroll", () => {
    if (!waiting) requestAnimationFrame(() => { waiting = false; follow(); });
    waiting = true;
  }, { passive: true });
  follow();

  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
  const theme = add("button", { type: "button", className: "theme" });
  const name = () => { theme.textContent = isDark() ? "Light page" : "Dark page"; };
  theme.addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; name(); });
  dark.addEventListener("change", name);
  name();
  document.querySelector(".masthead > div").prepend(theme);

  const said = add("p", { className: "visually-hidden", role: "status" });
  document.querySelector("main").append(said);
  for (const region of navigator.clipboard ? all(".scroll:has(> table)") : []) {
    const copy = add("button", { type: "button", className: "copy", textContent: "Copy table" });
    copy.addEventListener("click", async () => {
      const rows = all("tr", region).filter((row) => !row.hidden);
      await navigator.clipboard.writeText(rows.map((row) => [...row.cells].map((cell) => cell.innerText.trim()).join("\t")).join("\n"));
      said.textContent = "Table copied";
      copy.textContent = "Copied";
      setTimeout(() => { copy.textContent = "Copy table"; said.textContent = ""; }, 2000);
    });
    const download = region.closest(".output")?.querySelector(".download");
    if (download) (download.matches("p, div") ? download : download.parentElement).append(copy);
    else region.after(copy);
  }

  for (const [number, table] of all("table[data-filter]").entries()) {
    const rows = all("tbody tr:not(.group)", table).map((row) => {
      const names = all("abbr[title]", row).map((code) => code.title);
      return { row, text: words([row.textContent, ...names].join(" ")) };
    });
    const id = `filter-${number}`;
    const label = add("label", { textContent: `Filter by ${table.dataset.filter}`, htmlFor: id });
    const field = add("input", { type: "search", id, autocomplete: "off" });
    const count = add("output", { textContent: `${rows.length} rows`, ariaLive: "polite" });
    count.setAttribute("for", id);
    field.addEventListener("input", () => {
      const wanted = words(field.value).trim().split(" ");
      for (const { row, text } of rows) row.hidden = !wanted.every((word) => text.includes(` ${word}`));
      for (const head of all("tr.group", table)) head.hidden = all("tr:not(.group)", head.parentElement).every((row) => row.hidden);
      count.textContent = `${rows.filter(({ row }) => !row.hidden).length} of ${rows.length} rows`;
    });
    const filter = add("div", { className: "filter" });
    filter.append(label, field, count);
    table.closest(".scroll").before(filter);
  }

  for (const header of all(".sortable thead tr:last-child th")) {
    const button = add("button", { type: "button" });
    button.append(...header.childNodes);
    header.append(button);
    button.addEventListener("click", () => {
      const body = header.closest("table").tBodies[0];
      const up = header.getAttribute("aria-sort") !== "ascending";
      for (const other of header.parentElement.cells) other.removeAttribute("aria-sort");
      header.setAttribute("aria-sort", up ? "ascending" : "descending");
      const key = (row) => row.cells[header.cellIndex].textContent.trim();
      const order = (a, b) => key(a).localeCompare(key(b), "en", { numeric: true });
      body.append(...[...body.rows].sort((a, b) => (up ? order(a, b) : order(b, a))));
    });
  }
}
