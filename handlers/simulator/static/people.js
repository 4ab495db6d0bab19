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
    const groups = (kind) => this.people.flatMap((person) => person.groups).filter((each) => each.kind === kind);
    const codes = groups("care").map((each) => each.code).sort((one, other) => one.localeCompare(other, "sv"));
    const bodies = groups("committee").map((each) => each.name);
    this.headings = [...new Set([t("coordinators"), ...bodies, t("leaders"), ...codes.map((code) => t("theGroup", code)), t("noGroup")])];
    $("people-find").value = "";
    this.draw();
    this.dialog.showModal();
    $("people-find").focus();
  }

  draw() {
    const wanted = $("people-find").value.trim().toLocaleLowerCase("sv");
    const fits = (person) => !wanted || [person.name, person.title, person.organisation, this.heading(person), ...person.groups.flatMap((each) => [each.code, t("roles")[each.role]])]
      .some((word) => word.toLocaleLowerCase("sv").includes(wanted));
    const sections = new Map();
    for (const person of this.people.filter(fits).sort((one, other) => this.order(one) - this.order(other))) {
      const heading = this.heading(person);
      if (!sections.has(heading)) sections.set(heading, []);
      sections.get(heading).push(person);
    }
    $("people-list").replaceChildren(...(sections.size
      ? [...sections].map(([heading, people]) => el("section", {}, el("h3", {}, heading),
        el("ul", {}, people.map((person) => el("li", {}, this.row(person))))))
      : [el("p", { class: "quiet" }, t("nobody"))]));
  }

  /** What a person is found under: coordinators, a committee (the one they chair, else the first), a group (the one where
      they are contact person, else the first that they do not merely lead). */
  heading(person) {
    const care = person.groups.filter((each) => each.kind === "care" && each.role !== "facilitator");
    const bodies = person.groups.filter((each) => each.kind === "committee");
    const body = bodies.find((each) => each.role === "chair") ?? bodies[0];
    const own = care.find((each) => each.role === "contact") ?? care[0];
    if (person.roles.includes("coordinator")) return t("coordinators");
    if (body) return body.name;
    return own ? t("theGroup", own.code) : person.groups.length ? t("leaders") : t("noGroup");
  }

  /** In the order of the headings, and who chairs first. */
  order(person) {
    return this.headings.indexOf(this.heading(person)) - (person.groups.some((each) => each.role === "chair") ? 0.5 : 0);
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
