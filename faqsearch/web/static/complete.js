// Suggests questions at every key in the search field. Without this file the field is a plain one.
"use strict";

const field = document.getElementById("q");
const form = field.form;
const list = document.createElement("ul");
const count = document.createElement("p");
let asked = new AbortController();
let active = -1; // -1: what was typed

function options() {
  return list.querySelectorAll("[role=option]");
}

function activate(index) {
  active = index;
  options().forEach((option, place) => {
    option.setAttribute("aria-selected", String(place === index));
    if (place === index) {
      option.scrollIntoView({ block: "nearest" });
    }
  });
  if (index < 0) {
    field.removeAttribute("aria-activedescendant");
  } else {
    field.setAttribute("aria-activedescendant", options()[index].id);
  }
}

function show(completions) {
  list.replaceChildren(...completions.map(option));
  list.hidden = completions.length === 0;
  field.setAttribute("aria-expanded", String(!list.hidden));
  count.textContent = list.hidden ? "" : `候補が${completions.length}件あります。`;
  activate(-1);
}

function close() {
  asked.abort();
  show([]);
}

function option(completion, index) {
  const item = document.createElement("li");
  item.id = `completion-${index}`;
  item.setAttribute("role", "option");
  const characters = Array.from(completion.text); // offsets count code points
  let start = 0;
  for (const span of completion.spans) {
    const marked = document.createElement("mark");
    marked.textContent = characters.slice(span.start, span.end).join("");
    item.append(characters.slice(start, span.start).join(""), marked);
    start = span.end;
  }
  item.append(characters.slice(start).join(""));
  item.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  item.addEventListener("click", () => choose(item));
  return item;
}

function choose(item) {
  field.value = item.textContent;
  close();
  form.requestSubmit();
}

async function complete() {
  asked.abort();
  asked = new AbortController();
  const { signal } = asked;
  if (!field.value.trim()) {
    show([]);
    return;
  }
  try {
    const answer = await fetch(`${field.dataset.complete}?${new URLSearchParams({ q: field.value })}`, { signal });
    const { completions } = answer.ok ? await answer.json() : { completions: [] };
    if (!signal.aborted) {
      show(completions);
    }
  } catch {
    // Another key came first, or there is no answer to be had: the form works without.
    if (!signal.aborted) {
      show([]);
    }
  }
}

field.addEventListener("input", complete);
field.addEventListener("blur", close);
field.addEventListener("keydown", (event) => {
  // While an input method converts, the keys are its own.
  if (event.isComposing || list.hidden) {
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    const places = options().length + 1;
    activate(((active + 1 + step + places) % places) - 1);
  } else if (event.key === "Escape") {
    event.preventDefault(); // or the browser would empty the field
    close();
  } else if (event.key === "Enter" && active >= 0) {
    event.preventDefault();
    choose(options()[active]);
  }
});

list.id = "completions";
list.className = "completions";
list.hidden = true;
list.setAttribute("role", "listbox");
list.setAttribute("aria-label", "質問の候補");
count.className = "unseen";
count.setAttribute("role", "status");
field.setAttribute("role", "combobox");
field.setAttribute("aria-autocomplete", "list");
field.setAttribute("aria-expanded", "false");
field.setAttribute("aria-controls", list.id);
form.append(list, count);
