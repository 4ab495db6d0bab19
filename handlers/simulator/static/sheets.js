// On a narrow screen the channel list and the clock are sheets over the chat, one at a time, and closed by Escape.

import { $ } from "./dom.js";

export function sheets() {
  const narrow = { rail: matchMedia("(max-width: 760px)"), ahead: matchMedia("(max-width: 1100px)") };
  let open = "";
  let opener = null;

  function draw() {
    for (const [id, width] of Object.entries(narrow)) {
      const sheet = $(id);
      sheet.classList.toggle("open", open === id);
      sheet.inert = (width.matches && open !== id) || (open !== "" && open !== id);
    }
    $("chat").inert = open !== "";
    $("veil").hidden = open === "";
  }

  function close() {
    if (!open) return;
    open = "";
    draw();
    opener?.focus();
  }

  for (const button of document.querySelectorAll("[data-open]")) {
    button.addEventListener("click", () => {
      open = button.dataset.open;
      opener = button;
      draw();
      $(open).querySelector("button:not([hidden])").focus();
    });
  }
  for (const button of document.querySelectorAll("[data-close]")) button.addEventListener("click", close);
  $("veil").addEventListener("click", close);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !document.querySelector("dialog[open]")) close(); });
  for (const width of Object.values(narrow)) width.addEventListener("change", () => { open = ""; draw(); });
  draw();
  return { close };
}
