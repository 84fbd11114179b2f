"use strict";
(() => {
  const root = document.documentElement;
  const theme = document.getElementById("theme");
  const print = document.getElementById("print");
  theme.hidden = print.hidden = false;
  theme.addEventListener("click", () => {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const now = root.dataset.theme === "auto" ? (dark ? "dark" : "light") : root.dataset.theme;
    root.dataset.theme = now === "dark" ? "light" : "dark";
  });
  print.addEventListener("click", () => window.print());
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((d) => { d.open = true; }));

  const key = (row, column) => {
    const cell = row.cells[column];
    const said = cell.firstChild?.textContent ?? "";
    if (cell.className === "na") return "";
    return cell.dataset.v ?? (cell.tagName === "TD" && !cell.className ? said.replace(/[^\d.-]/g, "") : said);
  };
  const compare = (a, b) => {
    const x = Number(a), y = Number(b);
    return Number.isNaN(x) || Number.isNaN(y) ? a.localeCompare(b, root.lang) : x - y;
  };
  document.querySelectorAll("table[data-sortable]").forEach((table) => {
    const heads = [...table.tHead.rows[0].cells];
    const body = table.tBodies[0];
    heads.forEach((head, column) => {
      if (![...body.rows].some((row) => key(row, column))) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") === "descending";
        heads.forEach((h) => h.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const rows = [...body.rows];
        rows.sort((a, b) => {
          const x = key(a, column), y = key(b, column);
          if (!x || !y) return x ? -1 : y ? 1 : 0;
          return up ? compare(x, y) : compare(y, x);
        });
        body.append(...rows);
      });
    });
  });

  const plain = (text) => text.normalize("NFKC").toLocaleLowerCase();
  document.querySelectorAll(".filter").forEach((bar) => {
    const table = bar.parentElement.querySelector("table[data-sortable]");
    const input = bar.querySelector("input"), told = bar.querySelector("output");
    const rows = [...table.tBodies[0].rows].map((row) => [row, plain(row.textContent)]);
    bar.hidden = false;
    input.addEventListener("input", () => {
      const words = plain(input.value).split(/\s+/).filter(Boolean);
      let left = 0;
      rows.forEach(([row, text]) => {
        row.hidden = !words.every((word) => text.includes(word));
        left += !row.hidden;
      });
      told.value = words.length ? `${left} / ${rows.length}` : "";
    });
  });

  const reveal = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (!target) return;
    for (let box = target.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    target.hidden = false;
    target.scrollIntoView({ block: target.tagName === "TR" ? "center" : "start" });
  };
  addEventListener("hashchange", reveal);
  reveal();

  const wide = new ResizeObserver((entries) => entries.forEach(({ target }) => {
    target.previousElementSibling.hidden = target.scrollWidth <= target.clientWidth + 1;
  }));
  document.querySelectorAll(".scroll").forEach((box) => wide.observe(box));

  const links = new Map([...document.querySelectorAll("nav a")].map((a) => [a.hash.slice(1), a]));
  const seen = new IntersectionObserver((entries) => {
    entries.filter((e) => e.isIntersecting).forEach((e) => {
      links.forEach((a, id) => a.classList.toggle("on", id === e.target.id));
    });
  }, { rootMargin: "-10% 0px -75% 0px" });
  links.forEach((_, id) => { const s = document.getElementById(id); if (s) seen.observe(s); });
})();
