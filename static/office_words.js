/* Confirms a text as still correct without leaving the form. */

addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("button.confirm")) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      confirmText(button);
    });
  }
});

async function confirmText(button) {
  const mark = button.closest(".translation-mark");
  const data = new FormData(button.form);
  data.set("seen", button.value);
  let message = button.dataset.failed;
  let done = false;
  button.disabled = true;
  try {
    const headers = { Accept: "application/json" };
    const answer = await fetch(button.formAction, { method: "POST", body: data, headers });
    message = (await answer.json()).message;
    done = answer.ok;
  } catch {
    /* Refused, gone, or no connection: the button's own message is shown. */
  }
  const said = document.createElement("p");
  said.textContent = message;
  said.tabIndex = -1;
  if (done) {
    mark.className = "translation-mark";
    mark.replaceChildren(said);
  } else {
    button.parentElement.replaceWith(said);
  }
  said.focus();
}
