/* Renews the token of the kept form once its user has signed in again in another tab. */

const form = document.getElementById("again-form");

document.addEventListener("visibilitychange", async () => {
  if (document.hidden) return;
  const answer = await fetch(form.dataset.session);
  if (answer.ok && !answer.redirected)
    form.elements.csrfmiddlewaretoken.value = (await answer.json()).token;
});
