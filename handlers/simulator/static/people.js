// The dialog where one chooses who to be.

import { $, avatar, el } from "./dom.js";
import { t } from "./texts.js";

export class PeoplePicker {
  constructor(dialog, become) {
    this.dialog = dialog;
    this.become = become;
    this.people = [];
    $("people-find").addEventListener("input", () => this.draw());
    dialog.querySelector("[data-dismiss]").addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  }

  open(current) {
    this.current = current;
    this.codes = [...new Set(this.people.flatMap((person) => person.groups.filter((each) => each.kind === "care").map((each) => each.code)))].sort((one, other) => one.localeCompare(other, "sv"));
    $("people-find").value = "";
    this.draw();
    this.dialog.showModal();
    $("people-find").focus();
  }

  draw() {
    const wanted = $("people-find").value.trim().toLocaleLowerCase("sv");
    const fits = (person) => !wanted || [person.name, person.title, person.organisation, ...person.groups.map((each) => each.code)]
      .some((word) => word.toLocaleLowerCase("sv").includes(wanted));
    const sections = new Map();
    for (const person of this.people.filter(fits).sort((one, other) => this.order(one) - this.order(other))) {
      const own = this.own(person);
      const heading = own ? t("theGroup", own.code) : person.groups.length ? t("leaders") : t("noGroup");
      if (!sections.has(heading)) sections.set(heading, []);
      sections.get(heading).push(person);
    }
    $("people-list").replaceChildren(...(sections.size
      ? [...sections].map(([heading, people]) => el("section", {}, el("h3", {}, heading),
        el("ul", {}, people.map((person) => el("li", {}, this.row(person))))))
      : [el("p", { class: "quiet" }, t("nobody"))]));
  }

  /** The group a person is found under: where they are contact person, else the first that is not merely led. */
  own(person) {
    const own = person.groups.filter((each) => each.kind === "care" && each.role !== "facilitator");
    return own.find((each) => each.role === "contact") ?? own[0];
  }

  order(person) {
    const own = this.own(person);
    return own ? this.codes.indexOf(own.code) : this.codes.length + (person.groups.length ? 0 : 1);
  }

  row(person) {
    const groups = person.groups.map((each) => [each.code, t("roles")[each.role]].filter(Boolean).join(", ")).join(" · ");
    const small = [person.title, person.organisation, t("platforms")[person.platform]].filter(Boolean).join(" · ");
    return el("button", {
      type: "button", "aria-current": person.id === this.current ? "true" : null,
      onclick: () => { this.dialog.close(); this.become(person.id); },
    }, avatar(person), el("span", { class: "person-words" }, el("span", { class: "person-name" }, person.name),
      el("span", { class: "small" }, small), groups ? el("span", { class: "small" }, groups) : null));
  }
}
