"""The secret that the keys are sealed with, where NVG_SECRET_KEY is not set: made once, in a file beside the keys that only its owner can read."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path


def file_beside(keys_url: str) -> Path:
    """Where it lies."""
    return Path("nvg.secret" if "://" in keys_url else f"{keys_url}.secret")


def kept(keys_url: str) -> bytes:
    """The one in the file, 32 bytes; made at the first call. OSError where no file can be made."""
    path = file_beside(keys_url)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return base64.b64decode(path.read_bytes())
    secret = secrets.token_bytes(32)
    with os.fdopen(handle, "wb") as file:
        file.write(base64.b64encode(secret))
    return secret


def put(keys_url: str, secret: bytes) -> None:
    """Another in that file: the old one or the new, never half of either."""
    half = file_beside(keys_url).with_suffix(".half")
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(base64.b64encode(secret))
        file.flush()
        os.fsync(file.fileno())
    half.replace(file_beside(keys_url))


def in_words(secret: bytes) -> str:
    """The line of .env that says it."""
    return f"NVG_SECRET_KEY={base64.b64encode(secret).decode()}"
