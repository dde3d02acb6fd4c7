// Shows how far a spreadsheet is. Without script its form is sent as any other.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-progress]");
  if (!form) return;
  event.preventDefault();
  const [button, bar, told] = [".button", "progress", "[role=status]"].map((which) => form.querySelector(which));
  const body = new FormData(form);
  button.disabled = true;
  bar.hidden = false;
  bar.removeAttribute("value");
  told.textContent = told.dataset.begun;
  try {
    const answer = await fetch(location.pathname, { method: "POST", body, headers: { Accept: "application/x-ndjson" } });
    for await (const line of lines(answer)) {
      if (line.total) {
        bar.max = line.total;
        bar.value = line.done;
        told.textContent = told.dataset.told.replace("{done}", line.done).replace("{total}", line.total);
      } else if (line.location) {
        location.assign(line.location);
        return;
      } else {
        show(line.html);
        return;
      }
    }
    throw new Error("The answer broke off.");
  } catch {
    bar.hidden = true;
    button.disabled = false;
    told.textContent = told.dataset.failed;
  }
});

async function* lines(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    const whole = (text + value).split("\n");
    text = whole.pop();
    for (const line of whole) yield JSON.parse(line);
  }
}

function show(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  document.getElementById("content").replaceWith(page.getElementById("content"));
  scrollTo(0, 0);
  document.querySelector("#content [tabindex='-1']")?.focus();
}
