/* "Still correct" without leaving the form: what was typed in it stays. */

addEventListener("DOMContentLoaded", () => {
  for (const link of document.querySelectorAll("a.confirm")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = link.className;
    button.textContent = link.textContent;
    button.setAttribute("aria-label", link.getAttribute("aria-label"));
    button.addEventListener("click", () => confirmText(link, button));
    link.replaceWith(button);
  }
});

async function confirmText(link, button) {
  const mark = button.closest(".translation-mark");
  const data = new FormData();
  data.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
  data.set("seen", link.dataset.seen);
  let told = link.dataset.failed;
  let done = false;
  button.disabled = true;
  try {
    const headers = { Accept: "application/json" };
    const answer = await fetch(link.href, { method: "POST", body: data, headers });
    told = (await answer.json()).told;
    done = answer.ok;
  } catch {
    /* Refused, gone, or without a connection: what the page was given to say stands. */
  }
  const said = document.createElement("p");
  said.textContent = told;
  said.tabIndex = -1;
  if (done) {
    mark.className = "translation-mark";
    mark.replaceChildren(said);
  } else {
    button.parentElement.replaceWith(said);
  }
  said.focus();
}
