"use strict";
// Filters and keys. Without this script the page shows everything.
const form = document.querySelector(".filters");
const articles = [...document.querySelectorAll("article")];
const files = [...document.querySelectorAll("h2.file")];
const texts = new Map(articles.map((article) => [article, article.textContent.toLowerCase()]));

const chosen = (name) =>
  new Set([...form.querySelectorAll(`input[name=${name}]:checked`)].map((box) => box.value));

function filter() {
  const [transforms, verdicts] = [chosen("transform"), chosen("verdict")];
  const text = form.elements.text.value.trim().toLowerCase();
  let shown = 0;
  for (const article of articles) {
    const { transform, verdict } = article.dataset;
    article.hidden = !(transforms.has(transform) && verdicts.has(verdict) && texts.get(article).includes(text));
    shown += !article.hidden;
  }
  // A file without a site that is shown needs no heading.
  for (const file of files) {
    let next = file.nextElementSibling;
    while (next?.tagName === "ARTICLE" && next.hidden) next = next.nextElementSibling;
    file.hidden = next?.tagName !== "ARTICLE";
  }
  form.querySelector("output").textContent = `${shown} of ${articles.length} shown`;
}

function go(step) {
  const visible = articles.filter((article) => !article.hidden);
  const at = visible.indexOf(document.activeElement?.closest("article"));
  const next = visible[at < 0 ? (step > 0 ? 0 : visible.length - 1) : at + step];
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "start" });
}

function theme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
}

const keys = {
  j: () => go(1),
  k: () => go(-1),
  o: () => {
    const details = document.activeElement?.closest("article")?.querySelector("details");
    if (details) details.open = !details.open;
  },
  "/": () => form.elements.text.focus(),
  t: theme,
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    // A browser would empty the field.
    event.preventDefault();
    return document.activeElement?.blur();
  }
  if (event.key === "Enter" && event.target === form.elements.text) return go(1);
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input[type=search]")) return;
  const act = keys[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
});
form.addEventListener("input", filter);
form.addEventListener("submit", (event) => event.preventDefault());
form.elements.theme.addEventListener("click", theme);
form.hidden = false;
filter();
