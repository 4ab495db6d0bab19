"""`nvg run` as a process of its own, at a pretend Slack."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.chaos.processes import free_port
from tests.fake_servers.slack import FakeSlack, words
from tests.handlers.slack.bot import GROUP
from tests.patience import until

NVG = Path(sys.executable).parent / "nvg"
LOG = "nvg.log"


@contextmanager
def running(slack: FakeSlack, folder: Path, **settings: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The process, when it answers; it is ended in the end."""
    port = free_port()
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("NVG_", "SLACK_", "TEAMS_", "SMTP_"))}
    environment |= {
        "SLACK_BOT_TOKEN": slack.bot_token, "SLACK_SIGNING_SECRET": slack.signing_secret, "SLACK_API_URL": slack.url,
        "NVG_PORT": str(port), "NVG_DATABASE_URL": f"sqlite:///{folder / 'nvg.db'}",
    } | settings  # fmt: skip
    with (folder / LOG).open("ab") as log:  # a pipe that nobody reads would be full some day
        process = subprocess.Popen([NVG, "run"], cwd=folder, env=environment, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        end = time.monotonic() + 90
        while True:
            try:
                with urlopen(f"{url}/health", timeout=30):
                    break
            except (OSError, HTTPException):
                assert process.poll() is None, (folder / LOG).read_text(encoding="utf-8")
                assert time.monotonic() < end, "it never answered"
                time.sleep(0.05)
        yield url, process
    finally:
        process.kill()
        process.wait()


def test_a_group_is_started_and_works_over_a_restart(slack: FakeSlack, tmp_path: Path) -> None:
    with running(slack, tmp_path) as (url, process):
        anna = slack.person("UANNA", url)
        assert anna.command(GROUP, "ny grupp tall").ok
        assert anna.command(GROUP, "åtgärd ringa kommunen").ok
        process.kill()  # no time to say goodbye
    with running(slack, tmp_path) as (url, _):
        reply = slack.person("UANNA", url).command(GROUP, "lista")
        assert reply.shown and "ringa kommunen" in words(reply.shown.blocks)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_stop_it_finishes_what_was_begun(slack: FakeSlack, tmp_path: Path, how: signal.Signals) -> None:
    with running(slack, tmp_path) as (url, process):
        anna = slack.person("UANNA", url)
        slack.hang("users.info", 60.0)
        replies = []
        waiting = threading.Thread(target=lambda: replies.append(anna.command(GROUP, "ny grupp tall")))
        waiting.start()
        slack.wait(lambda: any(each.method == "users.info" for each in slack.under_way.values()))
        process.send_signal(how)
        until(lambda: not listens(url))
        slack.let_go()
        assert process.wait(30) == 0
        waiting.join()
    assert replies[0].ok
    kept = subprocess.run([NVG, "export", "group", "tall"], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert '"tall"' in kept.stdout


def listens(url: str) -> bool:
    try:
        socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2]))).close()
    except OSError:
        return False
    return True


def test_asked_to_stop_under_load_nothing_is_lost_nor_sent_twice(slack: FakeSlack, tmp_path: Path) -> None:
    """One writes from two screens all the while, Slack takes its time, and one of its answers never comes."""
    slack.channels[GROUP].members.remove("UBO")  # who is not in the group
    lines: list[str] = []
    with running(slack, tmp_path) as (url, process):
        people = [slack.person(user, url) for user in ("UANNA", "UANNA")]
        assert people[0].command(GROUP, "ny grupp tall").ok

        def write(n: int) -> None:
            for line in range(2000):
                word = "xq" + "".join("bcdfghjklm"[int(digit)] for digit in f"{n}{line:04}")
                reply = people[n].command(GROUP, f"åtgärd ringa om {word}")
                if not reply.ok:
                    break
                if reply.shown:  # else it took so long that the answer comes by the response_url
                    assert "Sparat" in words(reply.shown.blocks)
                    lines.append(word)
                time.sleep(0.02)  # people do not write quicker; the bot is to be stopped, not worn out

        writing = [threading.Thread(target=write, args=(n,)) for n in range(2)]
        for each in writing:
            each.start()
        slack.wait(lambda: len(slack.messages(GROUP)) >= 3 and len(lines) > 3)
        slack.hang("chat.postMessage", 60.0)
        slack.wait(lambda: any(each.method == "chat.postMessage" for each in slack.under_way.values()))
        process.terminate()
        assert process.wait(30) == 0
        for each in writing:
            each.join()
        held = {each.ref for each in slack.under_way.values()} - {""}
    slack.mend()
    exported = subprocess.run([NVG, "export", "group", "tall", "--json"], cwd=tmp_path, check=True, capture_output=True, text=True)
    kept = [each["text"] for each in json.loads(exported.stdout)["actions"]]
    assert all(sum(line in text for text in kept) == 1 for line in lines)
    refs = [each.ref for each in slack.called("chat.postMessage") if each.answer.get("ok") and each.ref]
    assert len(refs) == len(set(refs))
    assert not held & set(refs)


def test_over_socket_mode(slack: FakeSlack, tmp_path: Path) -> None:
    with running(slack, tmp_path, SLACK_APP_TOKEN=slack.app_token, SLACK_SIGNING_SECRET="") as (_, process):
        slack.wait(lambda: len(slack.socket.open) == 2)
        assert slack.person("UANNA").command(GROUP, "ny grupp tall").ok
        process.terminate()
        assert process.wait(30) == 0
    slack.wait(lambda: not slack.socket.open)


def test_what_is_logged_has_no_words_of_people_and_no_tokens(slack: FakeSlack, tmp_path: Path) -> None:
    slack.channels[GROUP].members.remove("UBO")  # nothing is posted where somebody from outside the group reads
    with running(slack, tmp_path) as (url, process):
        anna = slack.person("UANNA", url)
        anna.command(GROUP, "ny grupp tall")
        anna.command(GROUP, "åtgärd ringa hemtjänsten")
        anna.command(GROUP, "beslut x", sign="wrong")
        slack.fail("views.publish", "internal_error", times=9)
        anna.open_home()
        slack.wait(lambda: slack.messages(GROUP))
        process.terminate()
        assert process.wait(30) == 0
    log = (tmp_path / LOG).read_text(encoding="utf-8")
    assert log
    for line in log.splitlines():
        json.loads(line)
    for secret in ("hemtjänsten", "Anna", slack.bot_token, slack.signing_secret):
        assert secret not in log


def test_only_what_slack_needs_is_imported() -> None:
    """Neither other platforms nor what reads calendars and files."""
    code = (
        "import sys; import handlers.run, handlers.engine, handlers.server, handlers.slack.app, storage.store;"
        "print('\\n'.join(sys.modules))"
    )
    modules = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    heavy = ("handlers.simulator", "handlers.teams", "handlers.mail", "handlers.calendar", "handlers.rehearse", "microsoft_teams", "msgraph",
             "icalendar", "alembic", "yaml", "fastapi", "dotenv")  # fmt: skip
    assert [module for module in modules if module.startswith(heavy)] == []
