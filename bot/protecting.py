"""Names that a group never wants to see in its texts: told in private, kept only as keyed hashes (rules/protected_names.py)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.ask import Ask, filled
from bot.forms import Field, Form
from bot.guarding import new_words
from bot.messages import names as say
from bot.messages.common import FieldError, Gone
from bot.model import GroupView, Kept
from bot.outcome import Fact, FormErrors, Need, OpenForm, Outcome, Say
from bot.rules import protected_names as rules

Result = Outcome | Need
OVER = ("closed", "forgotten", "undone")


def protect(ask: Ask) -> Result:
    """`skydda namnet Selma Svensson`, in the private chat alone; and the form, which nobody else sees either."""
    fields = filled(ask)
    if ask.incoming.tap is None:
        said_of = meant(ask)
        return noted(ask, said_of, ask.reading.text) if isinstance(said_of, GroupView) else ask.say(said_of)
    view = ask.snapshot.views.get(ask.group_id)
    if view is None:
        return ask.say(Gone())
    if not keeps(ask, view):
        return ask.say(say.ProtectHow("not_yours"))
    if fields is None:
        return Outcome(OpenForm(Form("protect_name", view.group.id, (Field("namn", "text", required=True),))))
    return noted(ask, view, fields.get("namn", ""))


def unprotect(ask: Ask) -> Result:
    """`sluta skydda namnet Selma Svensson`: the same name must be written, for nobody can read what is kept of it."""
    view = meant(ask)
    if not isinstance(view, GroupView):
        return ask.say(view)
    if not view.key:
        return Need((f"names {view.group.id}",))
    left = rules.removed(view.group.protected, rules.sealed(ask.reading.text, view.key))
    if left == view.group.protected:
        return ask.say(say.NameUnprotected(view.group.code, known=False))
    return Outcome(
        Say(say.NameUnprotected(view.group.code)), save=(replace(view.group, protected=left),),
        facts=(Fact("name_unprotected", view.group.id, view.group.id, ask.me.id),), unsaid=True,
    )  # fmt: skip


def told_how(ask: Ask) -> Outcome:
    """How a name is protected, where the line was not sure."""
    view = meant(ask)
    return ask.say(say.ProtectHow("no_name", ((view.group.id, view.group.code),)) if isinstance(view, GroupView) else view)


def meant(ask: Ask) -> GroupView | say.ProtectHow:
    """The group whose name it is, or what to do instead. The line itself is never asked for again: it holds the name."""
    mine = [view for view in ask.snapshot.views.values() if keeps(ask, view)]
    named = [view for view in mine if view.group.id == ask.group_id]
    choices = tuple((view.group.id, view.group.code) for view in named or mine)
    if not choices:
        return say.ProtectHow("not_yours")
    if not ask.incoming.place.private:
        return say.ProtectHow("channel", choices)
    if len(choices) > 1:
        return say.ProtectHow("which_group", choices)
    return (named or mine)[0] if ask.reading.text else say.ProtectHow("no_name", choices)


def keeps(ask: Ask, view: GroupView) -> bool:
    """Whether the asker leads the group or is its contact person."""
    role, group = view.role_of(ask.me.id), view.group
    lead = role in ("facilitator", "chair") or (role == "member" and ask.me.id in (group.contact_person, group.stand_in))
    return lead and group.kind == "care" and group.state not in OVER


def noted(ask: Ask, view: GroupView, name: str) -> Result:
    group, everything = view.group, f"everything {view.group.id}"
    if missing := (*(() if view.key else (f"names {group.id}",)), *(() if everything in ask.snapshot.found else (everything,))):
        return Need(missing)
    one = rules.sealed(name, view.key)
    if not one:
        return Outcome(FormErrors({"namn": FieldError("name")})) if ask.incoming.tap else ask.say(say.ProtectHow("no_name", ((group.id, group.code),)))
    names = rules.added(group.protected, one)
    receipt = say.NameProtected(group.code, rules.is_vague(one), written_in(ask, view, one), already=names == group.protected)
    if receipt.already:
        return ask.say(receipt)
    return Outcome(
        Say(receipt), save=(replace(group, protected=names),), facts=(Fact("name_protected", group.id, group.id, ask.me.id),), unsaid=True,
    )  # fmt: skip


def written_in(ask: Ask, view: GroupView, one: str) -> tuple[str, ...]:
    """What has the name in it since before, as people call it: so that somebody can write it anew."""
    things: tuple[Kept, ...] = ask.snapshot.found[f"everything {view.group.id}"]
    staff = [person.name for person in ask.snapshot.people.values()]
    blank = replace(ask.snapshot, views={}, people={})
    found = (
        thing.id.rpartition(":")[2] for thing, words in new_words(blank, things)
        if rules.replaced(words, one, view.key, view.group.code, staff, ask.snapshot.people) is not None
    )  # fmt: skip
    return tuple(dict.fromkeys(f"#{each}" if each.isdecimal() else each for each in found if each[:1].isdecimal() or each[:1] in "BH"))


TAPS: dict[str, tuple[str, Callable[[Ask], Result]]] = {"protect_name": ("protect_name", protect)}
