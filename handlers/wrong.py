"""What the person at the keyboard is told when a command cannot do what was asked."""

from __future__ import annotations


class Wrong(Exception):
    """Something that they can mend: said in one sentence, exit code 2."""
