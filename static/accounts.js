/* Shows a message when a passkey fails: allauth's scripts show none. */

const notice = document.getElementById("passkey-failed");
document.querySelector("#content form")?.before(notice);

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  notice.textContent = notice.dataset.text;
  notice.hidden = false;
});
