// What the page offers beyond reading; without it everything is still there to read.
"use strict";
{
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const add = (tag, properties) => Object.assign(document.createElement(tag), properties);
  const words = (text) => ` ${text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replace(/[^\p{L}\p{N}]+/gu, " ")} `;

  const text = (element) => element.textContent.trim().replace(/\s+/g, " ");
  const named = (element, name) => { element.setAttribute("aria-label", name); return element; };

  for (const heading of all("main :is(h2, h3)[id], main figure:has([id]) figcaption, footer h2[id]")) {
    const id = heading.id || heading.parentElement.querySelector("[id]").id;
    heading.append(named(add("a", { className: "anchor", href: "#" + id, textContent: "¶" }), `Link to ${text(heading)}`));
  }

  const save = (href, name) => add("a", { href, download: name }).click();
  for (const region of all("main figure [id]:has(img)")) {
    const picture = region.querySelector("img").getAttribute("src");
    const number = text(region.closest("figure").querySelector("figcaption")).split(".")[0];
    const [svg, png] = ["SVG", "PNG"].map((kind) => named(add("button", { type: "button", textContent: kind }), `Download ${number} as ${kind}`));
    svg.addEventListener("click", () => save(picture, `${region.id}.svg`));
    png.addEventListener("click", async () => {
      const image = add("img", { src: picture });
      await image.decode();
      const canvas = add("canvas", { width: 2 * image.width, height: 2 * image.height });
      const paper = canvas.getContext("2d");
      paper.fillStyle = "#fff";
      paper.fillRect(0, 0, canvas.width, canvas.height);
      paper.drawImage(image, 0, 0, canvas.width, canvas.height);
      save(canvas.toDataURL("image/png"), `${region.id}.png`);
    });
    const buttons = add("div", { className: "download" });
    buttons.append(`Download ${number}:`, svg, png);
    region.closest("figure").append(buttons);
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
    copy.append(add("span", { className: "visually-hidden", textContent: `: ${text(region.querySelector("caption"))}` }));
    copy.addEventListener("click", async () => {
      const rows = all("tr", region).filter((row) => !row.hidden);
      await navigator.clipboard.writeText(rows.map((row) => [...row.cells].map((cell) => cell.innerText.trim()).join("\t")).join("\n"));
      said.textContent = "Table copied";
      copy.firstChild.data = "Copied";
      setTimeout(() => { copy.firstChild.data = "Copy table"; said.textContent = ""; }, 2000);
    });
    const download = region.closest(".output")?.querySelector(".download:has(a), a.download");
    if (download) (download.matches("p, div") ? download : download.parentElement).append(copy);
    else region.after(copy);
  }

  for (const [number, table] of all("table[data-filter]").entries()) {
    const gaps = all("tr.left-out", table);
    const rows = all("tbody tr:not(.group, .left-out)", table).map((row) => {
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
      const every = wanted.join("") === "";
      for (const { row, text } of rows) row.hidden = every ? row.matches(".more") : !wanted.every((word) => text.includes(` ${word}`));
      for (const gap of gaps) gap.hidden = !every;
      for (const head of all("tr.group", table)) head.hidden = all("tr:not(.group)", head.parentElement).every((row) => row.hidden);
      count.textContent = every ? `${rows.length} rows` : `${rows.filter(({ row }) => !row.hidden).length} of ${rows.length} rows`;
    });
    const filter = add("div", { className: "filter" });
    filter.append(label, field, count);
    table.closest(".scroll").before(filter);
  }

  // On a phone a table that is wider than its place becomes cards, each cell with its column's heading.
  const roles = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TD: "cell" };
  const label = (table) => {
    const [headings, above] = [...table.tHead.rows].reverse();
    const spans = above ? [...above.cells].flatMap((cell) => Array(cell.colSpan).fill(cell.textContent.trim())) : [];
    const names = [...headings.cells].map((cell, place) => [spans[place], text(cell)].filter(Boolean).join(": "));
    for (const part of [table, ...all("*", table)]) {
      const role = part.tagName === "TH" ? (part.scope.startsWith("col") ? "columnheader" : "rowheader") : roles[part.tagName];
      if (role) part.setAttribute("role", role);
      if (part.tagName === "TD" && part.colSpan === 1) part.dataset.label = names[part.cellIndex] ?? "";
    }
  };
  const narrow = matchMedia("(max-width: 48rem)");
  const fit = new ResizeObserver((entries) => {
    for (const { target: region } of entries) {
      const width = String(region.clientWidth);
      if (region.dataset.width === width) continue;
      region.dataset.width = width;
      region.classList.remove("cards");
      const table = region.querySelector(":scope > table:has(thead)");
      if (table && narrow.matches && (region.scrollWidth > region.clientWidth || table.querySelector("td.prose"))) {
        if (!table.role) label(table);
        region.classList.add("cards");
      }
      // Only what scrolls is a stop for the keyboard.
      if (region.scrollWidth > region.clientWidth) region.tabIndex = 0;
      else region.removeAttribute("tabindex");
    }
  });
  for (const region of all(".scroll")) fit.observe(region);

  // Who picks an administration finds it marked wherever it is named.
  const nameOf = (element) => element.title || text(element);
  const tagged = all("main td abbr[title], main .member");
  const members = [...new Set(tagged.map(nameOf))].sort((a, b) => a.localeCompare(b));
  if (members.length) {
    const mine = () => all("main .mine");
    const control = add("div", { className: "me" });
    const choice = add("select", { id: "me" });
    choice.append(add("option", { value: "", textContent: "choose an administration" }), ...members.map((name) => add("option", { value: name, textContent: name })));
    const next = add("button", { type: "button", textContent: "Next place", hidden: true });
    const found = add("output", { ariaLive: "polite" });
    found.setAttribute("for", "me");
    let place = -1;
    choice.addEventListener("change", () => {
      for (const mark of mine()) {
        if (mark.matches("mark")) mark.replaceWith(...mark.childNodes);
        else mark.classList.remove("mine");
      }
      document.querySelector("main").normalize();
      const name = choice.value;
      for (const element of name ? tagged : []) element.classList.toggle("mine", nameOf(element) === name);
      const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
      const texts = [];
      while (name && walker.nextNode()) {
        const node = walker.currentNode;
        if (node.data.includes(name) && !node.parentElement.closest(".mine, pre, .visually-hidden, [role=status]")) texts.push(node);
      }
      for (const node of texts) {
        for (let rest = node, at; (at = rest.data.indexOf(name)) >= 0;) {
          const here = rest.splitText(at);
          rest = here.splitText(name.length);
          const mark = add("mark", { className: "mine" });
          here.replaceWith(mark);
          mark.append(here);
        }
      }
      place = -1;
      const count = mine().length;
      found.textContent = name ? `marked in ${count} ${count === 1 ? "place" : "places"}` : "";
      next.hidden = !count;
      control.classList.toggle("on", Boolean(name));
    });
    next.addEventListener("click", () => {
      const marks = mine();
      const mark = marks[(place = (place + 1) % marks.length)];
      for (let fold = mark.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
      mark.scrollIntoView({ block: "center" });
      found.textContent = `place ${place + 1} of ${marks.length}`;
    });
    control.append(add("label", { textContent: "Show me", htmlFor: "me" }), choice, next, found);
    document.querySelector(".masthead > div").append(control);
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
