"""Words: a message becomes a card in a language, a form becomes a form view.

Wording files are compiled at first use and kept. All state of a rendering is in the thread that renders.
"""

from __future__ import annotations

import re
import threading
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.county import County
from bot.forms import Field, Form
from bot.messages.base import Message
from bot.model import Person
from bot.rules.calendar_event import Event
from bot.rules.commands import COMMANDS
from bot.rules.next_meeting import Rule
from bot.rules.visible import visible
from templates.card import Button, Card, FieldView, FormView, Span, struck, visible_text
from templates.dates import DATE_WORDS, local
from templates.markup import Rich, Value, read_card, stand_in

if TYPE_CHECKING:
    from jinja2 import Environment, Template

FOLDER = Path(__file__).parent
LANGUAGES = ("sv", "en")
LABEL_LIMIT = 75  # of a button's text on Slack
JINJA_FILTERS = (
    "join", "length", "first", "last", "list", "sort", "map", "select", "selectattr", "reject", "rejectattr", "default",
    "trim", "replace", "lower", "upper", "truncate", "groupby", "sum", "round", "abs", "int", "unique", "reverse", "batch", "string",
)  # fmt: skip


class Term(str):
    """The county's word for the patient, in its forms: patient, patienten, patientens, patienter."""

    the: str
    of: str
    many: str

    def __new__(cls, one: str, the: str, of: str, many: str) -> Term:
        term = super().__new__(cls, one)
        term.the, term.of, term.many = the, of, many
        return term


@dataclass(slots=True)
class _Rendering:
    """What one rendering knows, and the values printed so far."""

    people: Mapping[str, Person]
    now: datetime  # naive local
    reader: str
    values: list[Value] = field(default_factory=list)


class Words:
    """All wording in all languages.

    `patient` is the county's word: a key under [terms] in labels.toml. `own_words` are the county's own for [words], by language.
    `county` is the county they are spoken in.
    `calendar_link` gives the address of a feed from `bot.calendar.feed_name`, `record_link` that of a document from `bot.record.link_name`;
    "" while there is none from outside.
    """

    def __init__(
        self, patient: str = "patient", own_words: Mapping[str, Mapping[str, str]] | None = None, county: County | None = None
    ) -> None:
        self.county = county or County()
        self._patient = patient
        self._own_words = own_words or {}
        self._languages: dict[str, _Language] = {}
        self.calendar_link: Callable[[str], str] = lambda name: ""
        self.record_link: Callable[[str], str] = lambda name: ""

    def render(
        self, message: Message, language: str, people: Mapping[str, Person], now: datetime, reader: str = ""
    ) -> Card:
        """The message as a card. `now` is an aware UTC instant; `reader` the person who reads, "" in a channel."""
        return self._in(language).render(message, _Rendering(people, local(now), reader))

    def line(self, message: Message, language: str, people: Mapping[str, Person], now: datetime, reader: str = "") -> str:
        """The message's words alone, as for an error beside a field."""
        return visible_text(self.render(message, language, people, now, reader))

    def form(self, form: Form, language: str, people: Mapping[str, Person]) -> FormView:
        """The form with its labels. KeyError where a label is missing."""
        return self._in(language).form(form, people)

    def label(self, do: str, language: str = "sv") -> str:
        """The label of the button `do`. KeyError where there is none."""
        return str(self._in(language).labels["buttons"][do])

    def mail(self, language: str) -> Mapping[str, Any]:
        """What only a mail says: its subjects, by message, and where to answer."""
        mail: Mapping[str, Any] = self._in(language).labels["mail"]
        return mail

    def struck(self, card: Card, language: str) -> Card:
        """A notice whose news has been undone: struck out, and said in words."""
        return struck(card, self._in(language).words["undone"])

    def _feed(self, name: str) -> str:
        return self.calendar_link(name)  # looked up each time: it may be given after the language is known

    def _document(self, name: str) -> str:
        return self.record_link(name)

    def _in(self, language: str) -> _Language:
        known = self._languages.get(language)
        if known is None:  # two threads may both make it; either will do
            name = language if language in LANGUAGES else LANGUAGES[0]
            known = self._languages[language] = _Language(
                name, self._patient, self._own_words.get(name, {}), {"link": self._feed, "record_link": self._document}
            )
        return known


class _Language:
    """One language: its labels, and a Jinja environment with its filters."""

    def __init__(self, name: str, patient: str, own_words: Mapping[str, str], links: Mapping[str, Callable[[str], str]]) -> None:
        self.name = name
        self._links = links
        self.labels = read_labels(name)
        self.commands = read_labels(name, "commands")
        self.words: dict[str, str] = {**self.labels["words"], **own_words}
        self.patient = Term(**self.labels["terms"][patient])
        self._dates = DATE_WORDS[name]
        self._here = threading.local()
        self.environment = self._make_environment()

    def render(self, message: Message, rendering: _Rendering) -> Card:
        return self.fill(self.environment.get_template(f"{message.name}.txt"), _values(message), rendering)

    def fill(self, template: Template, values: Mapping[str, Any], rendering: _Rendering) -> Card:
        self._here.rendering = rendering
        return read_card(template.render(values), rendering.values)

    def form(self, form: Form, people: Mapping[str, Person]) -> FormView:
        labels = self.labels["forms"][form.do]
        return FormView(
            title=labels["title"],
            submit=labels.get("submit", self.words["save"]),
            cancel=self.words["close" if form.stay else "cancel"],  # what was saved in a form that stays is not cancelled
            do=form.do,
            ref=form.ref,
            version=form.version,
            intro="\n\n".join(filter(None, (self.labels["notes"][form.note] if form.note else "", labels.get("intro", "")))),
            about=form.about,
            stay=form.stay,
            fields=tuple(self._field(each, labels.get("fields", {}), people) for each in form.fields),
        )

    def _field(self, field: Field, own: Mapping[str, Any], people: Mapping[str, Person]) -> FieldView:
        labels = own.get(field.name) or self.labels["fields"][field.name]
        choices = self.labels["choices"].get(field.name, {})

        def option(value: str, label: str) -> tuple[str, str]:
            if label or value in choices:
                return value, label or choices[value]
            return value, visible(people[value].name) if value in people else value or self.words["nothing_chosen"]

        return FieldView(
            name=field.name,
            label=labels["label"],
            kind=field.kind,
            hint=self.words["unsure_day"].format(self._days(field.also)) if field.also else labels.get("hint", ""),
            value=field.value,
            required=field.required,
            options=(("ja", self.words["yes"]),) if field.kind == "check" else tuple(option(*each) for each in field.options),
            elsewhere=self.words["elsewhere"] if field.kind == "people" else "",
            names=self.words["names"] if field.kind == "people" else "",
            anybody=field.anybody,
        )

    def _days(self, moments: Iterable[date]) -> str:
        """Days by name, in the year that they are in."""
        return self._dates.series([self._dates.when(each, now=datetime.combine(each, time(12))) for each in moments], self.words["or"])

    def _name_of(self, person: str, people: Mapping[str, Person]) -> str:
        known = people.get(person)
        return visible(known.name) if known else self.words["unknown_person"]

    # what wording files can use

    def _make_environment(self) -> Environment:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
        from markupsafe import Markup

        def printed(_context: object, value: Any) -> Markup:
            """What `{{ }}` prints: a character that stands for the value. Markup is what wording files themselves say."""
            if isinstance(value, Markup):
                return value
            values: list[Value] = self._here.rendering.values
            values.append(value if isinstance(value, Button | Rich | Event) else "" if value is None else visible(str(value)))
            return Markup(stand_in(len(values) - 1))  # nosec B704  # one character, that stands for the value

        def say(message: Message) -> Markup:
            return Markup(environment.get_template(f"{message.name}.txt").render(_values(message)))  # nosec B704  # rendered by these rules

        class Plainly(Environment):
            def make_globals(self, own: Any) -> dict[str, Any]:
                """For each template, in one plain mapping: Jinja's chain of two is gone through name by name at each rendering."""
                return {**self.globals, **(own or {})}

        environment = Plainly(
            loader=FileSystemLoader(FOLDER / self.name),
            undefined=StrictUndefined,
            autoescape=True,  # so that what macros return is told from values
            finalize=pass_context(printed),
            auto_reload=False,
            cache_size=-1,
        )
        environment.filters = {name: environment.filters[name] for name in JINJA_FILTERS} | self._filters()
        environment.globals = {
            "range": range,
            "button": self._button,
            "calendar": lambda event, title: replace(event, title=str(title)),
            **self._links,
            "ends": lambda start, minutes: start + timedelta(minutes=minutes),
            "say": say,
            "period": self._timed(self._dates.period),
            "count": lambda number, one, many: f"{number} {one if number == 1 else many}",
            "choice": self._choice,
            "command_help": lambda name: self.commands.get(name, ""),
            "command_example": self._command_example,
            "field_label": self._field_label,
            "patient": self.patient,
            "words": self.words,
            "now": lambda: self._here.rendering.now,
            "today": self._today,
            "reader": lambda: self._here.rendering.reader,
        }
        return environment

    def _today(self) -> date:
        now: datetime = self._here.rendering.now
        return now.date()

    def _filters(self) -> dict[str, Callable[..., Any]]:
        dates = self._dates

        def schedule(value: Rule) -> str:
            return dates.schedule(value, self._here.rendering.now)

        return {
            "day": self._timed(dates.day),
            "short_day": self._timed(dates.short_day),
            "when": self._timed(dates.when),
            "near": self._timed(dates.near),
            "due": self._timed(dates.due),
            "ago": self._timed(dates.since),
            "clock": dates.clock,
            "minutes": dates.minutes,
            "series": dates.series,
            "weekday": dates.weekday,
            "weekdays": dates.weekdays,
            "schedule": schedule,
            "name": self._name,
            "first_name": self._first_name,
            "names": self._names,
            "possessive": self._possessive,
            "bold": partial(_styled, "bold"),
            "italic": partial(_styled, "italic"),
            "struck": partial(_styled, "strike"),
            "number": _number,
            "put_person": _put_person,
            "capital": lambda text: text[:1].upper() + text[1:],
        }

    def _timed(self, function: Callable[..., str]) -> Callable[..., str]:
        """The function with the rendering's `now` given."""

        def timed(*values: date | datetime, **options: bool) -> str:
            return function(*values, now=self._here.rendering.now, **options)

        return timed

    def _button(
        self,
        do: str,
        ref: str = "",
        label: str | None = None,
        style: str = "",
        value: str = "",
        text: str | None = None,
        number: str = "",
    ) -> Button:
        said = text if text is not None else self.labels["buttons"][label or do]
        said = " ".join(visible(f"{said} {number}").split())
        shown = said if len(said) <= LABEL_LIMIT else said[: LABEL_LIMIT - 1] + "…"
        return Button(shown, do, str(ref), style, str(value))

    def _choice(self, kind: str, value: str, default: str | None = None) -> str:
        choices = self.labels["choices"][kind]
        return str(choices[value] if default is None else choices.get(value, default))

    def _command_example(self, name: str) -> str:
        """A line that a person could write."""
        command = next((each for each in COMMANDS if each.name == name), None)
        if command is None:
            return ""
        swedish = self.name == "sv"
        return command.examples[0 if swedish else 1] or (command.sv if swedish else command.en)[0]

    def _field_label(self, name: str) -> str:
        return str(self.labels["fields"].get(name, {}).get("label", name))

    def _name(self, person: str) -> Rich:
        return Rich(Span(self._name_of(person, self._here.rendering.people), person=person)) if person else Rich()

    def _first_name(self, person: str) -> str:
        return self._name(person).partition(" ")[0]

    def _names(self, people: Iterable[str], conjunction: str = "") -> Rich:
        names = [self._name(person).spans[0] for person in people]
        spans: list[Span] = []
        for number, name in enumerate(names):
            if number:
                spans.append(Span(f" {conjunction or self._dates.conjunction} " if number == len(names) - 1 else ", "))
            spans.append(name)
        return Rich(*spans)

    def _possessive(self, person: str) -> str:
        name = str(self._name(person))
        if self.name == "en":
            return f"{name}'s"
        return name if name[-1:] in "sxz" else f"{name}s"


def read_labels(language: str, file_name: str = "labels") -> dict[str, Any]:
    """The labels of a language, or another of its tables (`commands`)."""
    with open(FOLDER / language / f"{file_name}.toml", "rb") as file:
        return tomllib.load(file)


def _styled(style: str, value: object) -> Rich:
    spans = value.spans if isinstance(value, Rich) else (Span(str(value)),)
    return Rich(*(Span(span.text, style, span.person) for span in spans))


def _number(thing: Any) -> str:
    """What people call it: "#12" for an action, "B1" for a decision. Takes the object or its id."""
    said = str(getattr(thing, "id", thing)).rpartition(":")[2]
    return f"#{said}" if said.isdecimal() else said


def _put_person(line: str, word: str, person: str) -> str:
    """The line with the unclear name `word` made a mention of `person`."""
    return re.sub(rf"@?(?<!\w){re.escape(word)}(?!\w)", lambda _: f"@{person}", line, count=1, flags=re.IGNORECASE)


def _values(message: Message) -> dict[str, Any]:
    names: Iterable[str] = getattr(message, "__dataclass_fields__", ())
    return {name: getattr(message, name) for name in names}
