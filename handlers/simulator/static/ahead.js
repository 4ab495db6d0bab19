// The clock that can be moved, and what the bot will do next.

import { $, el } from "./dom.js";
import { clockTime, dayWords, language, nearDay, t, week } from "./texts.js";

export class Ahead {
  /** `moved(to)` moves the clock: "next", "hour", "tomorrow" or "monday". */
  constructor(moved) {
    for (const button of document.querySelectorAll("[data-move]")) {
      button.addEventListener("click", async () => {
        button.setAttribute("aria-busy", "true");
        await moved(button.dataset.move);
        button.removeAttribute("aria-busy");
      });
    }
  }

  /** "måndag 23 november, v. 48, 08:00" */
  words(now) {
    return `${dayWords(now)}, ${language() === "sv" ? "v." : "week"} ${week(now)}, ${clockTime(now)}`;
  }

  draw(state) {
    $("clock-time").textContent = clockTime(state.now);
    $("clock-day").textContent = `${dayWords(state.now)}, ${language() === "sv" ? "v." : "week"} ${week(state.now)}`;
    let day = "";
    const rows = state.upcoming.flatMap((timer) => {
      const words = nearDay(timer.due, state.now);
      const head = words === day ? [] : [el("li", { class: "next-day" }, words)];
      day = words;
      return [...head, el("li", { class: "next-row" },
        el("time", { datetime: timer.due }, clockTime(timer.due)), el("span", {}, this.timerWords(timer)))];
    });
    $("upcoming").replaceChildren(...(rows.length ? rows : [el("li", { class: "quiet" }, t("nothingAhead"))]));
  }

  timerWords(timer) {
    const about = timer.about.filter(Boolean);
    const shown = about.slice(0, about.length > 3 ? 2 : 3);
    const rest = about.length - shown.length;
    const words = rest ? `${shown.join(", ")} ${t("andMore", rest)}` : series(shown);
    return (t("timers")[timer.kind] ?? t("timers").other).replace("{about}", words);
  }
}

const series = (words) => (words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${t("and")} ${words.at(-1)}`);
