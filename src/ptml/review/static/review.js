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
