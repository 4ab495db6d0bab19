"""What the app asks to be allowed in Microsoft Graph: application permissions, each explained in docs/teams.md.

They are best given for some mailboxes alone, by Exchange's RBAC for Applications; then they are not among the app's own in Entra.
"""

CALENDAR = "Calendars.ReadWrite"
PERMISSIONS = frozenset({CALENDAR})

# Each is given only where what it is for is wanted; without it that is left out, and nothing else is missed.
PEOPLE = "User.ReadBasic.All"
MEETINGS, ATTENDANCE = "OnlineMeetings.Read.All", "OnlineMeetingArtifact.Read.All"
TASKS = "Tasks.ReadWrite.All"
OPTIONAL = frozenset({PEOPLE, MEETINGS, ATTENDANCE, TASKS})
