/* Warns five minutes before the session ends, so that no text is lost. */

const notice = document.getElementById("session-notice");
const [words, longer, door] = ["p", "button", "a"].map((name) => notice.querySelector(name));
const WARNING = 5 * 60 * 1000;
let ends = Date.now() + notice.dataset.seconds * 1000;

async function ask(method) {
  const body = method === "POST" ? new FormData(notice.querySelector("form")) : undefined;
  try {
    const answer = await fetch(notice.dataset.address, { method, body });
    /* The form's token is outdated: the user has signed in again in another tab. */
    if (method === "POST" && answer.status === 403) return await ask("GET");
    if (answer.redirected || !answer.ok) return { seconds: 0, longer: false };
    return await answer.json();
  } catch {
    return null; /* No connection: the state is unknown. */
  }
}

function show(state, canBeLonger) {
  if (notice.dataset.state === state) return;
  notice.dataset.state = state;
  words.textContent = notice.dataset[state];
  longer.hidden = !canBeLonger;
  door.hidden = state !== "over";
}

function hide() {
  delete notice.dataset.state;
  words.textContent = "";
}

/* Asks the server, as another tab may have kept the session alive. */
async function look(method = "GET") {
  const told = await ask(method);
  if (!told) return;
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]"))
    if (told.token) field.value = told.token;
  ends = Date.now() + told.seconds * 1000;
  if (told.seconds === 0) show("over", false);
  else if (ends - Date.now() > WARNING) hide();
  else show(told.longer ? "soon" : "last", told.longer);
}

longer.addEventListener("click", (event) => {
  event.preventDefault();
  look("POST");
});

/* After the session's end, holds a form until its user is signed in: files would be lost. */
document.addEventListener(
  "submit",
  async (event) => {
    const { target: form, submitter } = event;
    if (Date.now() < ends || !form.closest("#content")) return;
    event.preventDefault();
    event.stopPropagation();
    ends = Infinity; /* If the server does not answer, submit anyway. */
    await look();
    if (notice.dataset.state !== "over") form.requestSubmit(submitter);
  },
  { capture: true },
);

document.addEventListener("visibilitychange", () => {
  if (notice.dataset.state === "over" && !document.hidden) look();
});

setInterval(() => {
  if (notice.dataset.state !== "over" && Date.now() > ends - WARNING) look();
}, 15000);
