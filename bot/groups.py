"""The care group: what it is for, who speaks for it, and how it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from bot.ask import Ask, filled, told
from bot.forms import Field, Form
from bot.group_card import phone_of
from bot.keys import stamp, stamp_on
from bot.members import all_seated
from bot.messages import groups as say
from bot.messages.base import Message
from bot.messages.common import FieldError
from bot.model import Action, Decision, Group, GroupView, Meeting
from bot.outcome import Fact, FormErrors, Need, OpenForm, Outcome, Post, Say
from bot.pauses import awake
from bot.people_fields import choice_of, meant
from bot.rules.aim_words import is_process
from bot.rules.retention import erase_on
from bot.stale import stale

Result = Outcome | Need


def aim(ask: Ask) -> Result:
    """`det viktigaste: fler smärtfria timmar`, and the button *Skriv målet* with its form. A result, not a process."""
    group, fields = ask.group, filled(ask)
    if ask.incoming.tap and fields is None:
        return Outcome(OpenForm(Form("set_aim", group.id, (Field("mål", "long", group.aim, required=True),), stamp_of(group))))
    text = ask.reading.text if fields is None else fields.get("mål", "")
    if not text:
        return ask.say(say.AimShown(group.id, group.aim)) if fields is None else errors(mål=FieldError("text"))
    if fields and is_stale(ask, group):
        return stale(ask, group, "", group.aim)
    saved = replace(group, aim=text)
    return Outcome(
        Say(say.AimSaved(group.id, text, ask.turn, is_process(text))), save=(saved,),
        facts=(Fact("aim_set", group.id, group.id, ask.me.id),), posts=told(ask, say.AimNotice(text, ask.me.id)),
    )  # fmt: skip


def mandate(ask: Ask) -> Result:
    """`mandat: ändra tider själva`, and the button *Skriv mandatet* with its form."""
    group, fields = ask.group, filled(ask)
    if ask.incoming.tap and fields is None:
        form = Form("set_mandate", group.id, (Field("mandat", "long", group.mandate, required=True),), stamp_of(group))
        return Outcome(OpenForm(form))
    text = ask.reading.text if fields is None else fields.get("mandat", "")
    if not text:
        return ask.say(say.MandateShown(group.id, group.mandate)) if fields is None else errors(mandat=FieldError("text"))
    if fields and is_stale(ask, group):
        return stale(ask, group, "", group.mandate)
    return Outcome(
        Say(say.MandateSaved(text, ask.turn)), save=(replace(group, mandate=text),),
        facts=(Fact("mandate_set", group.id, group.id, ask.me.id),), posts=told(ask, say.MandateNotice(text, ask.me.id)),
    )  # fmt: skip


def stamp_of(group: Group) -> int:
    """Stale is only who has changed the same words: everything else in the group may move on meanwhile."""
    return stamp(Group(group.id, group.code, aim=group.aim, mandate=group.mandate))


def is_stale(ask: Ask, group: Group) -> bool:
    tap = ask.incoming.tap
    return tap is not None and tap.version is not None and tap.version != stamp_of(group)


def errors(**of: FieldError) -> Outcome:
    return Outcome(FormErrors(of))


# --- contact person, stand-in, facilitators ---------------------------------------------------------------------------


def contact_person(ask: Ask) -> Result:
    """`kontaktperson @anna`: one member, chosen by the patient."""
    if len(ask.reading.owners) != 1:
        return ask.say(say.WhichContact(ask.group_id, "contact_person"))
    new_one = ask.reading.owners[0]
    return set_contacts(ask, new_one, "" if ask.group.stand_in == new_one else ask.group.stand_in)


def stand_in(ask: Ask) -> Result:
    """`ersättare för kontaktperson @bo`."""
    if len(ask.reading.owners) != 1 or ask.reading.owners[0] == ask.group.contact_person:
        return ask.say(say.WhichContact(ask.group_id, "stand_in"))
    return set_contacts(ask, ask.group.contact_person, ask.reading.owners[0])


def contact_form(ask: Ask) -> Result:
    """The button *Välj kontaktperson*: contact person and stand-in in one form."""
    group, fields, tap = ask.group, filled(ask), ask.incoming.tap
    shown = stamp_on(group.contact_person, group.stand_in)
    if fields is None:
        staff = ask.view.people()
        return Outcome(OpenForm(Form("set_contact", group.id, (
            choice_of(ask, "kontaktperson", staff, (group.contact_person,) if group.contact_person else (), required=True),
            choice_of(ask, "ersättare", staff, (group.stand_in,) if group.stand_in else ()),
        ), shown)))  # fmt: skip
    named = {name: meant(ask, fields.get(name, "")) for name in ("kontaktperson", "ersättare")}
    wrong: dict[str, Message] = {}
    for name, people in named.items():
        if isinstance(people, Need):
            return people
        if isinstance(people, FieldError):
            wrong[name] = people
        elif len(people) > 1 or (name == "kontaktperson" and not people):
            wrong[name] = FieldError("one_person" if people else "person")
    first, second = named["kontaktperson"], named["ersättare"]
    if not wrong and first == second:
        wrong["ersättare"] = FieldError("same_person")
    if wrong or not isinstance(first, tuple) or not isinstance(second, tuple):
        return Outcome(FormErrors(wrong))
    if tap and tap.version not in (None, shown):
        return stale(ask, group, owners=tuple(each for each in (group.contact_person, group.stand_in) if each))
    return set_contacts(ask, first[0], second[0] if second else "")


def set_contacts(ask: Ask, first: str, second: str) -> Result:
    strangers = tuple(id for id in (first, second) if id and id not in ask.view.people())
    if strangers:
        return ask.say(say.NotMember(strangers))
    saved = replace(ask.group, contact_person=first, stand_in=second)
    phone = phone_of(ask.snapshot, first)
    return Outcome(
        Say(say.ContactSaved(ask.group_id, first, second, ask.turn, phone)), save=(saved,),
        facts=(Fact("contact_set", ask.group_id, ask.group_id, ask.me.id, {"contact": first, "stand_in": second}),),
        posts=told(ask, say.ContactNotice(first, second, ask.me.id, phone)),
    )


def facilitator(ask: Ask) -> Result:
    """`mötesledare @eva`: one or two who lead from now on. Those who led before stay as members."""
    chosen = ask.reading.owners
    if not chosen:
        return ask.say(say.WhichContact(ask.group_id, "facilitator"))
    if len(chosen) > 2:
        return ask.say(say.TooManyFacilitators(chosen))
    seats = all_seated(ask, dict.fromkeys(chosen, "facilitator"))
    if isinstance(seats, Need):
        return seats
    was = tuple(id for id in ask.view.people("facilitator") if id not in chosen)
    seats += [replace(member, role="member") for member in ask.view.members if member.person in was and member.state == "active"]
    both = f"mötesledare @{chosen[0]} @{was[0]}" if len(chosen) == 1 and len(was) == 1 else ""
    return Outcome(
        Say(say.FacilitatorSaved(chosen, was, ask.turn, both)), save=tuple(seats),
        facts=tuple(Fact("facilitator_set", ask.group_id, each.id, ask.me.id, {"role": each.role}) for each in seats),
        posts=told(ask, say.FacilitatorNotice(chosen, ask.me.id)),
    )


# --- how it ends ------------------------------------------------------------------------------------------------------


def close(ask: Ask) -> Result:
    """`avsluta gruppen: ring före åtta`: closed, with what was learnt. It can still be read."""
    fields = filled(ask)
    learnt = ask.reading.text if fields is None else fields.get("lärdom", "")
    if fields is None and ask.incoming.tap:
        return Outcome(OpenForm(Form("close_group", ask.group_id, (Field("lärdom", "long"),))))
    if fields is None and not learnt:
        return ask.say(say.CloseGroup(ask.group_id, ask.group.code, len(ask.view.open_actions)))
    wanted = f"everything {ask.group_id}"
    if wanted not in ask.snapshot.found:
        return Need((wanted,))
    last = erase_on(ask.today, ask.snapshot.county.closed_groups_months)
    notice = replace(farewell(ask.view, learnt, ask.me.id, ask.snapshot.found[wanted]), kept_until=last)
    saved = replace(awake(ask.group), state="closed", learnt=learnt, erase_on=last, erasure_told=None)
    return Outcome(
        Say(replace(notice, change=ask.turn)), save=(saved,),
        facts=(Fact("group_closed", ask.group_id, ask.group_id, ask.me.id),),
        posts=(Post(ask.group_id, f"notice:{ask.turn}", notice),),
    )


def farewell(view: GroupView, learnt: str, by: str, everything: Iterable[object]) -> say.GroupFarewell:
    """What the group did, counted over all of its time."""
    things = tuple(everything)
    done = [a for a in things if isinstance(a, Action) and a.state == "done"]
    held = [m for m in things if isinstance(m, Meeting) and m.state == "ended"]
    return say.GroupFarewell(
        view.group.code, learnt, by,
        meetings=len(held), decisions=sum(isinstance(d, Decision) and d.state == "valid" for d in things),
        done=len(done), helped=sum(a.helped == "helped" for a in done), open=len(view.open_actions),
        since=min((m.starts.date() for m in held), default=None),
    )  # fmt: skip


def forgotten(group: Group) -> Group:
    """The group about to be erased for good: what is said of the patient goes at once, the rest when `forget_group` falls due."""
    return replace(group, state="forgotten", aim="", mandate="", learnt="", consent_form="", care_contact="", care_plan="", protected="")


TAPS: dict[str, tuple[str, Callable[[Ask], Result]]] = {
    "set_aim": ("aim", aim),
    "set_mandate": ("mandate", mandate),
    "set_contact": ("contact_person", contact_form),
    "close_group": ("close_group", close),
}
