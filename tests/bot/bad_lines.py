"""Lines that cannot be acted on: hand-written, and put together from what people leave out, misspell and mix up."""

from __future__ import annotations

from itertools import product

BAD_DATES = ("32/13", "30/2", "31/11", "den 32:a", "31 november", "29 februari 2027", "fredag v 60", "v 54", "2026-13-01", "2026-11-31")
PAST = ("i går", "förra fredagen", "2020-01-01", "måndag v 40", "1 februari i år")
NUMBERS = ("99", "#99", "0", "4711", "H9", "B9")

WITH_DATE = (
    "åtgärd @bo ringa kommunen senast {date}", "åtgärd jag boka tid senast {date}", "flytta 1 till {date}", "ändra 1 till {date}",
    "flytta mötet till {date}", "flytta mötet till {date} kl 10", "möte {date} kl 10", "ställ in mötet {date}", "borta {date}", "uppehåll till {date}", "samtycke till {date}",
)  # fmt: skip
WITH_NUMBER = (
    "klar {number}", "klar {number} hon sover bättre", "flytta {number} till fredag", "ge {number} till @bo", "ta bort {number}",
    "kommer inte vidare {number} saknar behörighet", "ändra {number} senast torsdag", "visa {number}", "hissa {number} saknar behörighet",
    "fastnat {number} ingen svarar",
)  # fmt: skip
WITH_NAME = (
    "åtgärd @{name} ringa kommunen", "ge 1 till @{name}", "fråga @{name} har hon fått tiden?", "kontaktperson @{name}",
    "ersättare @{name}", "beslut: promenad varje dag, ansvarig @{name}", "mötesledare @{name}", "ta bort @{name}",
    "borta 1–14 juli ersättare @{name}",
)  # fmt: skip
NAMES = ("gun", "per.al", "nobody", "U0456", "arvika-kommun")

ALONE = (
    "åtgärd", "åtgärd @bo", "åtgärd senast fredag", "beslut", "beslut:", "klar", "hissa", "fråga", "fråga @bo", "flytta", "flytta 1",
    "ge 1", "ge till @bo", "ta bort", "kommer inte vidare", "möte", "möte tisdagar", "flytta mötet", "flytta mötet till",
    "ta upp", "lärdom", "lärdom:", "sök", "borta", "telefon", "kontaktperson", "ersättare", "mötesledare", "lägg till", "det viktigaste",
    "mandat", "tid", "klar klar", "ändra", "ändra 1", "parkera", "närvarande", "svara", "besked", "löst", "påminn mig",
    "borta 7, 9 och 11 dec", "borta v 48, 50 och 52", "borta 2 dagar nästa vecka", "borta till nästa fredag",
    "samtycke: Arvika kommun", "samtycket gäller tills vidare", "jag jobbar inte på helgdagar", "åtgärd @bo ringa till mötet efter nästa",
    "möte tisdagar 13:00-12:00", "borta 10–1 juli", "tid 99 20 min", "tid #4711 20 min",
)  # fmt: skip

TALK = (
    "vad tycker du", "hej på dig", "tack så mycket", "hon mår bättre i dag", "????", "...", "!", "åäö", "12", "#", "@", "@bo", "1 2 3",
    "ok", "ja", "nej", "fredag", "senast fredag", "kl 13", "möten är trevliga", "ska vi ta en kaffe", "🙂", "🙂🙂🙂", "<script>alert(1)</script>",
    "'; DROP TABLE actions; --", "{{ 7 * 7 }}", "%s%s%s%n", "../../../etc/passwd", "\u202eabc", "\u0000", "a" * 5000, "å " * 2000, "-", "--help",
    "NULL", "None", "undefined", "NaN", "0", "-1", "1e9", "½", "①", "٣", "klar 0.5", "klar 10**9", "klar 99999999999999999999",
)  # fmt: skip

IDENTITY = ("19811218-9876", "811218-9876", "8112189876", "198112189876", "811218 9876", "811278-9873", "19 811218 9876")
WITH_IDENTITY = (
    "åtgärd @bo hämta {pnr} senast fredag", "beslut: {pnr} får besök varje dag", "klar 1 ringde {pnr}", "ta upp {pnr}",
    "lärdom: {pnr} sover bättre", "hissa {pnr} väntar på hjälpmedel", "fråga @bo vem är {pnr}?", "det viktigaste {pnr}", "{pnr}",
)  # fmt: skip

ENGLISH = (
    "action", "action @gun ring the clinic", "action @bo ring the clinic by 32/13", "done 99", "move 99 to friday", "give 99 to @bo",
    "delete 99", "stuck 99 no access", "decision", "ask @gun has she got the time?", "meeting", "move the meeting to 31 november",
    "what do you think", "hello there", "away", "show 99", "search", "contact person @gun",
)  # fmt: skip


def swedish() -> list[str]:
    """All of them, each once."""
    made = [
        *(line.format(date=date) for line, date in product(WITH_DATE, BAD_DATES)),
        *(line.format(number=number) for line, number in product(WITH_NUMBER, NUMBERS)),
        *(line.format(name=name) for line, name in product(WITH_NAME, NAMES)),
        *(line.format(pnr=pnr) for line, pnr in product(WITH_IDENTITY, IDENTITY)),
        *(line.format(date=date) for line, date in product(WITH_DATE[:4], PAST)),
        *ALONE, *TALK,
    ]  # fmt: skip
    return list(dict.fromkeys(made))
