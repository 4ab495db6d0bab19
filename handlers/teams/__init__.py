"""Microsoft Teams: hears activities, speaks Adaptive Cards."""
