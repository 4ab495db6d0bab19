"""What the bot's own events are called in a mailbox, where nobody sees it; and how Graph is asked about times."""

ZONE = "W. Europe Standard Time"  # Sweden's, as Exchange calls it
OURS = "{6d0b6d0e-5a0c-4f5b-9a3e-0d5c3f1f7a21}"
NAME, PART = f"String {OURS} Name nvg", f"String {OURS} Name nvgPart"
PREFER = {"Prefer": f'outlook.timezone="{ZONE}", IdType="ImmutableId"'}
