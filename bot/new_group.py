"""A new care group: `ny grupp`, and the form of *Starta grupp här*."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.ask import Ask, filled
from bot.forms import Field, Form
from bot.messages import groups as say
from bot.messages.base import Message
from bot.messages.common import FieldError
from bot.model import Group, Member
from bot.outcome import Fact, FormErrors, Need, OpenForm, Outcome, Post, Say
from bot.people_fields import choice_of, everyone_known, meant
from bot.rules import code_names

Result = Outcome | Need


def new(ask: Ask) -> Result:
    """`ny grupp Björk @anna @bo mötesledare @eva`, and the button *Starta grupp här* with its form."""
    if ask.incoming.place.private:
        return ask.say(ask.incoming.place.groupless or say.StartGroup("private"))
    if ask.incoming.place.public:
        return ask.say(say.StartGroup("public"))
    living = ask.snapshot.views.get(ask.snapshot.here)
    if living and living.group.state not in ("closed", "undone"):
        same = ask.reading.code.casefold() == living.group.code.casefold()  # begun already: the people are to be let in
        outside = [f"@{id}" for id in ask.reading.owners if same and not living.role_of(id)]
        return ask.say(say.StartGroup("lives_here", living.group.code, rest=" ".join(outside)))
    if "codes" not in ask.snapshot.found:
        return Need(("codes",))
    in_use: dict[str, str] = ask.snapshot.found["codes"]  # group id -> code name
    fields = filled(ask)
    if fields is not None:
        return new_from_form(ask, fields, in_use)
    free = code_names.proposals(in_use.values(), ask.incoming.place.address)
    if ask.incoming.tap:
        people = everyone_known(ask)
        if isinstance(people, Need):
            return people
        return Outcome(OpenForm(Form("start_group", "", (
            Field("kodnamn", "text", free[0] if free else "", required=True),
            choice_of(ask, "medlemmar", people, (ask.me.id,), anybody=True),
            choice_of(ask, "mötesledare", people, anybody=True),
        ), about=" · ".join(free))))  # fmt: skip
    members, leaders = ask.reading.owners, ask.reading.leaders
    if problem := code_names.problem_of(ask.reading.code, in_use.values()):
        people_said = " ".join((*(f"@{id}" for id in members), *(("mötesledare", *(f"@{id}" for id in leaders)) if leaders else ())))
        return ask.say(say.StartGroup("" if problem == "code" else problem, ask.reading.code, free, people_said))
    return begin(ask, ask.reading.code, members, leaders, in_use)


def new_from_form(ask: Ask, fields: dict[str, str], in_use: dict[str, str]) -> Result:
    errors: dict[str, Message] = {}
    code = fields.get("kodnamn", "")
    if problem := code_names.problem_of(code, in_use.values()):
        errors["kodnamn"] = FieldError(problem, code)
    named = {name: meant(ask, fields.get(name, "")) for name in ("medlemmar", "mötesledare")}
    for name, people in named.items():
        if isinstance(people, Need):
            return people
        if isinstance(people, FieldError):
            errors[name] = people
        elif name == "mötesledare" and len(people) > 2:
            errors[name] = FieldError("too_many")
    members, leaders = named["medlemmar"], named["mötesledare"]
    if errors or not isinstance(members, tuple) or not isinstance(leaders, tuple):
        return Outcome(FormErrors(errors))
    return begin(ask, code, members, leaders, in_use)


def begin(ask: Ask, code: str, members: tuple[str, ...], leaders: tuple[str, ...], in_use: dict[str, str]) -> Result:
    """The group is made; whoever starts it leads its meetings until somebody else is named."""
    if len(leaders) > 2:
        return ask.say(say.TooManyFacilitators(leaders))
    if "bodies" not in ask.snapshot.found:
        return Need(("bodies",))
    leaders = leaders or (ask.me.id,)
    id = free_id(code, in_use)
    everyone = dict.fromkeys((*leaders, ask.me.id, *members))
    group = Group(id, code, channels=(ask.incoming.place.address,), language=ask.me.language, above=nearest(ask.snapshot.found["bodies"]))
    seats = tuple(Member(f"{id}:@{p}", id, p, "facilitator" if p in leaders else "member") for p in everyone)
    plain = tuple(p for p in everyone if p not in leaders)
    return Outcome(
        Say(say.GroupStarted(id, code, ask.turn, plain, leaders)),
        save=(group, *seats),
        facts=(Fact("group_started", id, id, ask.me.id), *(Fact("member_added", id, each.id, ask.me.id) for each in seats)),
        posts=(Post(id, f"group:{id}"),),
    )


def nearest(bodies: Sequence[Group]) -> str:
    """The body that a new group's obstacles go to, where there is but one nearest the groups."""
    lowest = [each.id for each in bodies if each.level == min(other.level for other in bodies)]
    return lowest[0] if len(lowest) == 1 else ""


def free_id(code: str, used: Iterable[str]) -> str:
    wanted, taken = code_names.group_id(code), set(used)
    return next(id for id in (wanted, *(f"{wanted}-{n}" for n in range(2, len(taken) + 3))) if id not in taken)


TAPS = {"start_group": ("new_group", new)}
