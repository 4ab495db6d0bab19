// The form a person has open, in a dialog. The server draws it, with errors beside its fields; it stays until it is right.

import { el } from "./dom.js";
import { ServerError } from "./api.js";
import { t } from "./texts.js";

export class FormDialog {
  /** `submit(fields)` sends it in; the answer's `form` is the HTML of what to show next, or empty when it is done. */
  constructor(dialog, submit, dismiss) {
    this.dialog = dialog;
    this.submit = submit;
    dialog.addEventListener("submit", (event) => { event.preventDefault(); this.sendIn(event.target); });
    dialog.addEventListener("click", (event) => { if (event.target.closest("[data-cancel]")) dialog.close(); });
    dialog.addEventListener("close", () => {
      if (!this.done) dismiss();
      if (this.before?.isConnected) this.before.focus();
      else [document.getElementById("line"), document.getElementById("log")].find((each) => !each.disabled).focus();
    });
  }

  open(html) {
    if (!this.dialog.open) this.before = document.activeElement;
    this.done = false;
    const fragment = document.createElement("template");
    fragment.innerHTML = html; // made by templates/html.py, where every word is escaped
    this.failed = el("p", { class: "error", role: "alert", hidden: true });
    fragment.content.querySelector("form > .buttons").before(this.failed);
    this.dialog.setAttribute("aria-labelledby", fragment.content.querySelector("h2").id);
    this.dialog.replaceChildren(fragment.content);
    if (!this.dialog.open) this.dialog.showModal();
    (this.dialog.querySelector("[aria-invalid=true]") ?? this.dialog.querySelector("input, textarea, select, button")).focus();
  }

  values(form) {
    const fields = {};
    for (const input of form.elements) {
      if (!input.name) continue;
      fields[input.name] ??= "";
      if (input.type !== "checkbox") fields[input.name] = input.value.trim();
      else if (input.checked) fields[input.name] += (fields[input.name] ? "," : "") + input.value;
    }
    return fields;
  }

  async sendIn(form) {
    const button = form.querySelector("button[type=submit]");
    button.disabled = true;
    this.failed.hidden = true;
    try {
      const result = await this.submit(this.values(form));
      this.done = !result.form;
      if (result.form) this.open(result.form);
      else this.dialog.close();
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      this.failed.textContent = t(error.message);
      this.failed.hidden = false;
    } finally {
      button.disabled = false;
    }
  }
}
