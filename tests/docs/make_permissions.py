"""Prints docs/permissions.md from the code: `python -m tests.docs.make_permissions`."""

from __future__ import annotations

from pathlib import Path

from bot.decide import COMMANDS, TAPS, Command
from bot.model import Group, GroupView, Member, Person
from bot.rules.who_may import may
from templates.words import read_labels

FILE = Path(__file__).parents[2] / "docs" / "permissions.md"

COLUMNS = {
    # heading -> role in the group, role in the body where its matter lies, role of the person
    "Member, contact person": ("member", "", ""),
    "Facilitator, chair": ("facilitator", "", ""),
    "Guest": ("guest", "", ""),
    "Body where the matter lies": ("", "member", ""),
    "Coordinator": ("", "", "coordinator"),
    "Administrator": ("", "", "administrator"),
    "Anybody else": ("", "", ""),
}

READERS = (
    "Staff in the group", "Guest", "Has left", "Another group", "Body, consent", "Body, none", "Coordinator, consent", "Coordinator, none", "Administrator",
    "Anybody else",
)  # fmt: skip
"""Who reads; the body is one where a matter of the group lies or has lain."""

AUDIENCES: dict[str, tuple[tuple[str, ...], str]] = {
    # what it is -> what each of READERS may see of the group in it ("" nothing: it is never sent them about that group), the messages
    "Nothing of any group": (("yes",) * 10, """
        not_understood thanks never_mind did_you_mean identity_number already_saved not_allowed no_group_here which_person bad_date backwards_days which_day one_by_one missing help field_error went_wrong gone
        several away_missing not_away only_care_groups no_overview no_such_part start_group who_is_new bad_length looking_for_meeting calendar_link_not_yours
        seen_in_private own_data_in_private invite_me not_here who_are_you too_much form_waits form_too_late installed not_installed public_channel looks_personal
        subscribed unsubscribed"""),
    "One's own, of the groups that one is in": (("own", "own", "", "", "", "", "", "", "", ""), """
        my_actions which_group away_saved away_moved welcome_back settings_shown settings_saved setting_unclear todo_linked todo_unlinked todo_not_here
        seen_of_me own_data reminder nudge own_list calendar_event question_asked question_card question_answered already_answered which_question answer_card action_done
        result_saved already_closed"""),
    "The group's own": (("yes", "", "", "", "", "", "", "", "", ""), """
        deputy_card uncovered_card back_card action_added action_card actions_card actions_done action_done_notice action_stuck action_stuck_notice action_moved
        action_moved_notice action_handed action_handed_notice action_edited action_edited_notice action_cancelled action_cancelled_notice action_helped
        already_taken action_kept not_done_yet still_open finished_actions which_action group_actions action_shown agenda_over point_added point_noted lesson_saved calendar_link
        group_closed unknown_person no_such undone cannot_undo stale consent_card consent_saved consent_notice consent_withdrawn decision_added decision_card
        decision_edited decision_withdrawn no_such_decision no_action decision_log found help_offer matter_lifted escalation_card matter_question matter_answer cannot_lift
        already_lifted what_hinders lesson_shared first_meeting first_meeting_shown care_plan_saved care_plan_notice group_started group_card aim_saved aim_notice aim_shown
        mandate_saved mandate_notice mandate_shown contact_saved contact_notice which_contact not_member too_many_facilitators facilitator_saved
        facilitator_notice members_added members_notice visitor_invited visitor_notice already_member no_such_member members_gone left_card group_paused
        group_resumed not_paused close_group group_farewell looking_for_times times_suggested people_found meeting_not_taken meeting_taken meetings_scheduled
        meeting_added meeting_moved meetings_cancelled meeting_extended no_such_meeting meeting_already red_day meeting_started already_live just_ended
        no_live_meeting attendance_noted meeting_ended minutes_corrected meeting_reopened cannot_reopen minutes minutes_copy no_minutes
        protected_name name_protected name_unprotected protect_how record_ready no_employer not_held time_noted what_time channel_back"""),
    "A group's own, with what was lifted to it where it is a committee": (("yes", "", "", "", "matter", "words", "", "", "", ""), "agenda live_meeting"),
    "One's own page": (("own", "", "", "", "matter", "words", "figures", "", "", ""), "home"),
    "For those who lead it": (("yes", "", "", "", "", "", "", "", "", ""), """
        seen_of_group not_reached outsiders_read channel_lost newcomers turned_away went_out account_closed erasures group_kept old_words words_kept
        consent_refused group_forgotten"""),
    "What it has lifted": (("yes", "", "", "", "matter", "words", "matter", "", "", ""), """
        lifted_card matter_noted matter_already not_yours which_matter no_such_matter lifted_list not_shared"""),
    "Figures of many groups": (("own", "", "", "", "figures", "", "figures", "", "figures", ""), "weekly_overview help_offered matter_nudged"),
    "To who came into its channel": (("", "", "name", "name", "name", "name", "name", "name", "name", "name"), "asked_to_leave"),
    "For administrators": (("", "", "", "", "", "", "", "", "yes", ""), "locked_out_of fallen_behind old_people"),
    "On paper, where the servers are kept": (("yes", "", "", "", "", "", "", "", "yes", ""), "outage_page"),
}
"""Every message, by whom it is for."""

AUDIENCE_OF = {message: audience for audience, (_, messages) in AUDIENCES.items() for message in messages.split()}

HEAD = """\
# Who may do what

Printed from the code by `python -m tests.docs.make_permissions`; a test fails when it is not up to date. The rules are in
`bot/rules/who_may.py`, the commands in `bot/decide.py`. A button has the rules of the command it belongs to.

- **yes**: may · **consent**: may while the group has a consent that holds · **own**: works for everybody, and only about
  oneself and the groups one is in · empty: refused, nothing is changed, and nothing of the group is said.
- The columns are about *that* group: in another group everybody is "anybody else". Whoever has left or was removed may nothing.
- Guests are reached by mail with what concerns them, and answer questions put to them; by the link in it they say that an action of
  their own is done.
- A committee sees lifted matters, never a group's texts; without consent neither whose they are.
- Coordinators see counts and lifted matters, and nothing of groups without consent.
- The documents for the public record (`record`) are for the facilitator, the chair and the contact person, who get their own employer's part.
- Before each post the readers of a channel are compared with the group; with outsiders there nothing is posted.

## Where it holds

Everywhere: what a request says of itself (a group in a button, a channel in a form, the id of another event, a workspace or tenant)
gives nobody anything. `tests/security/test_edges.py` asks through the real doors, with real signatures and tokens.

| Way in or out | Who is who | What is forged in the tests |
|---|---|---|
| Slack, over HTTP or Socket Mode | Slack's signature within five minutes, or its socket; the user by workspace and id | another group in a button, another channel in a form, another's event in *Visa fler*, another workspace, the same request again |
| Teams, `/api/messages` | the token of Teams' issuer for this serviceUrl; the user by tenant and object id | the same, in the card's data |
| Teams' tab | Entra's token for the app, in a header | the same, another tenant |
| App Home, the private chat | as the platform | each sees only their own |
| Mail link | sealed for one address, one button, one thing, 30 days | other fields, another button, another's thing, a changed link |
| Link to a document for the public record | sealed for one person, one meeting, fifteen minutes; works once, by a button, while that person may have it | a changed link, another person or meeting in it, one of another kind, twice, too late |
| Calendar feed | sealed for one person; dies with a new link and when they leave | a changed link, one of another kind |
| `/health`, `/metrics`, logs | nobody: they hold kinds, ids and counts | words in every field |
| `nvg export` | who may run commands on the server | |
| The simulator | nobody: it never starts, and nothing of it is loaded, where a platform is set; else on the own computer alone | paths and hosts |

## The table

"""


def cell(command: Command, in_group: str, in_body: str, role: str) -> str:
    person = Person("x", "x", roles=frozenset({role} - {""}))
    view = GroupView(Group("g", "g"), (Member("g:@x", "g", "x", in_group),) if in_group else ())
    body = GroupView(Group("b", "b", "committee"), (Member("b:@x", "b", "x", in_body),) if in_body else ())
    if not may(command.who, person, view, body if command.about == "matter" else None):
        return ""
    if command.shares:
        return "consent"
    return "own" if command.who == "anyone" else "yes"


def page() -> str:
    """The whole page, as it is to stand in docs."""
    says = read_labels("en", "commands")
    rows = [f"| Command | Buttons | {' | '.join(COLUMNS)} |", f"|---|---|{'---|' * len(COLUMNS)}"]
    for name, command in COMMANDS.items():
        buttons = ", ".join(f"`{do}`" for do, (of, _) in TAPS.items() if of == name and do != name)
        cells = " | ".join(cell(command, *column) for column in COLUMNS.values())
        rows.append(f"| `{name}`: {help_of(says, name)} | {buttons} | {cells} |")
    return HEAD + "\n".join(rows) + "\n" + SHOWN + "\n".join(audiences()) + "\n"


SHOWN = """
## What is shown to whom

Every message in `bot/messages/`, and how much of a group each reader is ever shown in it. **yes**: all of it · **own**: what is theirs, in groups that they are in
(guests by mail) · **matter**: what was lifted, and whose it is · **words**: the same, but not whose · **figures**: name and counts while the consent holds ·
**name**: the code name alone · empty: nothing of that group. `tests/bot/test_permissions.py` asks for all there is and holds the answers against it;
`tests/security/test_need_to_know.py` walks through a town and looks at every screen after each step.

"""


def audiences() -> list[str]:
    rows = [f"| What | Messages | {' | '.join(READERS)} |", f"|---|---|{'---|' * len(READERS)}"]
    for audience, (cells, messages) in AUDIENCES.items():
        rows.append(f"| {audience} | {', '.join(f'`{each}`' for each in messages.split())} | {' | '.join(cells)} |")
    return rows


def help_of(says: dict[str, object], name: str) -> str:
    """What the command does, in the words of its help."""
    return str(says.get(name, ""))


if __name__ == "__main__":
    FILE.write_text(page(), encoding="utf-8")
