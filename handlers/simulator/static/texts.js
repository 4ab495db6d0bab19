// The page's own words. What the bot says comes ready worded from the server.

const sv = {
  title: "provrummet", skip: "Hoppa till skrivrutan", skipToPage: "Hoppa till sidan", tagline: "provrummet för nära vård", close: "Stäng",
  youAre: "Du är", swap: "Byt", channels: "Kanaler", showChannels: "Visa kanaler",
  showAhead: "Visa klockan och vad som händer sedan", conversation: "Samtalet", newer: "Nya meddelanden ↓",
  tries: "Förslag att börja med", completions: "Förslag på fortsättning", write: "Skriv här", send: "Skicka",
  hint: "Enter skickar · Skift + Enter ny rad", clock: "Klockan", clockPanel: "Klockan och vad som händer sedan",
  moveClock: "Flytta klockan", moveNext: "Nästa händelse", moveHour: "+1 timme", moveTomorrow: "I morgon 07:30",
  moveMonday: "Måndag 08:00", upcoming: "Det här gör boten härnäst",
  about: "Allt här är påhittat och ligger bara i datorns minne. Boten är den riktiga; klockan och chattarna är på låtsas.",
  who: "Vem vill du vara?", find: "Sök namn, grupp eller arbetsplats",
  prefixOn: "Raden går till boten. Tryck för att bara prata i kanalen.",
  prefixOff: "Bara prat i kanalen. Tryck för att skriva till boten.",
  bot: "nvg", app: "bot", you: "Du", onlyYou: "Bara du ser det här", updated: "uppdaterat", overheard: "till kanalen",
  myChannels: "Mina kanaler", alone: "Ensam med boten", myPrivate: "nvg-boten", mail: "Inkorgen",
  myPage: "Min sida", homeSmall: "Det som väntar på dig", homeAbout: "Det som väntar på dig, i alla dina grupper.",
  privateAbout: (name) => `${name} och boten. Ingen annan ser det.`, mailAbout: "Det boten mejlar till dig.",
  inGroup: (n) => `${n} är med`, be: (name) => `Bli ${name}`, unread: (n) => (n === 1 ? "1 nytt" : `${n} nya`),
  empty: "Här är det tyst än så länge.", emptyPrivate: "Här skriver boten till dig. Skriv hjälp så visar den vad du kan göra.",
  emptyMail: "Inga brev ännu.", mailOnly: "Gästen läser sin e-post. Här finns ingen skrivruta.",
  nobody: "Ingen hittades.", noGroup: "Utan grupp", leaders: "Mötesledare", coordinators: "Samordnare",
  nothingAhead: "Ingenting just nu.", now: "nu", cancel: "Avbryt", required: "behövs", optional: "frivilligt",
  formWrong: "Titta på det markerade.", choose: "Välj", movedTo: (when) => `Klockan är ${when}.`,
  busy: "Klockan går …", lightTheme: "Ljust", darkTheme: "Mörkt", otherLanguage: "English", otherCode: "en",
  placeholderBot: "Skriv till boten …", placeholderTalk: "Prata i kanalen …",
  offline: "Får ingen kontakt med provrummet. Är det igång?", failed: "Det gick inte. Försök igen.",
  tooLong: "Texten är för lång.", lost: "Tappade kontakten. Försöker igen …", today: "i dag", tomorrow: "i morgon",
  furnishing: "Ställer i ordning åtta grupper och två veckors historia …",
  redrawn: "Ett kort uppdaterades.", down: "Plattformen ligger nere", startedMeeting: "möte pågår",
  roles: {
    member: "", facilitator: "mötesledare", chair: "ordförande", guest: "inbjuden", coordinator: "samordnare",
    administrator: "administratör", contact: "kontaktperson",
  },
  platforms: { slack: "Slack", teams: "Teams", mail: "E-post" },
  timers: {
    remind: "Morgonens påminnelse till {about}", nudge: "En timme kvar: {about}", question_nudge: "Knuff om en fråga i {about}",
    agenda: "Dagordningen för {about}",
    erasure: "Raderar {about}", erasure_notice: "Säger till om att {about} snart raderas",
    red_day: "Säger till om att mötet i {about} hamnar på en helgdag", silence: "Stänger mötet i {about} om ingen skriver mer", own_lists: "Egna listor efter mötet i {about}",
    door: "Frågar mötesledaren om dem som kommit in i kanalen för {about}",
    pause_begins: "Pausen börjar i {about}", pause_ends: "{about} vaknar ur pausen",
    matter_remind: "Påminner om {about}, om ingen har svarat", matter_chair: "Skriver till ordföranden om {about}, om ingen har svarat",
    matter_silent: "Lämnar tillbaka {about}, om det är tyst",
    consent_soon: "Säger till om att samtycket i {about} snart går ut", consent_ends: "Slutar dela när samtycket i {about} går ut",
    consent_over: "Berättar att samtycket i {about} har gått ut", forget_group: "Glömmer {about}", overview: "Veckoöversikten till {about}",
    away_begins: "{about} går på ledighet", away_ends: "{about} är tillbaka", away_tell: "Berättar att {about} är borta", other: "Ser till {about}",
  },
  and: "och", andMore: (n) => `och ${n} till`, nextMeeting: (when) => `nästa möte ${when}`, careGroup: (code) => `gruppen ${code}`, theGroup: (code) => `Gruppen ${code}`,
};

const en = {
  title: "the practice room", skip: "Skip to the text box", skipToPage: "Skip to the page", tagline: "the practice room for nära vård", close: "Close",
  youAre: "You are", swap: "Switch", channels: "Channels", showChannels: "Show channels",
  showAhead: "Show the clock and what comes next", conversation: "Conversation", newer: "New messages ↓",
  tries: "Suggestions to begin with", completions: "Suggestions", write: "Write here", send: "Send",
  hint: "Enter sends · Shift + Enter for a new line", clock: "The clock", clockPanel: "The clock and what comes next",
  moveClock: "Move the clock", moveNext: "Next event", moveHour: "+1 hour", moveTomorrow: "Tomorrow 07:30",
  moveMonday: "Monday 08:00", upcoming: "What the bot does next",
  about: "Everything here is made up and kept only in this computer's memory. The bot is the real one; the clock and the chats are pretend.",
  who: "Who do you want to be?", find: "Search name, group or workplace",
  prefixOn: "Goes to the bot. Press to just talk in the channel.",
  prefixOff: "Just talk in the channel. Press to write to the bot.",
  bot: "nvg", app: "bot", you: "You", onlyYou: "Only you can see this", updated: "updated", overheard: "to the channel",
  myChannels: "My channels", alone: "Alone with the bot", myPrivate: "the nvg bot", mail: "Inbox",
  myPage: "My page", homeSmall: "What waits for you", homeAbout: "What waits for you, in all your groups.",
  privateAbout: (name) => `${name} and the bot. Nobody else sees it.`, mailAbout: "What the bot mails you.",
  inGroup: (n) => `${n} people`, be: (name) => `Be ${name}`, unread: (n) => `${n} new`,
  empty: "Quiet here so far.", emptyPrivate: "The bot writes to you here. Write help and it shows what you can do.",
  emptyMail: "No mail yet.", mailOnly: "The guest reads e-mail. There is no text box here.",
  nobody: "Nobody found.", noGroup: "No group", leaders: "Facilitators", coordinators: "Coordinators",
  nothingAhead: "Nothing right now.", now: "now", cancel: "Cancel", required: "needed", optional: "optional",
  formWrong: "Look at what is marked.", choose: "Choose", movedTo: (when) => `It is ${when}.`,
  busy: "The clock is running …", lightTheme: "Light", darkTheme: "Dark", otherLanguage: "Svenska", otherCode: "sv",
  placeholderBot: "Write to the bot …", placeholderTalk: "Talk in the channel …",
  offline: "Cannot reach the practice room. Is it running?", failed: "That did not work. Try again.",
  tooLong: "The text is too long.", lost: "Lost the connection. Trying again …", today: "today", tomorrow: "tomorrow",
  furnishing: "Setting up eight groups and two weeks of history …",
  redrawn: "A card was updated.", down: "The platform is down", startedMeeting: "meeting going on",
  roles: {
    member: "", facilitator: "facilitator", chair: "chair", guest: "guest", coordinator: "coordinator",
    administrator: "administrator", contact: "contact person",
  },
  platforms: { slack: "Slack", teams: "Teams", mail: "E-mail" },
  timers: {
    remind: "Morning reminder to {about}", nudge: "One hour left: {about}", question_nudge: "A nudge about a question in {about}",
    agenda: "The agenda for {about}",
    erasure: "Erases {about}", erasure_notice: "Tells that {about} is soon erased",
    red_day: "Tells that the meeting of {about} falls on a holiday", silence: "Closes the meeting of {about} if nobody writes more", own_lists: "Own lists after the meeting of {about}",
    door: "Asks the facilitator about those who have come into the channel of {about}",
    pause_begins: "The pause of {about} begins", pause_ends: "{about} wakes from its pause",
    matter_remind: "Reminds of {about} if nobody has answered", matter_chair: "Writes to the chair about {about} if nobody has answered",
    matter_silent: "Puts {about} back if it is silent",
    consent_soon: "Says that the consent of {about} soon runs out", consent_ends: "Stops sharing when the consent of {about} ends",
    consent_over: "Tells that the consent of {about} has run out", forget_group: "Forgets {about}", overview: "The weekly overview to {about}",
    away_begins: "{about} goes on leave", away_ends: "{about} is back", away_tell: "Tells that {about} is away", other: "Looks after {about}",
  },
  and: "and", andMore: (n) => `and ${n} more`, nextMeeting: (when) => `next meeting ${when}`, careGroup: (code) => `group ${code}`, theGroup: (code) => `Group ${code}`,
};

export const texts = { sv, en };
let chosen = localStorage.getItem("nvg-language") === "en" ? "en" : "sv";

export const language = () => chosen;
export const t = (key, ...values) => {
  const text = texts[chosen][key];
  return typeof text === "function" ? text(...values) : text;
};

/** Puts the page's words in place, in the other language if `other`. */
export function dress(other = "") {
  if (other) {
    chosen = other;
    localStorage.setItem("nvg-language", other);
  }
  document.documentElement.lang = chosen;
  document.title = `nvg · ${t("title")}`;
  for (const each of document.querySelectorAll("[data-t]")) each.textContent = t(each.dataset.t);
  for (const each of document.querySelectorAll("[data-t-label]")) each.setAttribute("aria-label", t(each.dataset.tLabel));
  for (const each of document.querySelectorAll("[data-t-placeholder]")) each.placeholder = t(each.dataset.tPlaceholder);
}

// Times come as local wall-clock text without a zone ("2026-11-23T08:00:00"): what the clock on the wall in Sweden shows.
const parts = (at) => new Date(`${at.slice(0, 19)}Z`);
const format = (at, options) =>
  new Intl.DateTimeFormat(chosen === "sv" ? "sv-SE" : "en-GB", { timeZone: "UTC", ...options }).format(parts(at));

export const clockTime = (at) => at.slice(11, 16);
export const dayWords = (at) => format(at, { weekday: "long", day: "numeric", month: "long" });
export const shortDay = (at) => format(at, { weekday: "short", day: "numeric", month: "short" });

export function week(at) {
  const day = parts(at);
  day.setUTCDate(day.getUTCDate() + 4 - (day.getUTCDay() || 7));
  return Math.ceil(((day - Date.UTC(day.getUTCFullYear(), 0, 1)) / 86400000 + 1) / 7);
}

/** "i dag", "i morgon" or the day, as seen from `now`. */
export function nearDay(at, now) {
  const days = Math.round((Date.parse(`${at.slice(0, 10)}Z`) - Date.parse(`${now.slice(0, 10)}Z`)) / 86400000);
  return days === 0 ? t("today") : days === 1 ? t("tomorrow") : shortDay(at);
}
