/* Says five minutes before it that the session ends, so that nobody writes for nothing. */

const notice = document.getElementById("session-notice");
const [words, longer] = [notice.querySelector("p"), notice.querySelector("button")];
const WARNING = 5 * 60 * 1000;
let ends = Date.now() + notice.dataset.seconds * 1000;

async function ask(method) {
  const body = method === "POST" ? new FormData(notice.querySelector("form")) : undefined;
  try {
    const answer = await fetch(notice.dataset.address, { method, body });
    /* The form's token is of an earlier sign-in: somebody has signed in again in another tab. */
    if (method === "POST" && answer.status === 403) return await ask("GET");
    if (answer.redirected || !answer.ok) return { seconds: 0, longer: false };
    return await answer.json();
  } catch {
    return null; /* Without a connection nothing is known. */
  }
}

function show(state, canBeLonger) {
  if (notice.dataset.state === state) return;
  notice.dataset.state = state;
  words.textContent = notice.dataset[state];
  longer.hidden = !canBeLonger;
}

function hide() {
  delete notice.dataset.state;
  words.textContent = "";
}

/* Another tab may have kept the session alive: the server knows. */
async function look(method = "GET") {
  const told = await ask(method);
  if (!told) return;
  ends = Date.now() + told.seconds * 1000;
  if (told.seconds === 0) show("over", false);
  else if (ends - Date.now() > WARNING) hide();
  else show(told.longer ? "soon" : "last", told.longer);
}

longer.addEventListener("click", (event) => {
  event.preventDefault();
  look("POST");
});

setInterval(() => {
  if (notice.dataset.state !== "over" && Date.now() > ends - WARNING) look();
}, 15000);
