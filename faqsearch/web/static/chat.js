// Answers without leaving the page. Without this file the form does the same, page by page.
"use strict";

const form = document.getElementById("say");
const log = document.getElementById("log");
const choices = document.getElementById("choices");
const failure = document.getElementById("failure");
const field = form.elements.namedItem("text");
const record = document.getElementById("record");
const recordText = record.querySelector("textarea");
const copied = document.getElementById("copied");
const state = form.elements.namedItem("state");

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text; // never as markup: it may be a customer's
  return made;
}

function addTurn(className, speaker, messages) {
  const item = element("li", className, "");
  item.append(element("span", "unseen", speaker));
  for (const message of messages) {
    const line = element("p", "", message.text);
    if (message.url) {
      const link = element("a", "", "公開ページを開く");
      link.href = message.url;
      link.rel = "noreferrer";
      line.append(document.createElement("br"), link);
    }
    item.append(line);
  }
  log.append(item);
  item.scrollIntoView({ block: "nearest" });
}

function showChoices(offered) {
  const items = offered.map((choice, index) => {
    const button = element("button", "choice", "");
    button.type = "submit";
    button.name = "choice";
    button.value = choice.label;
    button.formNoValidate = true;
    button.append(element("span", "number", String(index + 1)), choice.label);
    const item = document.createElement("li");
    item.append(button);
    return item;
  });
  choices.querySelector("ol").replaceChildren(...items);
  choices.hidden = items.length === 0;
}

function showRecord(handOver) {
  const text = handOver ? handOver.text : "";
  recordText.value = text;
  record.querySelector("pre").textContent = text; // what is printed: a text area would be cut off
  copied.textContent = "";
  record.hidden = !handOver;
}

function setBusy(busy) {
  for (const button of form.querySelectorAll("button")) {
    button.disabled = busy;
  }
}

async function say(text) {
  const answer = await fetch(form.dataset.endpoint, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ text, state: state.value }),
  });
  if (!answer.ok) {
    throw new Error(String(answer.status));
  }
  return answer.json();
}

form.addEventListener("submit", async (event) => {
  const chosen = event.submitter && event.submitter.name === "choice" ? event.submitter.value : "";
  const text = chosen || field.value;
  event.preventDefault();
  failure.textContent = "";
  setBusy(true);
  try {
    const turn = await say(text);
    addTurn("customer", "あなた：", [{ text }]);
    addTurn("bot", "自動応答：", turn.messages);
    showChoices(turn.choices);
    showRecord(turn.hand_over);
    state.value = turn.state;
    if (!chosen) {
      field.value = "";
    }
  } catch {
    failure.textContent = "送信できませんでした。しばらくしてから、もう一度お試しください。";
  } finally {
    setBusy(false);
    field.focus();
  }
});

document.getElementById("copy").addEventListener("click", async () => {
  recordText.select();
  try {
    await navigator.clipboard.writeText(recordText.value);
    copied.textContent = "コピーしました。";
  } catch {
    // Browsers refuse it where the page comes without encryption.
    copied.textContent = "内容を選びました。Ctrl+C（Mac は ⌘+C）でコピーできます。";
    recordText.focus();
  }
});

document.getElementById("print").addEventListener("click", () => window.print());
document.getElementById("record-tools").hidden = false;
