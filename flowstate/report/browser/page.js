"use strict";
const items = [...document.querySelectorAll(".item")];
const form = document.querySelector(".filters");
const shown = document.getElementById("shown");
const texts = new Map();
function said(item) {
  if (!texts.has(item)) texts.set(item, item.textContent.toLowerCase());
  return texts.get(item);
}
function chosen(name) {
  return new Set([...form.querySelectorAll(`input[name=${name}]:checked`)].map((box) => box.value));
}
function tell(count) {
  shown.textContent = count === items.length ? `${count} shown` : `${count} of ${items.length} shown`;
}
function apply() {
  const kinds = chosen("kind"), verdicts = chosen("verdict");
  const words = form.querySelector("input[type=search]").value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const item of items) {
    const fits = kinds.has(item.dataset.kind)
      && item.dataset.verdicts.split(" ").some((verdict) => verdicts.has(verdict))
      && words.every((word) => said(item).includes(word));
    item.hidden = !fits;
    count += fits;
  }
  for (const group of document.querySelectorAll(".kind")) {
    group.hidden = !group.querySelector(".item:not([hidden])");
  }
  tell(count);
}
if (form) {
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  tell(items.length);
}
