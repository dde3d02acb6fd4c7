// Shows the buttons that copy a text: they need this script.
for (const button of document.querySelectorAll("button[data-copies]")) {
  const text = document.getElementById(button.dataset.copies);
  const status = button.nextElementSibling;
  const say = (words) => {
    status.textContent = "";
    setTimeout(() => (status.textContent = words), 100); // so that a repeated message is read out too
  };
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.innerText);
      say(button.dataset.copied);
    } catch {
      // No permission, or no https: copy the older way, or leave the text selected.
      getSelection().selectAllChildren(text);
      say(document.execCommand("copy") ? button.dataset.copied : button.dataset.selected);
    }
  });
}
