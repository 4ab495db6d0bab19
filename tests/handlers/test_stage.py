"""The pretend platforms: what people see there, and what their taps and lines become."""

from __future__ import annotations

import pytest

from bot.incoming import Incoming
from handlers.clock import SimulatedClock
from handlers.simulator.stage import NotThere, Stage, bare_label
from handlers.speaker import Parcel, To
from handlers.turn import Answered
from storage.store import Store
from templates.card import Button, Buttons, Card, Divider, FieldView, FormView, Item, Span, Text
from tests.bot.bad_world import World
from tests.handlers.world import MONDAY

KLART = Button("✅ Klart", "done")
FORM = FormView("Klart", "Spara", "Avbryt", "done", "tall:1", fields=(FieldView("resultat", "Resultat", required=True),))


class Engine:
    """Answers what it is told to, and remembers what came."""

    def __init__(self) -> None:
        self.heard: list[Incoming] = []
        self.answers: list[Answered] = []
        self.peeks: dict[str, Answered] = {}

    def handle(self, incoming: Incoming) -> Answered:
        self.heard.append(incoming)
        return self.answers.pop(0) if self.answers else Answered()

    def peek(self, incoming: Incoming) -> Answered:
        return self.peeks.get(incoming.tap.do if incoming.tap else "", Answered())

    def drain(self) -> None:
        pass

    def residents(self, address: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return (("anna", "bo"), ("slack:nvg-tall", "teams:nvg-tall")) if address.endswith("nvg-tall") else ((), ())


@pytest.fixture
def engine() -> Engine:
    return Engine()


@pytest.fixture
def stage(engine: Engine) -> Stage:
    stage = Stage(SimulatedClock(MONDAY))
    stage.add_person("anna", "Anna Berg", "slack")
    stage.add_person("bo", "Bo Ek", "teams")
    stage.add_person("maj", "Maj Lind", "mail", "maj@example.org")
    stage.add_channel("slack:nvg-tall")
    stage.add_channel("teams:nvg-tall")
    stage.join(engine)  # type: ignore[arg-type]
    return stage


def row(text: str, *buttons: Button) -> Item:
    return Item((Span(text),), buttons)


def post(stage: Stage, *blocks: Item | Text | Buttons | Divider, where: str = "slack:nvg-tall") -> str:
    return stage.speakers[where.partition(":")[0]].send(To.of(where), Parcel("x", Card(blocks), "", "r"))


@pytest.mark.parametrize(
    ("text", "said", "addressed"),
    [
        ("/nvg klar 1", "klar 1", True),
        ("/NVG: klar 1", "klar 1", True),
        ("/nvg", "", True),
        ("@nvg klar 1", "klar 1", True),
        ("klar 1 @nvg", "klar 1", True),
        ("/nvg ge 1 till @Bo", "ge 1 till @bo", True),
        ("/nvg beslut: a\nåtgärd b", "beslut: a\nåtgärd b", True),
        ("/nvgx klar", "/nvgx klar", False),
        ("hej på er", "hej på er", False),
    ],
)
def test_a_line_in_a_channel_is_heard_as_a_platform_would(stage: Stage, engine: Engine, text: str, said: str, addressed: bool) -> None:
    stage.say("anna", "nvg-tall", text)
    assert (engine.heard[0].said, engine.heard[0].addressed) == (said, addressed)
    assert engine.heard[0].place.address == "slack:nvg-tall"


def test_a_private_line_is_always_said_to_the_bot(stage: Stage, engine: Engine) -> None:
    stage.say("bo", "bot", "mina")
    assert (engine.heard[0].said, engine.heard[0].addressed, engine.heard[0].place.address) == ("mina", True, "teams:@bo")


def test_each_sees_the_channels_of_their_own_platform(stage: Stage) -> None:
    post(stage, row("a"))
    assert [len(stage.visible(person)) for person in ("anna", "bo", "maj")] == [1, 0, 0]


def test_an_answer_is_seen_by_the_asker_alone(stage: Stage, engine: Engine) -> None:
    engine.answers.append(Answered("x", Card((row("bara du"),))))
    stage.say("anna", "nvg-tall", "/nvg mina")
    assert [each.kind for each in stage.visible("anna")] == ["said", "reply"]
    assert [(each.kind, each.to) for each in stage.out] == [("reply", "anna")]


def test_the_row_that_holds_the_words_goes_before_the_rest(stage: Stage, engine: Engine) -> None:
    post(stage, row("ringa hemtjänsten", Button("Klart", "done", "tall:1")), row("köpa", Button("Klart", "done", "tall:2")))
    stage.tap("anna", "klart", "KÖPA")
    assert engine.heard[0].tap and engine.heard[0].tap.ref == "tall:2"


def test_without_words_it_is_the_newest(stage: Stage, engine: Engine) -> None:
    post(stage, row("a", Button("Klart", "done", "tall:1")))
    post(stage, row("b", Button("Klart", "done", "tall:2")))
    stage.tap("anna", "Klart")
    assert engine.heard[0].tap and engine.heard[0].tap.ref == "tall:2"


def test_a_row_without_the_button_is_not_helped_by_its_neighbour(stage: Stage) -> None:
    post(stage, row("ringa"), row("köpa", KLART))
    with pytest.raises(NotThere) as error:
        stage.tap("anna", "Klart", "ringa")
    assert error.value.what == "holding"


def test_a_message_that_holds_the_words_is_tapped_by_its_own_buttons(stage: Stage, engine: Engine) -> None:
    post(stage, Text((Span("ringa"),)), Buttons((KLART,)))
    stage.tap("anna", "Klart", "ringa")
    assert engine.heard[0].tap


def test_a_button_out_of_sight_cannot_be_tapped(stage: Stage) -> None:
    post(stage, row("a", KLART))
    with pytest.raises(NotThere) as error:
        stage.tap("bo", "Klart")
    assert (error.value.what, error.value.known) == ("button", ())


def test_a_form_is_filled_in_and_sent(stage: Stage, engine: Engine) -> None:
    post(stage, row("a", KLART))
    engine.answers.append(Answered("form_done", form=FORM))
    stage.tap("anna", "Klart", fill={"resultat": "bra"})
    sent = engine.heard[1].tap
    assert sent and sent.fields == {"resultat": "bra"}
    assert stage.form_of("anna") is None
    assert [each.fields for each in stage.out if each.fields] == [("resultat",)]


def test_a_form_with_a_required_field_left_empty_stays_open(stage: Stage, engine: Engine) -> None:
    post(stage, row("a", KLART))
    engine.answers.append(Answered("form_done", form=FORM))
    stage.tap("anna", "Klart")
    assert len(engine.heard) == 1
    assert stage.form_of("anna")
    stage.tap("anna", "Spara", fill={"resultat": "bra"})
    assert engine.heard[1].tap and engine.heard[1].tap.fields == {"resultat": "bra"}


def test_a_refused_form_stays_open_with_what_was_written(stage: Stage, engine: Engine) -> None:
    post(stage, row("a", KLART))
    engine.answers += [Answered("form_done", form=FORM), Answered("form_errors", errors={"resultat": "för kort"})]
    stage.tap("anna", "Klart", fill={"resultat": "x"})
    form = stage.form_of("anna")
    assert form and form.view.fields[0].value == "x"
    assert form.errors == {"resultat": "för kort"}


def test_a_field_that_the_form_lacks_is_named(stage: Stage, engine: Engine) -> None:
    post(stage, row("a", KLART))
    engine.answers.append(Answered("form_done", form=FORM))
    with pytest.raises(NotThere) as error:
        stage.tap("anna", "Klart", fill={"effekt": "bra"})
    assert (error.value.what, error.value.known) == ("field", ("resultat",))


def test_an_answer_whose_button_opens_the_form_is_followed(stage: Stage, engine: Engine) -> None:
    post(stage, row("a", KLART))
    undo, result = Button("Ångra", "undo"), Button("Skriv", "result")
    engine.answers += [Answered("x", Card((Buttons((undo, result)),))), Answered("form_result", form=FORM)]
    engine.peeks["result"] = Answered(form=FORM)
    stage.tap("anna", "Klart", fill={"resultat": "bra"})
    assert [each.tap.do for each in engine.heard if each.tap] == ["done", "result", "done"]


def test_a_button_that_says_a_line_says_it(stage: Stage, engine: Engine) -> None:
    post(stage, Buttons((Button("klar 12", "say", value="klar 12"),)))
    stage.tap("anna", "klar 12")
    assert (engine.heard[0].said, engine.heard[0].tap) == ("klar 12", None)


def test_a_redraw_is_seen_in_place(stage: Stage) -> None:
    heard: list[str] = []
    stage.listen(lambda shown, what: heard.append(what))
    message = post(stage, row("a"))
    stage.speakers["slack"].update(To.of("slack:nvg-tall"), message, Parcel("x", Card((row("b"),)), "", "r"))
    [shown] = stage.visible("anna")
    assert shown.updates == 1
    assert [each.kind for each in stage.out] == ["channel", "update"]
    assert heard == ["new", "update"]


def test_a_visitor_who_writes_in_a_channel_reads_it_from_then_on(stage: Stage) -> None:
    stage.add_person("kia", "Kia Ord", "slack")
    assert "kia" not in (stage.speakers["slack"].readers(To.of("slack:nvg-tall")) or {})
    stage.say("kia", "nvg-tall", "hej")
    assert (stage.speakers["slack"].readers(To.of("slack:nvg-tall")) or {})["kia"] == "Kia Ord"


@pytest.mark.parametrize("label", ["Klart", "✅ Klart", "Klart #12", "⏳ Klart #B2"])
def test_a_label_is_known_without_its_ornaments(label: str) -> None:
    assert bare_label(label) == "Klart"


def test_who_is_invited_by_mail_has_a_mailbox_from_then_on(store: Store) -> None:
    world = World(store)
    world.say("bjud in Stina stina@example.org till nästa möte", "eva")
    world.stage.drain()
    [guest] = [each.id for each in world.stage.people.values() if each.email == "stina@example.org"]
    assert [each.kind for each in world.stage.visible(guest)] == ["mail"]
