"""Notices to whoever looks after the warehouse: a run failed, a delivery is held, something is stale.

Every fact is told once on each way: `watch/notices.jsonl` is the log and remembers what was told. A notice has names of
runs and deliveries, counts and days, not why a delivery is held, and no word of a record: it may leave the building.
Whatever goes wrong in sending is a sentence, without a password or an address, and never stops a build.
"""

import json
import platform
import smtplib
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

from filelock import FileLock, Timeout

from orchestration.errors import UserError
from orchestration.filesystem import private_directory, private_file
from orchestration.settings import Addresses, Settings
from orchestration.status import Trouble, killed_run, read, record_failure

SECONDS = 15
"""How long a server is waited for."""
_MOST_LINES = 20
"""Sentences of a message; of England's authorities all may be late on one day."""
_LOG = "log"


@dataclass(frozen=True)
class Message:
    """What is sent: a line that says what it is about, and sentences."""

    subject: str
    sentences: Sequence[str]

    @property
    def text(self) -> str:
        """Return it as plain text."""
        return "\n".join([*self.sentences, "", "On the computer itself `cla status` says more."])


class UnsentError(Exception):
    """A message that could not be sent; its words are a sentence that may be shown."""


Send = Callable[[Message], None]
"""Sends a message, or raises `UnsentError`. A further way to tell people is one such function in `ways`."""


def ways(to: Addresses) -> dict[str, Send]:
    """Return the ways that the settings name, beside the log."""
    found: dict[str, Send] = {}
    if to.smtp_host:
        found["e-mail"] = lambda message: _by_mail(to, message)
    if to.webhook:
        found["webhook"] = lambda message: _by_webhook(to, message)
    return found


def tell(settings: Settings, troubles: Sequence[Trouble], more: dict[str, Send] | None = None) -> list[str]:
    """Tell of whatever was not told yet, in one message for each way, and return what could not be sent and why.

    What could not be sent is tried again the next time. Nothing is raised.
    """
    if settings.as_known_at or not troubles:
        return []
    log = settings.watch / "notices.jsonl"
    problems = []
    try:
        private_directory(log.parent)
        # Two processes that see the same fact at once (a build, and Dagster's sensor) tell it once.
        with FileLock(log.with_suffix(".lock"), timeout=4 * SECONDS, mode=0o600):
            told = _told(settings)
            for way, send in {_LOG: lambda _: None, **ways(settings.notices), **(more or {})}.items():
                new = [one for one in troubles if (way, one.key) not in told]
                if not new:
                    continue
                try:
                    send(_message(new))
                except UnsentError as error:
                    problems.append(str(error))
                    continue
                at = datetime.now(UTC).isoformat(timespec="seconds")
                with log.open("a", encoding="utf-8") as file:
                    private_file(log)
                    for one in new:
                        line = {"at": at, "way": way, "kind": one.kind, "key": one.key, "said": one.said}
                        file.write(json.dumps(line, ensure_ascii=False) + "\n")
    except (OSError, Timeout, UserError):
        problems.append(f"Notices could not be written to {log.parent}, so they may be sent again, or not at all.")
    return problems


@contextmanager
def of_a_run(settings: Settings, say: Callable[[str], Any]) -> Iterator[None]:
    """Tell how the run in this block ended, and what stands wrong after it; the caller holds the build lock.

    A run before it that was killed is told of as well, before this one wipes out its mark. `say` is given a sentence
    for each notice that could not be sent. An interruption is nobody's news.
    """
    with _never_in_the_way(say):
        if killed := killed_run(settings):
            for problem in tell(settings, [killed]):
                say(problem)
    try:
        yield
    except Exception as error:
        # Of a fault that nobody foresaw only the kind is told; what is said of a run is fit to be told.
        said = str(error) if isinstance(error, UserError) else f"An unexpected error ({type(error).__name__}) occurred."
        with _never_in_the_way(say):
            record_failure(settings, getattr(error, "run_id", "") or uuid4().hex, said)
        _tell_all(settings, say)
        raise
    _tell_all(settings, say)


def _tell_all(settings: Settings, say: Callable[[str], Any]) -> None:
    with _never_in_the_way(say):
        for problem in tell(settings, read(settings, is_under_way=False).troubles):
            say(problem)


@contextmanager
def _never_in_the_way(say: Callable[[str], Any]) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        say(f"Notices could not be written ({type(error).__name__}).")


def _told(settings: Settings) -> set[tuple[str, str]]:
    """Return which fact was told on which way; a line that a killed process left half is passed over."""
    told = set()
    log = settings.watch / "notices.jsonl"
    for line in log.read_text(encoding="utf-8").splitlines() if log.exists() else []:
        try:
            entry = json.loads(line)
            told.add((entry["way"], entry["key"]))
        except (ValueError, KeyError, TypeError):
            continue
    return told


def _message(troubles: Sequence[Trouble]) -> Message:
    sentences = [one.said for one in troubles[:_MOST_LINES]]
    if len(troubles) > _MOST_LINES:
        sentences.append(f"And {len(troubles) - _MOST_LINES:,} more.")
    kinds = ", ".join(dict.fromkeys(one.kind for one in troubles))
    return Message(f"Children-in-care warehouse on {platform.node()}: {kinds}", sentences)


def _by_mail(to: Addresses, message: Message) -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = message.subject, to.smtp_from, ", ".join(to.smtp_to)
    # Whoever is away need not answer, and no list should either.
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    trusted = ssl.create_default_context()
    try:
        server = (
            smtplib.SMTP_SSL(to.smtp_host, to.smtp_port, timeout=SECONDS, context=trusted)
            if to.smtp_security == "ssl"
            else smtplib.SMTP(to.smtp_host, to.smtp_port, timeout=SECONDS)
        )
        with server:
            if to.smtp_security == "starttls":
                server.starttls(context=trusted)
            if to.smtp_user:
                server.login(to.smtp_user, to.smtp_password)
            server.send_message(mail)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        # What a server answers may repeat what it was sent.
        raise UnsentError(f"A notice could not be sent by e-mail: {_why(error)}.") from None


def _by_webhook(to: Addresses, message: Message) -> None:
    import requests

    text = f"{message.subject}\n\n{message.text}"
    try:
        answer = requests.post(
            to.webhook,
            json={"text": text} if to.webhook_kind == "slack" else _card(message),
            timeout=SECONDS,
            allow_redirects=False,
        )
    except (requests.RequestException, ValueError) as error:
        raise UnsentError(f"A notice could not be sent to the webhook: {_why(error)}.") from None
    if not 200 <= answer.status_code < 300:
        raise UnsentError(f"A notice could not be sent to the webhook: it answered {answer.status_code}.")


def _card(message: Message) -> dict[str, Any]:
    """Return an adaptive card in the form that a workflow of Teams takes ("when a Teams webhook request is received").

    Source: Microsoft, Adaptive Cards 1.4; the older message cards went with the connectors.
    """
    lines = [message.subject, *message.text.split("\n\n")]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [
            {"type": "TextBlock", "text": line, "wrap": True, **({"weight": "Bolder"} if number == 0 else {})}
            for number, line in enumerate([lines[0], *message.sentences, lines[-1]])
        ],
    }
    return {
        "type": "message",
        "attachments": [
            {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
        ],
    }


def _why(error: Exception) -> str:
    """Say what kept a message back, by its kind alone: an error's own words hold addresses, and worse."""
    names = {one.__name__ for one in type(error).__mro__}
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "the server takes neither the user nor the password"
    if isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPSenderRefused):
        return "the server refuses the sender or the receiver"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "the server offers no encryption, or takes no password"
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return f"the server broke off, or did not answer within {SECONDS} seconds"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"the server refuses it ({error.smtp_code})"
    if isinstance(error, ssl.SSLError) or "SSLError" in names:
        return "its certificate is not trusted, or it speaks no TLS"
    if isinstance(error, TimeoutError) or "Timeout" in names:
        return f"it did not answer within {SECONDS} seconds"
    if isinstance(error, OSError):
        return "it cannot be reached"
    return f"something unforeseen ({type(error).__name__})"
