// Holds what the page knows, and lets each part draw its own.

import * as api from "./api.js";
import { Ahead } from "./ahead.js";
import { Chat } from "./chat.js";
import { Composer } from "./composer.js";
import { $, avatar, el } from "./dom.js";
import { FormDialog } from "./forms.js";
import { PeoplePicker } from "./people.js";
import { sheets } from "./sheets.js";
import { clockTime, dress, nearDay, t } from "./texts.js";

const HOME = { id: "home", kind: "home" }; // Min sida: a page, and no conversation
const state = {
  people: new Map(), person: null, place: "", places: [], messages: new Map(), home: "", now: "", upcoming: [],
  session: "", baseline: 0, seen: {},
};
let stop = () => {};

const chat = new Chat($("log"), pressed);
const composer = new Composer({ send: said, complete: (text, signal) => api.complete(state.person.id, state.place, text, signal) });
const form = new FormDialog($("form"), (fields) => api.submit(state.person.id, fields), () => answered(api.dismiss(state.person.id)));
const ahead = new Ahead(moved);
const picker = new PeoplePicker($("people"), become);
const panels = sheets();

// ---- what comes from the server

function news(batch) {
  if (state.session && batch.session !== state.session) return location.reload(); // another run of the simulator
  const fresh = [];
  const redrawn = [];
  for (const message of batch.messages) {
    const known = state.messages.get(message.id);
    if (known && known.rev >= message.rev) continue;
    state.messages.set(message.id, message);
    (known ? redrawn : fresh).push(message);
  }
  Object.assign(state, { now: batch.now, upcoming: batch.upcoming, home: batch.home, places: batch.home ? [HOME, ...batch.places] : batch.places });
  if (!state.places.some((place) => place.id === state.place)) state.place = batch.places[0]?.id ?? "";
  const inView = (message) => message.place === state.place;
  if (batch.first) open(state.place);
  else {
    if (state.place === HOME.id) chat.updatePage(state.home, fresh.filter(isAnswer), redrawn);
    else chat.update(fresh.filter(inView), redrawn.filter(inView), state);
    if (document.visibilityState === "visible") markSeen();
    drawPlaces();
    drawHead();
    composer.offerTries(here());
  }
  ahead.draw(state);
}

function connection(works) {
  toast(works ? "" : t("lost"));
}

// ---- who and where

function become(id, place = "") {
  const person = state.people.get(id);
  if (!person) return;
  stop();
  state.person = person;
  state.messages = new Map();
  state.places = [];
  state.place = place || localStorage.getItem(`nvg-place-${id}`) || "";
  localStorage.setItem("nvg-person", id);
  $("me-name").textContent = person.name;
  $("me-about").textContent = [person.title, person.organisation].filter(Boolean).join(" · ");
  const disc = avatar(person);
  $("me-avatar").className = disc.className;
  $("me-avatar").textContent = disc.textContent;
  stop = api.listen(id, news, connection);
}

function open(place) {
  state.place = place;
  localStorage.setItem(`nvg-place-${state.person.id}`, place);
  const unseen = seen()[place] ?? state.baseline;
  composer.at(here());
  if (place === HOME.id) chat.showPage(state.home, state);
  else chat.show([...state.messages.values()].filter((message) => message.place === place), state, unseen);
  markSeen();
  drawPlaces();
  drawHead();
}

const here = () => state.places.find((place) => place.id === state.place);
/** What the bot answers somebody who is alone with it, also when they tapped on Min sida. */
const isAnswer = (message) => message.only_you && state.places.find((place) => place.id === message.place)?.kind === "private";
const seen = () => (state.seen[state.person.id] ??= {});

function markSeen() {
  let newest = state.baseline;
  for (const message of state.messages.values()) if (message.place === state.place) newest = Math.max(newest, message.seq);
  seen()[state.place] = newest;
  sessionStorage.setItem("nvg-seen", JSON.stringify([state.session, state.seen]));
}

function unread(place) {
  const from = seen()[place] ?? state.baseline;
  let count = 0;
  for (const message of state.messages.values()) if (message.place === place && message.seq > from && !message.mine && !message.only_you) count += 1;
  return count;
}

// ---- what the person does

async function answered(promise) {
  try {
    const result = await promise;
    if (result.form) form.open(result.form);
    return result;
  } catch (error) {
    if (!(error instanceof api.ServerError)) throw error;
    toast(t(error.message), 6000);
    return null;
  }
}

function said(text) {
  return answered(api.say(state.person.id, state.place, text));
}

async function pressed(button, message) {
  button.setAttribute("aria-busy", "true");
  await answered(api.tap(state.person.id, {
    message: message.id, do: button.dataset.do, ref: button.dataset.ref ?? "", value: button.dataset.value ?? "",
  }));
  button.removeAttribute("aria-busy");
}

async function moved(to) {
  const result = await answered(api.move(to));
  if (result) $("said").textContent = t("movedTo", ahead.words(result.now));
}

// ---- drawing

function drawPlaces() {
  const group = (title, places) => places.length
    ? el("section", {}, el("h2", {}, title), el("ul", {}, places.map(row))) : null;
  const row = (place) => {
    const fresh = unread(place.id);
    return el("li", {}, el("button", {
      type: "button", class: "place", "aria-current": place.id === state.place ? "page" : null,
      onclick: () => { open(place.id); panels.close(); },
    },
    el("span", { class: `sort ${place.kind}`, "aria-hidden": "true" }, { channel: "#", mail: "@", private: "●" }[place.kind] ?? ""),
    el("span", { class: "place-words" }, el("span", { class: "place-label" }, placeName(place)),
      el("span", { class: "place-small" }, [platform(place), place.live ? t("startedMeeting") : ""].filter(Boolean).join(" · "))),
    fresh ? el("span", { class: "count" }, String(fresh), el("span", { class: "hidden" }, ` (${t("unread", fresh)})`)) : null));
  };
  const focused = document.activeElement?.closest?.("#places button") ? [...$("places").querySelectorAll("button")].indexOf(document.activeElement) : -1;
  $("places").replaceChildren(...[
    group(t("alone"), state.places.filter((place) => place.kind !== "channel")),
    group(t("myChannels"), state.places.filter((place) => place.kind === "channel")),
  ].filter(Boolean));
  if (focused >= 0) $("places").querySelectorAll("button")[focused]?.focus();
  $("rail-dot").hidden = !state.places.some((place) => place.id !== state.place && unread(place.id));
}

const isBody = (place) => place.group?.kind === "committee";
const placeName = (place) => ({ home: t("myPage"), private: t("myPrivate"), mail: t("mail") }[place.kind] ?? (isBody(place) ? place.group.name : place.name));
const platform = (place) => (place.kind === "home" ? t("homeSmall") : isBody(place) ? `${t("platforms")[place.platform]} #${place.name}` : t("platforms")[place.platform]);

function drawHead() {
  const place = here();
  if (!place) return;
  $("place-name").textContent = placeName(place);
  $("skip").href = composer.closed ? "#log" : "#line";
  $("skip").textContent = t(composer.closed ? "skipToPage" : "skip");
  const where = place.kind === "channel"
    ? [platform(place), place.group && !isBody(place) && t("careGroup", place.group.code)].filter(Boolean).join(" · ")
    : t({ home: "homeAbout", mail: "mailAbout" }[place.kind] ?? "privateAbout", state.person.name);
  const meeting = place.live ? t("startedMeeting") : place.next ? t("nextMeeting", `${nearDay(place.next, state.now)} ${clockTime(place.next)}`) : "";
  $("place-about").replaceChildren(...(meeting ? [el("span", { class: "roomy" }, `${where} · `), meeting] : [where])); // a phone has room for one
  const members = place.members ?? [];
  $("who").hidden = !members.length;
  $("who").replaceChildren(
    el("span", { class: "discs", "aria-hidden": "true" }, members.slice(0, 4).map((member) => avatar(state.people.get(member.id) ?? member))),
    el("span", {}, t("inGroup", members.length)));
  $("members").replaceChildren(el("ul", {}, members.map((member) => {
    const person = state.people.get(member.id) ?? member;
    return el("li", {}, avatar(person),
      el("span", { class: "member-words" }, el("span", {}, person.name),
        el("span", { class: "small" }, [t("roles")[member.role], person.organisation].filter(Boolean).join(" · "))),
      member.id === state.person.id ? el("span", { class: "small" }, t("you"))
        : el("button", { type: "button", "aria-label": t("be", person.name),
          onclick: () => { $("members").hidePopover(); become(member.id, state.place); } }, t("swap")));
  })));
}

let toastTimer = 0;
function toast(words, milliseconds = 0) {
  clearTimeout(toastTimer);
  $("toast").textContent = words;
  $("toast").hidden = !words;
  if (words && milliseconds) toastTimer = setTimeout(() => toast(""), milliseconds);
}

function theme(choice) {
  const dark = choice ? choice === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  $("theme").textContent = dark ? t("lightTheme") : t("darkTheme");
  $("theme").onclick = () => {
    localStorage.setItem("nvg-theme", dark ? "light" : "dark");
    theme(dark ? "light" : "dark");
  };
}

function speak(other = "") {
  dress(other);
  $("language").textContent = t("otherLanguage");
  $("language").lang = t("otherCode");
  $("language").onclick = () => speak(t("otherCode"));
  theme(localStorage.getItem("nvg-theme"));
  if (!state.person || !here()) return;
  open(state.place);
  ahead.draw(state);
}

async function begin() {
  speak();
  $("log").replaceChildren(el("p", { class: "empty" }, t("furnishing")));
  const start = await answered(api.start());
  if (!start) return;
  state.session = start.session;
  state.baseline = start.baseline;
  state.people = new Map(start.people.map((person) => [person.id, person]));
  const [session, kept] = JSON.parse(sessionStorage.getItem("nvg-seen") ?? "[]");
  if (session === state.session) state.seen = kept;
  picker.people = start.people;
  $("me").addEventListener("click", () => picker.open(state.person.id));
  const asked = new URLSearchParams(location.search).get("person");
  const known = [asked, localStorage.getItem("nvg-person"), start.first].find((id) => state.people.has(id));
  become(known);
}

begin();
