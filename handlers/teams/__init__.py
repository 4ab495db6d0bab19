"""Microsoft Teams: hears activities, speaks Adaptive Cards."""

import warnings

warnings.filterwarnings("ignore", message=".* is in preview")  # of the SDK, about messages that only one person sees
