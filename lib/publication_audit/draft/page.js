
// From one mark of the draft to the next, and what each rests on.
{
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const bar = document.querySelector(".steps");
  const among = bar.querySelector("select");
  const told = bar.querySelector("output");
  const box = document.getElementById("basis");
  const noteOf = (item) => document.getElementById(item.id.replace("item", "note"));
  const marks = () => all(`.row .item${among.value}`);
  const line = (note) => all(":scope > p", note).map((part) => part.textContent.trim().replace(/\s+/g, " ")).join(". ");
  let here = null;

  const show = (item) => {
    const note = noteOf(item).cloneNode(true);
    for (const fold of all("details", note)) fold.replaceWith(...[...fold.childNodes].filter((node) => node.tagName !== "SUMMARY"));
    box.replaceChildren(...note.childNodes);
    box.showPopover();
    const at = item.querySelector(":scope > .tag").getBoundingClientRect();
    const size = box.getBoundingClientRect();
    const below = at.bottom + 8 + size.height < innerHeight;
    box.style.left = `${Math.max(8, Math.min(at.left, innerWidth - size.width - 8))}px`;
    box.style.top = `${below ? at.bottom + 8 : Math.max(8, at.top - size.height - 8)}px`;
  };

  const mark = (item) => {
    for (const old of all(".here")) if (old.matches(".item, .told")) old.classList.remove("here");
    here = item;
    for (const element of [item, noteOf(item)]) element.classList.add("here");
  };

  const step = (by) => {
    const places = marks();
    if (!places.length) {
      told.textContent = "There is none.";
      return;
    }
    let place = places.indexOf(here) + by;
    if (here && !places.includes(here)) {
      const after = places.findIndex((one) => here.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
      const first = after < 0 ? places.length : after;
      place = by > 0 ? first : first - 1;
    } else if (!here) {
      place = by > 0 ? 0 : places.length - 1;
    }
    const item = places[(place + places.length) % places.length];
    box.hidePopover?.();
    mark(item);
    const tag = item.querySelector(":scope > .tag");
    tag.focus({ preventScroll: true });
    item.scrollIntoView({ block: "center" });
    told.textContent = `${places.indexOf(item) + 1} of ${places.length}: ${line(noteOf(item))}`;
  };

  for (const button of all("button", bar)) button.addEventListener("click", () => step(Number(button.dataset.step)));
  among.addEventListener("change", () => { told.textContent = `${marks().length} places`; });
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    const by = { n: 1, p: -1 }[event.key];
    if (by) step(by);
  });
  document.querySelector("main").addEventListener("click", (event) => {
    const item = event.target.closest(".row .item");
    if (!item || String(getSelection())) return;
    event.preventDefault();
    mark(item);
    show(item);
  });
  // A link to a note or a mark opens what it is folded in.
  const unfold = () => {
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    for (let fold = target && target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    if (target && target.matches(".item")) mark(target);
  };
  addEventListener("hashchange", unfold);
  unfold();
  bar.hidden = !all(".row .item").length;
  if (!all(".row .item.differs").length) among.value = all(".row .item:not(.agrees)").length ? ":not(.agrees)" : "";
}
