// The personal tab: signed in by Teams, drawn by the server. What is tapped is sent, and what comes back is shown.

const TEXTS = {
  sv: {
    title: "Min sida", wait: "Hämtar din sida …", again: "Prova igen",
    outside: "Den här sidan bor i Teams. Öppna nvg bland apparna där, så visar jag vad som väntar på dig.",
    token: "Teams kunde inte tala om för mig vem du är. Prova igen. Hjälper det inte får den som sköter Teams hos er titta på appens inloggning.",
    unknown: "Vi har inte träffats än. Skriv hej till mig i chatten, så finns din sida här sedan.",
    away: "Jag kunde inte nås just nu. Prova igen om en liten stund.",
  },
  en: {
    title: "My page", wait: "Getting your page …", again: "Try again",
    outside: "This page lives in Teams. Open nvg among the apps there, and I'll show you what is waiting for you.",
    token: "Teams couldn't tell me who you are. Try again. If that doesn't help, whoever looks after Teams at your workplace can check the app's sign-in.",
    unknown: "We haven't met yet. Say hello to me in the chat, and your page will be here.",
    away: "I couldn't be reached just now. Try again in a little while.",
  },
};
const PATIENCE = 20_000; // milliseconds for an answer
const HOST = 8_000; // and for Teams to say that it is there

const teams = window.microsoftTeams;
const [main, title, said, home, state, again, dialog] = ["main", "#title", "#said", "#home", "#state", "#again", "#dialog"].map((each) => document.querySelector(each));
let language = /^sv/i.test(navigator.language) ? "sv" : "en";
let locale = navigator.language;
let busy = false;
let unanswered = {}; // what was sent last, and its id: it may be done already

const text = (name) => TEXTS[language][name];

function speak(to) {
  language = to in TEXTS ? to : "en";
  document.documentElement.lang = language;
  title.textContent = text("title");
  document.title = `${text("title")} · nvg`;
  again.textContent = text("again");
}

function tell(words, retry) {
  const inForm = dialog.open && words;
  state.textContent = inForm ? "" : words;
  again.hidden = !retry || inForm;
  if (inForm) {
    const error = Object.assign(document.createElement("p"), { className: "error", textContent: words });
    error.setAttribute("role", "alert");
    dialog.querySelector("form > .buttons").before(error);
  }
}

const dress = (theme) => { document.documentElement.dataset.theme = ["dark", "contrast"].includes(theme) ? theme : "light"; };

const within = (promise, time) => Promise.race([promise, new Promise((_, reject) => setTimeout(() => reject(new Error("late")), time))]);

async function start() {
  speak(language);
  tell(text("wait"), false);
  try {
    await within(teams.app.initialize(), HOST);
    const context = await teams.app.getContext();
    dress(context.app.theme);
    teams.app.registerOnThemeChangeHandler(dress);
    locale = context.app.locale || locale;
    speak(/^sv/i.test(locale) ? "sv" : "en");
  } catch {
    tell(text("outside"), false);
    main.removeAttribute("aria-busy");
    return;
  }
  teams.app.notifySuccess();
  await act({});
}

// One thing done, and the answer shown. What got no answer is sent again under the same id, at once or when the person tries again:
// the server does it once.
async function act(what) {
  if (busy) return;
  busy = true;
  main.setAttribute("aria-busy", "true");
  clean();
  const words = JSON.stringify(what);
  if (unanswered.words !== words) unanswered = { words, id: crypto.randomUUID() };
  const { id } = unanswered;
  try {
    const token = await within(teams.authentication.getAuthToken(), PATIENCE).catch(() => "");
    const ask = async () => fetch("/teams/tab/act", {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ ...what, id, locale }),
      signal: AbortSignal.timeout(PATIENCE),
    });
    const response = token ? await ask().catch(ask) : null;
    const answer = response ? await response.json() : { why: "token" };
    if (answer.why) tell(TEXTS[language][answer.why] ?? text("away"), answer.why !== "unknown");
    else {
      unanswered = {};
      show(answer, !what.do);
    }
  } catch {
    tell(text("away"), true);
  } finally {
    busy = false;
    main.removeAttribute("aria-busy");
  }
}

// `looking`: nothing was done, so what was said last still stands.
function show(answer, looking) {
  speak(answer.language);
  tell("", false);
  if (answer.errors) return mark(answer.errors);
  if (answer.form) return open(answer.form, answer.said);
  if (dialog.open) dialog.close();
  if (answer.home) home.innerHTML = answer.home;
  if (answer.said || !looking) said.innerHTML = answer.said;
  if (answer.said) {
    scrollTo({ top: 0 });
    said.focus({ preventScroll: true });
  }
}

function open(form, receipt) {
  dialog.innerHTML = (receipt ? `<div class="receipt" role="status">${receipt}</div>` : "") + form;
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("input, textarea, select")?.focus();
}

function clean() {
  for (const old of dialog.querySelectorAll(".error")) old.remove();
  for (const field of dialog.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
}

// What is wrong stands beside its field, and what was written stays.
function mark(errors) {
  const fields = [...dialog.querySelectorAll(".field")];
  let first;
  for (const [name, words] of Object.entries(errors)) {
    const input = dialog.querySelector(`[name="${CSS.escape(name)}"]`) ?? fields[0]?.querySelector("[name]");
    const field = input?.closest(".field");
    if (!field) { tell(words, false); continue; }
    const error = Object.assign(document.createElement("p"), { className: "error", id: `error-${fields.indexOf(field)}`, textContent: words });
    error.setAttribute("role", "alert");
    (input.type === "checkbox" && input.value !== "yes" ? field.querySelector("legend") : input).after(error);
    const told = field.matches("fieldset") ? field : input;
    told.setAttribute("aria-invalid", "true");
    const help = (told.getAttribute("aria-describedby") ?? "").split(" ").filter((each) => each && each !== error.id);
    told.setAttribute("aria-describedby", [...help, error.id].join(" "));
    first ??= input;
  }
  first?.focus();
}

function filled(form) {
  const fields = {};
  for (const each of form.elements) {
    if (!each.name) continue;
    fields[each.name] ??= "";
    if (each.type === "checkbox" && !each.checked) continue;
    fields[each.name] = fields[each.name] ? `${fields[each.name]},${each.value}` : each.value;
  }
  return fields;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button === again) act({});
  else if ("cancel" in button.dataset) dialog.close();
  else if (button.dataset.do) act({ do: button.dataset.do, ref: button.dataset.ref ?? "", value: button.dataset.value ?? "" });
});

document.addEventListener("submit", (event) => {
  event.preventDefault();
  const { do: what, ref, version } = event.target.dataset;
  act({ do: what, ref, fields: filled(event.target), version: version ? Number(version) : null });
});

// Somebody comes back to the tab: it shows how things are now.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && home.innerHTML && !dialog.open) act({});
});

start();
