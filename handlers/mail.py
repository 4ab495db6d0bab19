"""Mail, for guests and for those who cannot be reached otherwise: a speaker over SMTP, and the page behind a link in it.

What has been sent stays as it was, so a redraw sends nothing; only a calendar is put right, by another mail.
"""

from __future__ import annotations

import hashlib
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from html import escape
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.incoming import Incoming, Place, Tap
from bot.model import Person
from bot.rules.calendar_event import Event
from handlers.clock import Clock
from handlers.engine import Engine
from handlers.links import Links
from handlers.speaker import GiveUp, Parcel, To, TryAgain
from templates.calendar import cancellation, invitation
from templates.card import Button, Buttons, Card, Heading, Item, Note, Span, event_of, spans_text
from templates.card import buttons as buttons_of
from templates.html import POLICY, card_html, form_html
from templates.html import page as web_page
from templates.plain import plain_text
from templates.words import Words

TIMEOUT = 20.0  # seconds
KEPT = 30.0  # seconds that an idle connection is kept
EVENT = ".event@"  # in the Message-ID of an invitation: which is also the event's UID
LINKED = frozenset({"done", "answer_yes", "answer_no", "answer_question"})
"""Buttons that work from a mail: each acts on one thing, and can be said by nobody but the one it was sent to."""
LINK_HOLDS = timedelta(days=30)
STYLE = "font-family:system-ui,sans-serif;font-size:16px;line-height:1.5;max-width:40em;margin:1em;color:#1a1a1a;background:#fff"
LINK_STYLE = "display:inline-block;padding:8px 14px;margin:4px 8px 4px 0;background:#0b5563;color:#fff;border-radius:6px;text-decoration:none"

HEADERS = {
    "Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex", "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": POLICY,
}  # fmt: skip


def one_line(words: str) -> str:
    """Words for a mail's head. What looks encoded already ("=?") some Pythons would decode there, line breaks and all."""
    return " ".join(words.replace("=?", "= ?").split())


class MailSpeaker:
    """The platform "mail". `url`: smtp://user:password@host:587 (encrypted where the server offers it, and always with a
    password) or smtps://; `sender`: the address that mail comes from, by default nvg@ the server's domain."""

    def __init__(
        self, url: str, sender: str, words: Words, clock: Clock, links: Links | None = None, *,
        trusted: ssl.SSLContext | None = None, timeout: float = TIMEOUT,
    ) -> None:  # fmt: skip
        parts = urlsplit(url)
        self._tls = parts.scheme == "smtps"
        self._host = parts.hostname or "localhost"
        self._port = parts.port or (465 if self._tls else 587)
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self.sender = sender or f"nvg@{self._host}"
        self._domain = self.sender.rpartition("@")[2]
        self._words, self._clock, self._links, self._trusted, self._timeout = words, clock, links, trusted, timeout
        self._lock = threading.Lock()
        self._connection: smtplib.SMTP | None = None
        self._used = 0.0

    def send(self, to: To, parcel: Parcel) -> str:
        id = f"{parcel.ref}{EVENT if event_of(parcel.card) else '@'}{self._domain}"
        self._mail(to, parcel, id, id)
        return id

    def update(self, to: To, message_id: str, parcel: Parcel) -> None:
        if EVENT in message_id:
            self._mail(to, parcel, f"{parcel.ref}.{parcel.drawn}@{self._domain}", message_id)

    def readers(self, to: To, known: Collection[str] = ()) -> Mapping[str, str] | None:
        return None

    def close(self) -> None:
        with self._lock:
            self._hang_up()

    # -- what is written

    def _mail(self, to: To, parcel: Parcel, id: str, uid: str) -> None:
        name, at, host = to.user.rpartition("@")
        if not (name and at and host) or any(each.isspace() or each in "<>," for each in to.user):
            raise GiveUp("bad_address")
        try:
            message = self.message(to, parcel, id, uid)
        except (ValueError, MessageError):
            raise GiveUp("bad_address") from None
        self._deliver(to.user, message)

    def message(self, to: To, parcel: Parcel, id: str, uid: str) -> EmailMessage:
        """The mail: plain words, the same as HTML, and what goes into a calendar. Its subject is the same for everybody."""
        now = self._clock.now()
        said = self._words.mail(parcel.language)
        event = event_of(parcel.card)
        heading = next((spans_text(b.spans) for b in parcel.card.blocks if isinstance(b, Heading)), "")
        message = EmailMessage(policy=SMTP.clone(utf8=False))
        message["From"] = formataddr((said["sender"], self.sender))
        message["To"] = to.user
        message["Subject"] = one_line(heading) if event else said["subjects"].get(parcel.name, said["subjects"]["other"])
        message["Date"] = format_datetime(now)
        message["Message-ID"] = f"<{id}>"
        if uid != id:
            message["In-Reply-To"] = message["References"] = f"<{uid}>"
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        message["Content-Language"] = parcel.language
        letter = Letter.of(parcel.card, said, lambda button: self._link(to, button, now))
        message.set_content(letter.plain())
        message.add_alternative(letter.html(parcel.language, str(message["Subject"])), subtype="html")
        if EVENT in uid:
            self._put_in_calendar(message, event, uid, parcel.drawn, now, (said["sender"], self.sender), to.user)
        return message

    def _put_in_calendar(
        self, message: EmailMessage, event: Event | None, uid: str, drawn: int, now: datetime, sender: tuple[str, str], guest: str
    ) -> None:
        if event is None:  # what it was about is no more
            method, text = cancellation(uid, sender[0], drawn, now, sender, guest)
        else:
            method, text = invitation(event, uid, drawn, now, sender, guest)
        message.add_alternative(text, "text", "calendar", params={"method": method, "charset": "utf-8"}, cte="base64")
        message.add_attachment(text, "application", "ics", filename="invite.ics")

    def _link(self, to: To, button: Button, now: datetime) -> str:
        if button.url:
            return button.url
        if self._links is None or button.do not in LINKED:
            return ""
        return self._links.answer(Answer(to.user, button.do, button.ref, button.value, now + LINK_HOLDS).sealed())

    # -- how it is sent

    def _deliver(self, user: str, message: EmailMessage) -> None:
        with self._lock:
            try:
                connection = self._connected()
                connection.send_message(message, self.sender, [user])
                self._used = time.monotonic()
            except smtplib.SMTPRecipientsRefused as error:
                code = next(iter(error.recipients.values()), (550, b""))[0]
                self._judge(code)
            except smtplib.SMTPSenderRefused as error:
                self._hang_up()
                raise TryAgain(f"sender_refused_{error.smtp_code}") from None  # ours to mend, not the guest's
            except smtplib.SMTPAuthenticationError as error:
                self._hang_up()
                raise TryAgain(f"login_refused_{error.smtp_code}") from None
            except smtplib.SMTPDataError as error:
                self._judge(error.smtp_code)
            except smtplib.SMTPNotSupportedError:
                raise GiveUp("bad_address") from None
            except (smtplib.SMTPException, OSError, EOFError) as error:
                self._hang_up()
                raise TryAgain(type(error).__name__) from None

    def _judge(self, code: int) -> None:
        """What the server said of one mail: never, or later."""
        with suppress(smtplib.SMTPException, OSError):
            if self._connection:
                self._connection.rset()
        if code == 421:
            self._hang_up()
        if 500 <= code < 600:
            raise GiveUp(f"smtp_{code}")
        raise TryAgain(f"smtp_{code}")

    def _connected(self) -> smtplib.SMTP:
        """The connection that is kept, if it lives; else a new one."""
        if self._connection and time.monotonic() - self._used < KEPT:
            with suppress(smtplib.SMTPException, OSError):
                if self._connection.noop()[0] == 250:
                    return self._connection
        self._hang_up()
        context = self._trusted or ssl.create_default_context()
        name = self._domain if "." in self._domain else socket.gethostname()
        connection: smtplib.SMTP
        if self._tls:
            connection = smtplib.SMTP_SSL(self._host, self._port, local_hostname=name, timeout=self._timeout, context=context)
        else:
            connection = smtplib.SMTP(self._host, self._port, local_hostname=name, timeout=self._timeout)
        self._connection = connection
        connection.ehlo()
        if not self._tls:
            if connection.has_extn("starttls"):
                connection.starttls(context=context)
                connection.ehlo()
            elif self._user:
                raise smtplib.SMTPException("a password is never sent in the open")
        if self._user:
            connection.login(self._user, self._password)
        return connection

    def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            with suppress(smtplib.SMTPException, OSError):
                connection.quit()
            connection.close()


@dataclass(frozen=True, slots=True)
class Letter:
    """A card as a mail: buttons that work from a mail are links; of the others it says where to answer."""

    blocks: tuple[tuple[Card, tuple[tuple[str, str], ...]], ...]  # a piece of the card, and (label, address) of the links below it
    foot: tuple[str, ...]

    @classmethod
    def of(cls, card: Card, said: Mapping[str, Any], link: Callable[[Button], str]) -> Letter:
        pieces: list[tuple[Card, tuple[tuple[str, str], ...]]] = []
        for block in card.blocks:
            mine = block.buttons if isinstance(block, Item | Buttons) else ()
            links = tuple((button.label, address) for button in mine if (address := link(button)))
            bare = replace(block, buttons=()) if isinstance(block, Item) else block
            pieces.append((Card(() if isinstance(bare, Buttons | Event) else (bare,)), links))
        linked = any(links for _, links in pieces)
        asked = bool(buttons_of(card)) and not linked
        foot = (*([said["ask_contact"]] if asked else []), *([said["by_link"]] if linked else []), said["no_reply"])
        return cls(tuple(pieces), foot)

    def plain(self) -> str:
        lines: list[str] = []
        for piece, links in self.blocks:
            heading = piece.blocks and isinstance(piece.blocks[0], Heading)
            if heading and lines:
                lines.append("")
            if piece.blocks:
                lines.append(plain_text(piece))
            if heading:
                lines.append("")
            lines += [f"  {label}: {address}" for label, address in links]
        return "\n".join([*lines, "", "-- ", *self.foot]) + "\n"

    def html(self, language: str, title: str) -> str:
        parts: list[str] = []
        run: list[Card] = []

        def flush() -> None:
            parts.append(card_html(Card(tuple(block for card in run for block in card.blocks)), 1))
            run.clear()

        for piece, links in self.blocks:
            run.append(piece)
            if links:
                flush()
                parts.append("<p>" + "".join(
                    f'<a href="{escape(address)}" style="{LINK_STYLE}">{escape(label)}</a>' for label, address in links
                ) + "</p>")  # fmt: skip
        flush()
        foot = "".join(f"<p><small>{escape(line)}</small></p>" for line in self.foot)
        return page(language, title, "".join(parts) + "<hr>" + foot)


def page(language: str, title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"></head>'
        f'<body style="{STYLE}"><main>{body}</main></body></html>\n'
    )


# --- the page behind a link -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """What one link may do: this one person, this one button, until then."""

    user: str  # the mail address that it was sent to
    do: str
    ref: str
    value: str
    until: datetime

    def sealed(self) -> str:
        return "\n".join((self.user, self.do, self.ref, self.until.date().isoformat(), self.value))

    @classmethod
    def read(cls, words: str, now: datetime) -> Answer | None:
        """The answer, if it still holds."""
        try:
            user, do, ref, until, value = words.split("\n", 4)
            last = datetime.fromisoformat(until).replace(tzinfo=now.tzinfo)
        except ValueError:
            return None
        return cls(user, do, ref, value, last) if do in LINKED and now <= last + timedelta(days=1) else None


class AnswerPages:
    """GET shows what the link would do, and does nothing (many look at a link before the reader does); POST does it."""

    def __init__(self, engine: Engine, words: Words, clock: Clock, links: Links) -> None:
        self.engine, self.words, self.clock, self.links = engine, words, clock, links

    def show(self, token: str) -> tuple[int, str]:
        """Status and page of a GET."""
        answer, person = self._read(token)
        if answer is None or person is None:
            return self._gone()
        said = self.words.mail(person.language)
        label = self.words.label(answer.do, person.language)
        number = answer.ref.rpartition(":")[2]
        about = f"<p>{escape(said['about_number'].format('#' + number))}</p>" if number.isdigit() else ""
        body = (
            f'<h1>{escape(label)}?</h1>{about}<p>{escape(said["confirm"])}</p>'
            f'<form method="post"><button type="submit">{escape(label)}</button></form>'
        )
        return 200, web_page(person.language, label, body)

    def act(self, token: str, fields: Mapping[str, str] | None) -> tuple[int, str]:
        """Status and page of a POST; `fields` of the form that an earlier POST has shown."""
        answer, person = self._read(token)
        if answer is None or person is None:
            return self._gone()
        mark = hashlib.sha256(token.encode()).hexdigest()[:16]
        event = f"mail {mark}" + (f" {hashlib.sha256(repr(sorted(fields.items())).encode()).hexdigest()[:16]}" if fields else "")
        tap = Tap(answer.do, answer.ref, fields=fields, value=answer.value)
        answered = self.engine.handle(Incoming(event, person.id, Place("mail", person=person.id), tap=tap))
        label = self.words.label(answer.do, person.language)
        if answered.form:
            shown = form_html(answered.form).replace("<form ", '<form method="post" ', 1)
            return 200, web_page(person.language, answered.form.title, shown)
        if answered.errors:
            return 422, web_page(person.language, label, "".join(f"<p>{escape(each)}</p>" for each in answered.errors.values()))
        blocks = tuple(
            replace(block, buttons=()) if isinstance(block, Item) else block
            for block in (answered.card or Card()).blocks if not isinstance(block, Buttons)
        )  # fmt: skip
        closing = Note((Span(self.words.mail(person.language)["closed_page"]),))
        return 200, web_page(person.language, label, card_html(Card((*blocks, closing)), 1))

    def _read(self, token: str) -> tuple[Answer | None, Person | None]:
        words = self.links.open("answer", token)
        answer = Answer.read(words, self.clock.now()) if words else None
        if answer is None:
            return None, None
        with self.engine.store.read() as read:
            person = read.person_of(f"mail:{answer.user}")
        return answer, person if person and person.state == "active" else None

    def _gone(self) -> tuple[int, str]:
        expired = [self.words.mail(language)["expired"] for language in ("sv", "en")]
        return 404, web_page("sv", expired[0], f'<p>{escape(expired[0])}</p><p lang="en">{escape(expired[1])}</p>')


def routes(engine: Engine, words: Words, clock: Clock, links: Links) -> list[Route]:
    """The pages behind the links in mails."""
    pages = AnswerPages(engine, words, clock, links)

    async def answer(request: Request) -> Response:
        token = request.path_params["token"]
        if request.method == "POST":
            fields: dict[str, str] = {}
            for name, value in parse_qsl((await request.body()).decode("utf-8", "replace")):
                fields[name] = f"{fields[name]},{value}" if name in fields else value
            status, body = await run_in_threadpool(pages.act, token, fields or None)
        else:
            status, body = await run_in_threadpool(pages.show, token)
        return HTMLResponse(body, status, headers=HEADERS)

    return [Route("/answer/{token}", answer, methods=["GET", "POST"])]
