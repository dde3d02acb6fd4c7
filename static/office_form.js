/* Improves the admin's forms, which work without it too. */

const form = document.querySelector("#content-main > form[method=post]");

/* Focuses the first field with an error. */

const errorLinks = document.querySelectorAll(".error-links a");

function goTo(link) {
  let field = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (!field) return false;
  for (let part = field.closest("details"); part; part = part.parentElement.closest("details")) {
    part.open = true;
  }
  if (field.matches(".select2-hidden-accessible")) {
    field = field.nextElementSibling.querySelector(".select2-selection");
  } else if (!field.matches("input, select, textarea")) {
    field.tabIndex = -1;
  }
  (field.closest(".form-row") ?? field).scrollIntoView({ block: "center" });
  field.focus({ preventScroll: true });
  return true;
}

for (const link of errorLinks) {
  link.addEventListener("click", (event) => {
    if (goTo(link)) event.preventDefault();
  });
}

/* Labels autocomplete fields, which select2 leaves without a name. */

function nameLookups() {
  for (const select of document.querySelectorAll("select.select2-hidden-accessible")) {
    const label = select.labels[0];
    const box = select.nextElementSibling;
    if (!label || !box) continue;
    label.id = `${select.id}_label`;
    const [single, list] = [".select2-selection--single", "ul"].map((part) => box.querySelector(part));
    const value = box.querySelector(".select2-selection__rendered");
    single?.setAttribute("aria-labelledby", `${label.id} ${value.id}`);
    (single ? value : box.querySelector("input")).setAttribute("aria-labelledby", label.id);
    list?.setAttribute("role", "presentation");
  }
}

/* Warns before unsaved text is lost. */

let before;
let sent = false;

function stand() {
  const fields = [...new FormData(form)];
  return JSON.stringify(fields.map(([name, value]) => [name, value.name ?? value]));
}

function watch() {
  before = document.querySelector(".errornote, .error-links a, [data-unsaved]") ? "" : stand();
  form.addEventListener("submit", (event) => {
    sent = !event.defaultPrevented && (event.submitter?.formTarget || "_self") === "_self";
  });
  addEventListener("beforeunload", (event) => {
    if (!sent && stand() !== before) event.preventDefault();
  });
  addEventListener("pageshow", () => {
    sent = false;
  });
}

/* Presence: polls every 20 seconds, and signs off when the page closes. */

const presence = document.getElementById("presence");

function message(leaving) {
  const data = new FormData();
  data.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
  if (leaving) data.set("leaving", "1");
  return data;
}

async function askWhoIsThere() {
  try {
    const answer = await fetch(presence.dataset.address, { method: "POST", body: message() });
    if (!answer.ok || answer.redirected) return;
    const { notices } = await answer.json();
    const shown = [...presence.children].map((notice) => notice.textContent);
    if (notices.join("\n") === shown.join("\n")) return;
    presence.replaceChildren(
      ...notices.map((text) => Object.assign(document.createElement("p"), { textContent: text })),
    );
  } catch {
    /* Without a connection the last notices stay until the next poll. */
  }
}

document.addEventListener("formset:added", nameLookups);
/* By jQuery's ready event, so that it runs after select2 has set up its fields. */
window.django?.jQuery(() => {
  nameLookups();
  if (form) watch();
  if (errorLinks.length) goTo(errorLinks[0]);
  if (!presence) return;
  askWhoIsThere();
  setInterval(askWhoIsThere, 20000);
  addEventListener("pagehide", () => {
    navigator.sendBeacon(presence.dataset.address, message("leaving"));
  });
});
