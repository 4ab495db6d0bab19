"""*Min sida*, forms that stay open, and shortcuts: on the real store."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.incoming import Tap
from storage.store import Store
from templates.card import buttons, visible_text
from tests.bot.bad_world import World, words


@pytest.fixture
def world(store: Store) -> World:
    return World(store)


def labels(world: World, person: str) -> list[str]:
    return [each.label for each in buttons(world.stage.home(person))]


def test_it_shows_what_waits_across_groups_in_ones_own_language(world: World) -> None:
    page = visible_text(world.stage.home("anna"))
    assert "Hej Anna" in page and "boka tid" in page and "tall" in page and "oak" in page
    assert "ring the clinic" not in page  # is Cecilia's
    english = visible_text(world.stage.home("cecilia"))
    assert "Hello Cecilia" in english and "ring the clinic" in english and "tall" not in english


def test_what_is_stuck_offers_what_helps_then(world: World) -> None:
    def row() -> list[str]:
        return [each.do for each in buttons(world.stage.home("bo")) if each.ref == "tall:1"]

    assert row() == ["done", "stuck", "new_date", "hand_over"]
    world.say("kommer inte vidare 1 ingen svarar", "bo")
    assert row() == ["done", "escalate", "new_date", "hand_over"]


def test_an_empty_page_says_how_to_begin(world: World) -> None:
    page = visible_text(world.stage.home("kia"))
    assert "inte med i någon grupp" in page and "privat kanal" in page
    assert "Ändra inställningar" in labels(world, "kia")


def test_a_meeting_that_goes_on_comes_first(world: World) -> None:
    world.stage.say("anna", "nvg-tall", "/nvg starta mötet")
    page = visible_text(world.stage.home("anna"))
    assert page.index("har möte nu") < page.index("boka tid")
    assert "+ Beslut" in labels(world, "anna")


def test_a_coordinator_sees_the_week_in_short(world: World) -> None:
    with world.store.turn() as work:
        kia = work.person("kia")
        assert kia
        work.save([replace(kia, roles=frozenset({"coordinator"}))], world.stage.now)
    page = visible_text(world.stage.home("kia"))
    assert "2 grupper" in page and "Veckoöversikt" in labels(world, "kia")
    assert "inte med i någon grupp" not in page  # who follows the groups is to be in none
    assert world.tap(Tap("digest"), "kia").name == "weekly_overview"


@pytest.mark.parametrize("place", ["nvg-tall", "nvg-oak", "prat", ""])
def test_ones_own_list_is_of_all_ones_groups_wherever_it_is_asked(world: World, place: str) -> None:
    world.say("action @anna ring the chemist", "cecilia", "nvg-oak")
    shown = words(world.say("mina", "anna", place))
    assert "boka tid" in shown and "ring the chemist" in shown


def test_it_is_nobody_elses(world: World) -> None:
    card = world.engine.postman.show("home:anna", "bo")
    assert "boka tid" not in visible_text(card)


def test_a_form_in_a_meeting_stays_open_with_the_receipt(world: World) -> None:
    world.stage.say("anna", "nvg-tall", "/nvg starta mötet")
    for do, fields in (("add_decision", {"text": "vi ringer före åtta"}), ("add_action", {"text": "ringa boendet", "ansvarig": "bo"})):
        opened = world.tap(Tap(do, "tall:"))
        assert opened.form and opened.form.stay and opened.card is None
        saved = world.tap(Tap(do, "tall:", fields={"ansvarig": "", "senast": "", **fields}))
        assert saved.form and saved.form.stay and saved.card
        assert fields["text"] in visible_text(saved.card) and "Ångra" in [each.label for each in buttons(saved.card)]
        assert all(field.value == "" for field in saved.form.fields if field.name == "text")
    assert world.tap(Tap("add_action", "tall:", fields={"text": " "})).errors
    world.stage.say("anna", "nvg-tall", "/nvg avsluta mötet")
    closed = world.tap(Tap("add_decision", "tall:", fields={"text": "efteråt"}))
    assert closed.form is None and closed.card


def test_a_message_is_read_and_its_unsure_day_is_said(world: World) -> None:
    opened = world.tap(Tap("make_action", value="@bo ring kommunen på fredag"))
    assert opened.form
    values = {field.name: field.value for field in opened.form.fields}
    assert values == {"text": "ring kommunen", "ansvarig": "bo", "senast": "2026-11-27"}
    saved = world.tap(Tap("make_action", opened.form.ref, fields=values))
    assert saved.name == "action_added"


@pytest.mark.parametrize("do", ["make_action", "make_decision", "make_lift", "new_action"])
def test_a_shortcut_takes_no_identity_number_and_asks_which_group(world: World, do: str) -> None:
    before = world.kept()
    assert world.tap(Tap(do, value="ring 19900101-2385")).name == "identity_number"
    asked = world.tap(Tap(do, value="ring kommunen"), place="annan")
    assert asked.form and [label for _, label in asked.form.fields[0].options] == ["oak", "tall"]
    assert world.tap(Tap(do, fields={"grupp": "gk", "text": "x", "orsak": "x"}), place="annan").errors.keys() == {"grupp"}
    assert world.tap(Tap(do, value="ring"), "kia", "annan").name == "no_group_here"
    assert world.tap(Tap(do, value="ring"), "kia").name == "not_allowed"
    assert world.kept() == before


def test_a_forged_answer_is_answered_kindly(world: World) -> None:
    world.stage.say("anna", "nvg-tall", "/nvg klar 2")
    for tap in (Tap("outcome", "tall:2"), Tap("matter_outcome", "tall:H1"), Tap("let_in", "tall:"), Tap("has_left", "tall:", value="x"), Tap("turn_away", "tall:")):
        assert world.tap(tap).name not in ("", "went_wrong"), tap


def test_the_settings_form_turns_reminders_off_and_on(world: World) -> None:
    for value in ("", "ja"):
        form = world.tap(Tap("settings", "@anna"), place="").form
        assert form
        fields = {field.name: field.value for field in form.fields} | {"påminnelser": value}
        assert world.tap(Tap("settings", "@anna", fields=fields)).name == "settings_saved"
        with world.store.read() as read:
            person = read.person("anna")
        assert person and person.reminders is bool(value)


def test_an_obstacle_that_somebody_else_has_described_is_not_overwritten_unseen(world: World) -> None:
    form = world.tap(Tap("stuck", "tall:1"), "anna").form
    assert form
    world.stage.say("bo", "nvg-tall", "/nvg kommer inte vidare 1 saknar behörighet")
    answered = world.tap(Tap("stuck", form.ref, fields={"orsak": "ingen svarar", "slag": ""}, version=form.version))
    assert answered.name == "stale"


def test_a_date_that_somebody_else_has_moved_is_not_moved_again_unseen(world: World) -> None:
    form = world.tap(Tap("new_date", "tall:1"), "anna").form
    assert form
    world.stage.say("bo", "nvg-tall", "/nvg flytta 1 till 11 december")
    answered = world.tap(Tap("new_date", form.ref, fields={"senast": "2026-12-10"}, version=form.version))
    assert answered.name == "stale"
    assert answered.card
    words = visible_text(answered.card)
    assert "Bo Ek hann ändra #1" in words
    assert "fredag 11 december" in words
    assert "2026-12-10" in words
    same = world.tap(Tap("new_date", form.ref, fields={"senast": "2026-12-11"}, version=form.version))
    assert same.name != "stale", "they meant the same"


def test_who_changed_what_meanwhile_is_told(world: World) -> None:
    form = world.tap(Tap("edit", "tall:1"), "anna").form
    assert form
    world.stage.say("bo", "nvg-tall", "/nvg ge 1 till @anna")
    fields = {"text": "ring dottern", "ansvarig": "bo", "senast": "2026-12-10"}
    answered = world.tap(Tap("edit", form.ref, fields=fields, version=form.version))
    assert answered.card
    words = visible_text(answered.card)
    assert "Bo Ek hann ändra #1" in words
    assert "Ansvarig: Bo Ek" in words
    assert "Anna Berg · senast fredag" in words


def test_whose_account_is_closed_has_no_page(world: World, store: Store) -> None:
    assert labels(world, "bo")
    with store.turn() as work:
        bo = work.person("bo")
        assert bo
        work.save([replace(bo, state="gone")], world.stage.clock.now())
    assert labels(world, "bo") == [] and "tall" not in visible_text(world.stage.home("bo"))


def test_a_very_long_message_is_taken_over_as_far_as_there_is_room(world: World) -> None:
    for written in ("ring kommunen " * 400, "x" * 5000):
        for do in ("make_action", "make_decision", "make_lift"):
            form = world.tap(Tap(do, value=written)).form
            assert form
            text = next(field.value for field in form.fields if field.kind == "long")
            assert 2900 < len(text) <= 3000
            assert text.endswith(" …")


def test_a_form_that_stays_is_closed_and_not_cancelled(world: World) -> None:
    world.stage.say("anna", "nvg-tall", "/nvg starta mötet")
    staying, other = world.tap(Tap("add_decision", "tall:")).form, world.tap(Tap("edit", "tall:1"), "anna").form
    assert staying and other
    assert (staying.cancel, other.cancel) == ("Stäng", "Avbryt")


def test_a_question_begun_without_words_is_one_tap_from_its_form(world: World) -> None:
    shown = world.stage.say("anna", "nvg-tall", "/nvg fråga @bo")
    assert shown.card and [each.do for each in buttons(shown.card)] == ["ask_question"]
    assert world.tap(Tap("ask_question", "tall:")).form


@pytest.mark.parametrize(
    ("do", "ref", "meanwhile", "fields", "now"),
    [
        ("hand_over", "tall:1", "lämna över 1 till @eva", {"ansvarig": "anna"}, "Eva Ring"),
        ("set_contact", "tall", "kontaktperson @bo", {"kontaktperson": "eva", "ersättare": ""}, "Bo Ek"),
        ("move_meeting", "tall:2026-11-24", "flytta mötet till onsdag 10", {"när": "torsdag 9"}, "onsdag 25 november kl. 10:00"),
    ],
)  # fmt: skip
def test_what_somebody_else_has_set_is_not_overwritten_unseen(world: World, do: str, ref: str, meanwhile: str, fields: dict[str, str], now: str) -> None:
    form = world.tap(Tap(do, ref)).form
    assert form
    assert world.tap(Tap(do, form.ref, fields=fields, version=form.version)).name != "stale"
    world.say("ångra")
    world.stage.say("bo", "nvg-tall", f"/nvg {meanwhile}")
    answered = world.tap(Tap(do, form.ref, fields=fields, version=form.version))
    assert answered.name == "stale"
    assert "Bo Ek hann ändra" in words(answered) and now in words(answered).replace("\u00a0", " ")


def test_who_is_there_is_noted_by_two_at_once_and_who_has_come_meanwhile_stays(world: World) -> None:
    world.say("starta mötet")
    first, second = (world.tap(Tap("attend", "tall:2026-11-23"), who).form for who in ("anna", "bo"))
    assert first and second and first.fields[0].kind == "choices" and first.fields[0].value == "anna"
    world.stage.say("eva", "nvg-tall", "/nvg beslut vi provar")  # who writes in the meeting is there
    world.tap(Tap("attend", first.ref, fields={"närvarande": "anna,bo", "gäster": "Lars från F-kassan"}, version=first.version))
    noted = world.tap(Tap("attend", second.ref, fields={"närvarande": "bo", "gäster": "Per"}, version=second.version), "bo")
    assert words(noted).replace("\u00a0", " ") == "Med på mötet: Eva Ring och Bo Ek samt Lars från F-kassan, Per"  # Anna has gone, says Bo
    nobody = world.tap(Tap("attend", world.tap(Tap("attend", "tall:2026-11-23")).form.ref, fields={"närvarande": "", "gäster": ""}))  # type: ignore[union-attr]
    assert "ingen än" in words(nobody)
    old = Tap("attend", "tall:2026-11-16:anna", fields={"närvarande": "anna", "gäster": ""}, version=first.version)
    assert world.tap(old).name == "stale"


@pytest.mark.parametrize("how", ["ångra", "ta bort 3", "klar 3"])
def test_what_is_gone_or_done_is_not_edited_by_an_old_button(world: World, how: str) -> None:
    world.say("åtgärd @bo köpa kaffe")
    form = world.tap(Tap("edit", "tall:3")).form
    assert form
    world.say(how)
    assert world.tap(Tap("edit", "tall:3")).name == "already_closed"
    fields = {"text": "köpa te", "ansvarig": "bo", "senast": "2026-12-10"}
    assert world.tap(Tap("edit", form.ref, fields=fields, version=form.version)).name == "already_closed"


def test_a_form_says_whom_to_choose_among(world: World) -> None:
    wrong = world.tap(Tap("hand_over", "tall:1", fields={"ansvarig": "kia"})).errors
    assert "med i gruppen" in wrong["ansvarig"]
    two = world.tap(Tap("set_contact", "tall", fields={"kontaktperson": "anna,bo", "ersättare": ""})).errors
    assert "en enda" in two["kontaktperson"]
