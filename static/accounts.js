/* allauth's scripts say nothing on the page when a passkey is not given. */

const notice = document.getElementById("passkey-failed");
document.querySelector("#content form")?.before(notice);

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  notice.textContent = notice.dataset.text;
  notice.hidden = false;
});
