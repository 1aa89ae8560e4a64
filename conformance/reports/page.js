"use strict";
// Filters and folding. Without this script the whole page is there, unfiltered.
(() => {
  const bar = document.getElementById("filters");
  const fields = bar ? Object.fromEntries(["level", "verdict", "text"].map((id) => [id, document.getElementById(id)])) : {};
  const entries = [...document.querySelectorAll("[data-verdict]")];
  const rows = entries.filter((entry) => entry.localName === "tr");
  const groups = [...document.querySelectorAll("[data-group]")];
  const count = document.getElementById("count");

  // What an entry says itself: its explanation is much the same for all.
  const said = (entry) => {
    const explained = entry.querySelector(".explained")?.textContent ?? "";
    return `${entry.textContent.replace(explained, "")} ${entry.id}`.toLowerCase();
  };

  const fits = (entry) => {
    const level = fields.level.value, verdict = fields.verdict.value;
    const words = fields.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const text = words.length ? said(entry) : "";
    return (!level || entry.dataset.level === level)
      && (!verdict || entry.dataset.verdict.split(" ").includes(verdict))
      && words.every((word) => text.includes(word));
  };

  const filter = () => {
    for (const entry of entries) entry.hidden = !fits(entry);
    for (const group of groups) group.hidden = !group.querySelector("[data-verdict]:not([hidden])");
    const shown = rows.filter((row) => !row.hidden).length;
    count.textContent = `${shown} of ${rows.length} requirements shown`;
  };

  const clear = () => {
    for (const field of Object.values(fields)) field.value = "";
    filter();
  };

  // A link must lead somewhere: what it names is unfolded, and shown whatever the filter says.
  const arrive = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (bar && target.closest("[hidden]")) clear();
    for (let at = target; at; at = at.parentElement) if (at.localName === "details") at.open = true;
    target.scrollIntoView();
  };

  const fold = (open) => {
    for (const each of document.querySelectorAll("main details")) each.open = open;
  };

  if (bar) {
    const asked = new URLSearchParams(location.search);
    for (const [id, field] of Object.entries(fields)) {
      field.value = asked.get(id) ?? "";
      field.addEventListener("input", filter);
    }
    document.getElementById("clear").addEventListener("click", clear);
    document.getElementById("unfold").addEventListener("click", () => fold(true));
    document.getElementById("fold").addEventListener("click", () => fold(false));
    bar.hidden = false;
    filter();
  }
  addEventListener("hashchange", arrive);
  addEventListener("beforeprint", () => {
    for (const each of document.querySelectorAll("details:not(.explained)")) each.open = true;
  });
  arrive();
})();
