// Where lines are written: to the bot or just in the channel, with completion and lines to begin with.

import { $, el } from "./dom.js";
import { t } from "./texts.js";

export class Composer {
  /** `send(text)` says a line; `complete(text, signal)` gives whole lines that it may become. */
  constructor({ send, complete }) {
    this.send = send;
    this.ask = complete;
    this.line = $("line");
    this.list = $("complete");
    this.addressed = true;
    this.lines = [];
    this.chosen = -1;
    $("composer").addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    this.line.addEventListener("keydown", (event) => this.key(event));
    this.line.addEventListener("input", () => { this.grow(); this.look(); });
    this.line.addEventListener("blur", () => setTimeout(() => this.close(), 120));
    $("prefix").addEventListener("click", () => { this.addressed = !this.addressed; this.drawPrefix(); this.line.focus(); });
  }

  at(place) {
    this.place = place;
    this.closed = !place || place.kind === "mail" || place.kind === "home"; // nobody writes there
    $("composer").classList.toggle("closed", this.closed);
    this.line.disabled = this.closed;
    $("prefix").hidden = place?.kind !== "channel";
    this.close();
    this.drawPrefix();
    this.offerTries(place);
  }

  drawPrefix() {
    const talk = this.place?.kind === "channel" && !this.addressed;
    $("prefix").setAttribute("aria-pressed", String(this.addressed));
    $("prefix").title = t(this.addressed ? "prefixOn" : "prefixOff");
    $("prefix").setAttribute("aria-label", `/nvg. ${$("prefix").title}`);
    this.line.placeholder = this.closed ? "" : t(talk ? "placeholderTalk" : "placeholderBot");
    $("line-hint").textContent = this.place?.kind === "home" ? "" : t(this.closed ? "mailOnly" : "hint");
  }

  /** Lines that this person can well begin with here now. */
  offerTries(place) {
    this.place = place;
    const tries = place?.tries ?? [];
    if (JSON.stringify(tries) === this.shown) return;
    this.shown = JSON.stringify(tries);
    $("tries").hidden = !tries.length;
    $("tries").replaceChildren(...tries.map((line) => el("button", {
      type: "button", class: "try", onclick: () => { this.fill(line); this.line.focus(); },
    }, line)));
  }

  fill(line) {
    this.line.value = line;
    this.grow();
    this.line.setSelectionRange(line.length, line.length);
  }

  grow() {
    this.line.style.height = "auto";
    this.line.style.height = `${Math.min(this.line.scrollHeight, 180)}px`;
  }

  async submit() {
    const text = this.line.value.trim();
    if (!text) return;
    this.fill("");
    this.close();
    const prefix = this.place.kind === "channel" && this.addressed && !/^(\/nvg|@nvg)\b/i.test(text) ? "/nvg " : "";
    if ((await this.send(prefix + text)) === null && !this.line.value) this.fill(text); // nothing written is lost
  }

  key(event) {
    if (event.isComposing) return;
    const open = !this.list.hidden;
    if (event.key === "ArrowDown" && open) this.choose(this.chosen + 1);
    else if (event.key === "ArrowUp" && open) this.choose(this.chosen - 1);
    else if (event.key === "Escape" && open) this.close();
    else if (event.key === "Tab" && !event.shiftKey && open && this.chosen >= 0) this.accept(this.chosen);
    else if (event.key === "Enter" && open && this.chosen >= 0) this.accept(this.chosen);
    else if (event.key === "Enter" && !event.shiftKey) this.submit();
    else return;
    event.preventDefault();
  }

  async look() {
    this.asking?.abort();
    const text = this.line.value;
    if (!text.trim() || text.includes("\n") || (this.place.kind === "channel" && !this.addressed)) return this.close();
    const asking = new AbortController();
    this.asking = asking;
    try {
      const lines = await this.ask(text, asking.signal);
      if (!asking.signal.aborted && this.line.value === text) this.offer(lines.filter((line) => line !== text));
    } catch (error) {
      if (error.name !== "AbortError") this.close();
    }
  }

  offer(lines) {
    this.lines = lines;
    this.chosen = -1;
    this.list.replaceChildren(...lines.map((line, number) => el("li", {
      role: "option", id: `option-${number}`, "aria-selected": "false",
      onpointerdown: (event) => { event.preventDefault(); this.accept(number); },
    }, line)));
    this.list.hidden = !lines.length;
    this.line.setAttribute("aria-expanded", String(lines.length > 0));
    this.line.removeAttribute("aria-activedescendant");
  }

  choose(number) {
    this.asking?.abort(); // who chooses, chooses from what is shown
    const count = this.lines.length;
    this.chosen = (number + count + 1) % (count + 1); // one step past the end: none chosen
    if (this.chosen === count) this.chosen = -1;
    [...this.list.children].forEach((option, each) => option.setAttribute("aria-selected", String(each === this.chosen)));
    if (this.chosen >= 0) {
      this.line.setAttribute("aria-activedescendant", `option-${this.chosen}`);
      this.list.children[this.chosen].scrollIntoView({ block: "nearest" });
    } else this.line.removeAttribute("aria-activedescendant");
  }

  accept(number) {
    this.fill(this.lines[number]);
    this.close();
    this.line.focus();
  }

  close() {
    this.asking?.abort();
    this.lines = [];
    this.chosen = -1;
    this.list.hidden = true;
    this.line.setAttribute("aria-expanded", "false");
    this.line.removeAttribute("aria-activedescendant");
  }
}
