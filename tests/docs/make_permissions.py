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
    return HEAD + "\n".join(rows) + "\n"


def help_of(says: dict[str, object], name: str) -> str:
    """What the command does, in the words of its help."""
    return str(says.get(name, ""))


if __name__ == "__main__":
    FILE.write_text(page(), encoding="utf-8")
