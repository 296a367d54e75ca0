// Pages work without this. It only spares a click or a wait.
"use strict";
// What was entered and cannot be taken is read first.
const problem = document.getElementById("problem");
if (problem) problem.focus();
// The list in place: an answer without a list (signed out, say) is opened as the page that it is.
document.addEventListener("htmx:beforeRequest", () => told(false));
document.addEventListener("htmx:responseError", () => told(true));
document.addEventListener("htmx:sendError", () => told(true));
document.addEventListener("htmx:timeout", () => told(true));
document.addEventListener("htmx:beforeSwap", (event) => {
  const answer = event.detail.xhr;
  if (answer.status === 200 && !answer.responseText.includes('id="list"')) {
    event.detail.shouldSwap = false;
    window.location.assign(answer.responseURL);
  }
});
function told(hasFailed) {
  const said = document.getElementById("list-failed");
  if (said) said.hidden = !hasFailed;
}
// Two minutes before the session ends for want of use: who is writing still can stay.
const idle = document.getElementById("idle");
if (idle) {
  let timer = 0;
  const count = () => {
    idle.hidden = true;
    clearTimeout(timer);
    timer = setTimeout(() => { idle.hidden = false; }, (idle.dataset.after - 120) * 1000);
  };
  idle.querySelector("button").addEventListener("click", () => {
    fetch("/health", { cache: "no-store" }).then((answer) => { if (answer.ok) count(); }, () => {});
  });
  document.addEventListener("htmx:afterRequest", count);
  count();
}
// The other language is a page of its own: what was typed goes along, and is kept nowhere after.
const TYPED = "ptml-typed";
const switches = document.querySelectorAll(".languages a");
for (const link of switches) link.addEventListener("click", keepTyped);
document.addEventListener("htmx:pushedIntoHistory", (event) => {
  for (const link of switches) link.search = "?next=" + encodeURIComponent(event.detail.path);
});
putBack();
function typedFields() {
  const met = new Map();
  const kept = "input:not([type=hidden], [type=password], [type=file]), select, textarea";
  return [...document.querySelectorAll("main form :is(" + kept + ")")].map((field) => {
    const isMarked = field.type === "radio" || field.type === "checkbox";
    const called = field.form.action + " " + (isMarked ? field.name + " " + field.value : field.id);
    const n = met.get(called) || 0;
    met.set(called, n + 1);
    return { field, isMarked, key: called + " " + n };
  });
}
function keepTyped(event) {
  const place = new URL(event.currentTarget.href).searchParams.get("next");
  const told = typedFields().map((one) => [one.key, one.isMarked ? one.field.checked : one.field.value]);
  try {
    sessionStorage.setItem(TYPED, JSON.stringify({ place, told }));
  } catch {
    // No room or not allowed: the page is shown as it would be without this.
  }
}
function putBack() {
  let kept = null;
  try {
    kept = JSON.parse(sessionStorage.getItem(TYPED));
    sessionStorage.removeItem(TYPED);
  } catch {
    return;
  }
  if (!kept || kept.place !== location.pathname + location.search) return;
  const told = new Map(kept.told);
  for (const { field, isMarked, key } of typedFields()) {
    if (!told.has(key)) continue;
    if (isMarked) field.checked = told.get(key);
    else field.value = told.get(key);
  }
}
