"""Microsoft 365 beside the chat: the groups' calendars, through Microsoft Graph."""
