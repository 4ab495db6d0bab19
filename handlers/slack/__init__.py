"""Slack: what it says to us, and what we say there."""
