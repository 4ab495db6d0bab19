from __future__ import annotations

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import counties
from config.settings import NAMES, SettingsError, keys_beside, read

KEY = base64.b64encode(bytes(32)).decode()


def problems(**given: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as error:
        read(given, None)
    return error.value.problems


def test_without_any_setting_everything_has_a_default() -> None:
    settings = read({}, None)
    assert settings.database_url == "sqlite:///nvg.db"
    assert settings.keys_url == "nvg.db.keys"
    assert (settings.host, settings.port, settings.language) == ("127.0.0.1", 8000, "sv")
    assert settings.platforms == ()


def test_every_wrong_setting_is_reported_at_once() -> None:
    found = problems(NVG_PORT="abc", NVG_LANGUAGE="de", NVG_COUNTY="atlantis", NVG_SECRET_KEY="kort", NVG_DATABASE_URL="mysql://x")
    assert len(found) == 5
    assert all(any(name in problem for problem in found) for name in ("NVG_PORT", "NVG_LANGUAGE", "NVG_COUNTY", "NVG_SECRET_KEY"))


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"NVG_PROT": "1"}, "NVG_PORT"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_SIGNING_SECRET"),
        ({"SLACK_BOT_TOKEN": "hej", "SLACK_SIGNING_SECRET": "x"}, "xoxb-"),
        ({"NVG_KEYS_URL": "postgresql://nvg@db/keys"}, "NVG_KEYS_URL"),
        ({"SLACK_SIGNING_SECRET": "x"}, "SLACK_BOT_TOKEN"),
        ({"TEAMS_CLIENT_ID": "x", "TEAMS_CLIENT_SECRET": "x"}, "TEAMS_TENANT_ID"),
        ({"SMTP_URL": "mail.example.org"}, "SMTP_URL"),
        ({"SLACK_API_URL": "nowhere"}, "SLACK_API_URL"),
        ({"SLACK_API_URL": "http://slack.example/api/"}, "https"),
        ({"GRAPH_BASE_URL": "http://graph.example/v1.0"}, "https"),
        ({"NVG_PORT": "70000"}, "NVG_PORT"),
        ({"NVG_PORT": "-1"}, "NVG_PORT"),
        ({"NVG_PORT": "²"}, "NVG_PORT"),
        ({"SMTP_URL": "smtp://[x"}, "SMTP_URL"),
        ({"NVG_PUBLIC_URL": "http://bot.example.org"}, "NVG_PUBLIC_URL"),
        ({"NVG_PUBLIC_URL": "bot.example.org"}, "NVG_PUBLIC_URL"),
        ({"SLACK_RATE": "0"}, "SLACK_RATE"),
        ({"SLACK_RATE": "nan"}, "SLACK_RATE"),
        ({"MAIL_FROM": "nvg"}, "MAIL_FROM"),
        ({"NVG_PUBLIC_ULR": "x"}, "NVG_PUBLIC_URL"),
        ({"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "x", "SLACK_SIGNING_SECRET": "x"}, "NVG_PUBLIC_URL"),
        ({"SLACK_CLIENT_ID": "1.2", "SLACK_SIGNING_SECRET": "x", "NVG_PUBLIC_URL": "https://x"}, "SLACK_CLIENT_SECRET"),
        ({"SLACK_CLIENT_SECRET": "x"}, "SLACK_CLIENT_ID"),
    ],
)
def test_each_problem_names_what_to_mend(given: dict[str, str], named: str) -> None:
    assert any(named in problem for problem in problems(**given))


def test_problems_are_said_in_the_language_set() -> None:
    assert "must be" in problems(NVG_LANGUAGE="en", NVG_PORT="x")[0]
    assert "ska vara" in problems(NVG_PORT="x")[0]


def test_a_secret_is_never_in_the_message() -> None:
    assert all("hemligt" not in problem for problem in problems(NVG_SECRET_KEY="hemligt"))


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(f"NVG_PORT=9000\nNVG_LANGUAGE=en\nNVG_SECRET_KEY={KEY}\n")
    settings = read({"NVG_PORT": "9001"}, file)
    assert (settings.port, settings.language, settings.secret_key) == (9001, "en", bytes(32))


def test_platforms_are_those_whose_settings_are_present() -> None:
    settings = read({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SMTP_URL": "smtp://localhost:25"}, None)
    assert settings.platforms == ("slack", "mail")


def test_with_oauth_no_bot_token_is_needed() -> None:
    given = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "x", "SLACK_SIGNING_SECRET": "x", "NVG_PUBLIC_URL": "https://nvg.example.org/"}
    settings = read(given, None)
    assert settings.platforms == ("slack",)
    assert settings.public_url == "https://nvg.example.org"


@pytest.mark.parametrize("url", ["http://localhost:8000", "http://127.0.0.1:8000", "https://nvg.example.org"])
def test_a_public_address_is_https_or_this_computer(url: str) -> None:
    assert read({"NVG_PUBLIC_URL": url}, None).public_url == url


@given(st.dictionaries(st.sampled_from(NAMES), st.text(min_size=1, max_size=20)))
def test_any_settings_are_read_or_refused_with_sentences(given: dict[str, str]) -> None:
    try:
        read(given, None)
    except SettingsError as error:
        assert error.problems
        assert all(":" in problem for problem in error.problems)


def test_keys_lie_beside_a_database_file() -> None:
    assert keys_beside("sqlite:////var/nvg/a.db") == "/var/nvg/a.db.keys"
    assert keys_beside("postgresql+psycopg://host/nvg") == "nvg.keys"


def test_every_county_file_can_be_read() -> None:
    assert "vastra-varmland" in counties.names()
    for name in counties.names():
        assert counties.county(name)["name"]
    with pytest.raises(KeyError):
        counties.county("atlantis")
