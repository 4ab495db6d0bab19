// The conversation: messages in order, days between them, cards redrawn where they stand.

import { $, avatar, el } from "./dom.js";
import { clockTime, dayWords, t } from "./texts.js";

const SHOWN = 120; // the newest; a played year stays quick

export class Chat {
  /** `pressed(button, message)` is called when a button in a card is tapped. */
  constructor(log, pressed) {
    this.log = log;
    this.people = new Map();
    log.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-do]");
      if (button && button.getAttribute("aria-busy") !== "true") pressed(button, { id: button.closest("[data-message]").dataset.message });
    });
    this.resting = true; // at the end, and staying there when the room for the conversation changes
    log.addEventListener("scroll", () => {
      this.resting = this.atEnd() && !this.log.querySelector(".page");
      if (this.resting) $("newer").hidden = true;
    }, { passive: true });
    new ResizeObserver(() => { if (this.resting) this.toEnd(); }).observe(log);
    $("newer").addEventListener("click", () => this.toEnd());
  }

  /** Everything in a place, from the beginning. Messages with `seq` above `unseen` are new. */
  show(messages, state, unseen) {
    this.people = state.people;
    this.day = "";
    messages.sort((one, other) => one.seq - other.seq);
    this.log.setAttribute("aria-live", "off"); // switching place is not news
    this.log.replaceChildren();
    if (!messages.length) this.log.append(el("p", { class: "empty" }, this.emptyWords(state)));
    for (const message of messages.slice(-SHOWN)) this.append(message, message.seq > unseen && unseen > state.baseline - 1 && !message.mine);
    this.toEnd();
    requestAnimationFrame(() => this.log.setAttribute("aria-live", "polite"));
  }

  /** Min sida: one page, which is read from its top and keeps still. */
  showPage(html, state) {
    this.people = state.people;
    this.resting = false;
    this.log.setAttribute("aria-live", "off");
    this.log.replaceChildren(el("article", { class: "message page", "data-message": "home", "aria-live": "off", tabindex: "-1" }));
    this.redraw({ id: "home", html });
    this.log.scrollTop = 0;
    $("newer").hidden = true;
    requestAnimationFrame(() => this.log.setAttribute("aria-live", "polite"));
  }

  /** The page as it is now; above it what the bot has just answered, and nothing older. */
  updatePage(html, answers, redrawn) {
    for (const message of redrawn) this.redraw(message);
    this.redraw({ id: "home", html });
    const answer = answers.sort((one, other) => one.seq - other.seq).at(-1);
    if (!answer) return;
    for (const older of this.log.querySelectorAll(".message:not(.page)")) older.remove();
    this.log.prepend(this.element(answer, true));
    this.log.scrollTop = 0;
  }

  update(fresh, redrawn, state) {
    const stay = !this.atEnd();
    for (const message of redrawn) this.redraw(message);
    if (fresh.length) this.log.querySelector(".empty")?.remove();
    for (const message of fresh.sort((one, other) => one.seq - other.seq)) this.append(message, true);
    if (redrawn.length) $("said").textContent = t("redrawn");
    if (fresh.length && stay && !fresh.some((message) => message.mine)) $("newer").hidden = false;
    else if (fresh.length || !stay) this.toEnd();
    const first = fresh.find((message) => !message.mine);
    if (!stay && first) this.showTop(this.find(first));
  }

  append(message, fresh) {
    const day = message.at.slice(0, 10);
    if (day !== this.day) {
      this.day = day;
      this.log.append(el("h3", { class: "day" }, el("span", {}, dayWords(message.at))));
    }
    this.log.append(this.element(message, fresh));
  }

  element(message, fresh) {
    const article = el("article", { class: this.sort(message), "data-message": message.id, tabindex: "-1" });
    if (fresh) article.classList.add("fresh");
    article.append(...this.inside(message));
    return article;
  }

  sort(message) {
    if (message.id === "home") return "message page";
    return ["message", message.mine ? "mine" : message.author ? "talk" : "card-message", message.only_you ? "only-you" : ""].filter(Boolean).join(" ");
  }

  inside(message) {
    const head = el("header", {});
    const body = el("div", { class: "body" });
    if (message.id === "home") {
      body.append(drawn(message.html));
      return [body];
    }
    if (message.author) {
      const person = this.people.get(message.author) ?? { id: message.author, name: message.author };
      head.append(avatar(person), el("span", { class: "from" }, message.mine ? t("you") : person.name));
      if (!message.addressed) head.append(el("span", { class: "quiet" }, t("overheard")));
      body.append(el("p", { class: "words" }, message.text));
    } else {
      head.append(el("img", { src: "/static/icon.svg", alt: "", width: "26", height: "26", class: "bot-mark" }),
        el("span", { class: "from" }, t("bot")), el("span", { class: "tag" }, t("app")));
      body.append(drawn(message.html));
    }
    head.append(el("time", { datetime: message.at }, clockTime(message.at)));
    if (message.updated) head.append(el("span", { class: "quiet" }, t("updated")));
    if (message.only_you) head.append(el("span", { class: "private-mark" }, t("onlyYou")));
    return [head, body];
  }

  redraw(message) {
    const article = this.find(message);
    if (!article || article.drawnFrom === message.html && message.id === "home") return;
    article.drawnFrom = message.html;
    const focused = article.contains(document.activeElement) ? document.activeElement.dataset : null;
    article.className = this.sort(message);
    article.replaceChildren(...this.inside(message));
    if (focused) { // the tapped button may be gone: stay near
      const same = [...article.querySelectorAll("button[data-do]")].find((each) => each.dataset.do === focused.do && each.dataset.ref === focused.ref);
      (same ?? article).focus({ preventScroll: true });
      if (!same) this.intoView(article); // an ended meeting is one line where it was a whole card
    }
    if (message.id === "home") return;
    void article.offsetWidth; // lets the highlight begin anew
    article.classList.add("redrawn");
  }

  emptyWords(state) {
    const kind = state.places.find((place) => place.id === state.place)?.kind;
    return t(kind === "private" ? "emptyPrivate" : kind === "mail" ? "emptyMail" : "empty");
  }

  atEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 90;
  }

  toEnd() {
    $("newer").hidden = true;
    this.log.scrollTop = this.log.scrollHeight;
  }

  /** What shrank to above or below the window comes back into it. */
  intoView(article) {
    const [place, log] = [article.getBoundingClientRect(), this.log.getBoundingClientRect()];
    if (place.bottom < log.top + 12 || place.top > log.bottom - 12) article.scrollIntoView({ block: "start" });
  }

  /** What is longer than the window is read from its beginning. */
  showTop(article) {
    const above = article.getBoundingClientRect().top - this.log.getBoundingClientRect().top;
    if (above < 0) this.log.scrollTop += above - 12;
  }

  find(message) {
    return this.log.querySelector(`[data-message="${CSS.escape(message.id)}"]`);
  }
}

function drawn(html) {
  const fragment = document.createElement("template");
  fragment.innerHTML = html; // made by templates/html.py, where every word is escaped
  return fragment.content;
}
