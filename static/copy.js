// Shows the buttons that copy a text, which are of no use without script.
for (const button of document.querySelectorAll("button[data-copies]")) {
  const text = document.getElementById(button.dataset.copies);
  const status = button.nextElementSibling;
  const say = (words) => {
    status.textContent = "";
    setTimeout(() => (status.textContent = words), 100); // so that a second time is read out too
  };
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.innerText);
      say(button.dataset.copied);
    } catch {
      // No leave, or no https: the older way, or else the reader's own hand.
      getSelection().selectAllChildren(text);
      say(document.execCommand("copy") ? button.dataset.copied : button.dataset.selected);
    }
  });
}
