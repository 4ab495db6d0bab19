"""People whom the bot knows only by their e-mail address, as `nvg load` leaves them, until Slack says who they are."""

from __future__ import annotations

from datetime import timedelta

from bot.messages.common import DidYouMean
from bot.model import Group, Member, Person
from bot.outcome import Outcome, Post
from bot.timers import Timer
from tests.fake_servers.slack import FakeSlack, words
from tests.handlers.slack.bot import Bot

ROLES = {"fia": "facilitator", "gun": "member", "maj": "guest"}


def load(bot: Bot) -> None:
    """A group led by Fia, with Gun in it and Maj as its guest; Kia is beside it. All have accounts in Slack."""
    names = {"fia": "Fia Alm", "gun": "Gun Ask", "maj": "Maj Lind", "kia": "Kia Ord"}
    for id, name in names.items():
        bot.fake.add_user(f"U{id.upper()}", name, email=f"{id}@example.org")
    people = [Person(id, name, identities=(f"mail:{id}@example.org",)) for id, name in names.items()]
    group = Group("ek", "ek", state="active", channels=(f"slack:{bot.fake.team}/CEK",), contact_person="fia")
    bot.fake.add_channel("CEK", members=["UFIA", "UGUN"])
    bot.save([*people, group, *(Member(f"ek:@{id}", "ek", id, role) for id, role in ROLES.items())])


def identities(bot: Bot, name: str) -> tuple[str, ...]:
    return bot.people()[name].identities


def tell(bot: Bot, person: str, subject: str) -> None:
    """Something to say to one person alone."""
    about = Timer("test", person, bot.engine.clock.now() - timedelta(seconds=1))
    bot.engine.turns.announce(Outcome(posts=(Post(f"@{person}", subject, DidYouMean("mina")),), command="test"), about)
    bot.engine.postman.offer_again()


def test_members_in_the_channel_are_no_outsiders_though_they_have_written_nothing(slack: FakeSlack, bot: Bot) -> None:
    load(bot)
    slack.person("UFIA", bot.url).command("CEK", "beslut vi börjar om, ansvarig Gun")
    card = slack.wait(lambda: slack.messages("CEK"))[0]
    assert "<@UGUN>" in words(card.blocks)
    assert identities(bot, "Gun Ask") == (f"slack:{slack.team}/UGUN", "mail:gun@example.org")
    assert slack.messages("UFIA") == []


def test_an_outsider_with_an_address_is_still_one(slack: FakeSlack, bot: Bot) -> None:
    load(bot)
    slack.channels["CEK"].members.append("UKIA")
    slack.person("UFIA", bot.url).command("CEK", "beslut vi börjar om")
    told = slack.wait(lambda: slack.messages("UFIA"))[0]
    assert "Kia Ord" in told.text
    assert "Gun Ask" not in told.text
    assert slack.messages("CEK") == []


def test_who_has_written_nothing_is_found_by_address_and_told_in_slack(slack: FakeSlack, bot: Bot) -> None:
    load(bot)
    tell(bot, "kia", "notice:x")
    assert slack.wait(lambda: slack.messages("UKIA"))
    assert identities(bot, "Kia Ord") == (f"slack:{slack.team}/UKIA", "mail:kia@example.org")
    assert len(slack.called("users.lookupByEmail")) == 1


def test_an_address_of_another_workplaces_is_not_taken(slack: FakeSlack, bot: Bot) -> None:
    load(bot)
    slack.add_team("TELSE", "Regionen")
    slack.users["UKIA"].team = "TELSE"
    tell(bot, "kia", "notice:x")
    slack.wait(lambda: slack.called("users.lookupByEmail"))
    assert bot.people()["Kia Ord"].identities == ("mail:kia@example.org",)


def test_a_guest_is_reached_by_mail_and_not_looked_for(slack: FakeSlack, bot: Bot) -> None:
    load(bot)
    slack.person("UFIA", bot.url).command("CEK", "beslut vi börjar om")  # so that Slack has said who Fia is
    slack.wait(lambda: slack.messages("CEK"))
    tell(bot, "maj", "ek:1")
    assert slack.wait(lambda: slack.messages("UFIA"))  # where no mail is set, Fia hears that Maj was not reached
    assert slack.called("users.lookupByEmail") == []
    assert identities(bot, "Maj Lind") == ("mail:maj@example.org",)


def test_a_group_is_started_with_whomever_slack_knows_and_no_guest_is_shown(slack: FakeSlack, bot: Bot) -> None:
    load(bot)
    slack.add_user("UNY", "Nya Kollegan", email="ny@example.org")
    slack.add_channel("CASP", members=["UFIA", "UNY"], bot=False)
    fia = slack.person("UFIA", bot.url)
    slack.invite_bot("CASP", "UFIA", bot.url)
    fia.tap(slack.wait(lambda: slack.messages("CASP"))[0], "Starta grupp här")
    view = slack.wait(lambda: fia.modal)
    assert "Maj Lind" not in str(view.blocks)
    assert fia.submit({"kodnamn": "asp", "medlemmar": ["UFIA", "UNY"]}).ok
    slack.wait(lambda: slack.messages("CASP")[1:])
    with bot.store.read() as read:
        people = read.snapshot_for(["asp"], [], bot.engine.clock.now()).views["asp"].people()
    assert people == ("fia", bot.people()["Nya Kollegan"].id)


def test_in_a_public_channel_no_group_is_offered(slack: FakeSlack, bot: Bot) -> None:
    slack.add_channel("COPEN", members=["UANNA"], private=False)
    for line in ("åtgärd ringa kommunen", "lista", "hjälp", "hej"):
        shown = slack.person("UANNA", bot.url).command("COPEN", line).shown
        assert shown
        assert "Starta grupp här" not in words(shown.blocks), line
        assert "öppen kanal" in words(shown.blocks), line
