/* Shows how a figure will read while it is typed: see profile/figure_entry.py. */

const figureForm = document.querySelector("#content-main > form[method=post]");
const WAIT = 250;

function fieldsOf(prefix) {
  const fields = new URLSearchParams();
  for (const name of ["fact", "qualifier", "value"]) {
    fields.set(name, figureForm.elements[prefix + name]?.value ?? "");
  }
  for (const name of ["unit_en", "unit_zh_hans"]) {
    if (figureForm.elements[name]) fields.set(name, figureForm.elements[name].value);
  }
  return fields;
}

async function preview(prefix, row) {
  const reads = row.querySelector(".reads");
  const fields = fieldsOf(prefix);
  fields.set("figure", reads.dataset.figure);
  const question = (row.asked = (row.asked ?? 0) + 1);
  const answer = await fetch(`${reads.dataset.address}?${fields}`).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const figure = await answer.json();
  if (question !== row.asked) return; /* The fields have changed since. */
  const texts = Object.entries(figure.reads).map(([lang, textContent]) =>
    Object.assign(document.createElement("span"), { lang, textContent }),
  );
  reads.replaceChildren(...texts.flatMap((text, place) => (place ? [" / ", text] : [text])));
  row.querySelector(".doubt").textContent = figure.doubt;
  const last = document.getElementById("last-figures");
  if (last) last.innerHTML = figure.last;
}

function changed({ target }) {
  if (/^unit_(en|zh_hans)$/.test(target.name)) {
    for (const value of figureForm.querySelectorAll("[name$=-value]")) {
      if (value.value) ask(value);
    }
  } else if (/^(.*-)?(fact|qualifier|value)$/.test(target.name)) {
    ask(target);
  }
}

function ask(field) {
  const row = field.closest(".inline-related") ?? figureForm;
  clearTimeout(row.waiting);
  row.waiting = setTimeout(preview, WAIT, /^.*-|/.exec(field.name)[0], row);
}

figureForm?.addEventListener("input", changed);
/* Select2 triggers its events in jQuery only. */
window.django?.jQuery(figureForm).on("change", "select", changed);
