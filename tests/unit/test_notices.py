"""Notices arrive where they were asked for, once, without a word of a record, and never get in the way of a build."""

from __future__ import annotations

import email
import email.policy
import json
import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration import cli, notices
from orchestration.build import BuildFailedError
from orchestration.errors import UserError
from orchestration.settings import Addresses, Settings
from orchestration.status import Trouble, read, under_way
from tests.notice_servers import Hook, mail_server, make_certificate, webhook
from tests.small_runs import publish, write_public_tables, write_warehouse

HELD = Trouble("held", "held:812-iro-2025-2025-04-30:1", "The delivery 812-iro-2025-2025-04-30 is held.")
STALE = Trouble("stale", "stale:20260101T000000Z", "The publication 20260101T000000Z is 40 days old.")
FAILED = Trouble("failed", "failed:r1", "The last run failed: 1 check did not hold: unique.")

WRONG = "hunter2"

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to make a certificate with")


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def hook() -> Iterator[Hook]:
    with webhook() as opened:
        yield opened


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


def by_mail(port: int, security: str = "none", **more: str) -> Addresses:
    return Addresses(
        smtp_host="127.0.0.1",
        smtp_port=port,
        smtp_security=security,
        smtp_from="warehouse@council.example",
        smtp_to=("data@council.example", "lead@council.example"),
        **more,
    )


def lines(settings: Settings) -> list[dict[str, str]]:
    return [json.loads(line) for line in (settings.watch / "notices.jsonl").read_text().splitlines()]


def test_the_log_is_the_default_and_each_fact_is_told_once(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert notices.tell(settings, [HELD]) == []
    assert notices.tell(settings, [HELD, STALE]) == []
    assert notices.tell(settings, [HELD, STALE]) == []
    assert [(line["way"], line["kind"], line["said"]) for line in lines(settings)] == [
        ("log", "held", HELD.said),
        ("log", "stale", STALE.said),
    ]
    assert (settings.watch / "notices.jsonl").stat().st_mode & 0o077 == 0


def test_half_a_line_of_a_killed_process_hides_nothing(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    notices.tell(settings, [HELD])
    with (settings.watch / "notices.jsonl").open("a") as file:
        file.write('{"at": "2026-\n')
    notices.tell(settings, [HELD])
    assert len((settings.watch / "notices.jsonl").read_text().splitlines()) == 2


def test_two_that_see_a_fact_at_once_tell_it_once(tmp_path: Path, hook: Hook) -> None:
    settings = Settings(data_dir=tmp_path, notices=Addresses(webhook=hook.address))
    threads = [threading.Thread(target=notices.tell, args=(settings, [HELD])) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(hook.posts) == 1


def test_teams_gets_a_card_and_slack_a_text(tmp_path: Path, hook: Hook) -> None:
    teams = Settings(data_dir=tmp_path / "1", notices=Addresses(webhook=hook.address))
    slack = Settings(data_dir=tmp_path / "2", notices=Addresses(webhook=hook.address, webhook_kind="slack"))
    for settings in (teams, slack):
        assert notices.tell(settings, [HELD, STALE]) == []
    card, text = hook.posts
    (attachment,) = card["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    said = [block["text"] for block in attachment["content"]["body"]]
    assert said[0].endswith("held, stale") and said[1:3] == [HELD.said, STALE.said]
    assert HELD.said in text["text"] and STALE.said in text["text"]


def test_of_many_facts_one_message_tells_and_not_of_all(tmp_path: Path, hook: Hook) -> None:
    settings = Settings(data_dir=tmp_path, notices=Addresses(webhook=hook.address, webhook_kind="slack"))
    notices.tell(settings, [Trouble("stale", f"stale:{number}", f"Number {number}.") for number in range(153)])
    (post,) = hook.posts
    assert "Number 19." in post["text"] and "Number 20." not in post["text"] and "And 133 more." in post["text"]
    assert len(lines(settings)) == 2 * 153


@pytest.mark.parametrize("security", ["starttls", "ssl"])
@needs_openssl
def test_a_mail_goes_encrypted_with_user_and_password(
    tmp_path: Path, certificate: Path, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with mail_server(certificate, from_the_first_byte=security == "ssl") as box:
        to = by_mail(box.port, security, smtp_user="warehouse", smtp_password=box.password)
        assert notices.tell(Settings(data_dir=tmp_path, notices=to), [HELD]) == []
    assert box.logins == ["warehouse"] and box.encrypted == [True]
    mail = email.message_from_string(box.mails[0], policy=email.policy.default)
    assert mail["To"] == "data@council.example, lead@council.example"
    assert mail["Subject"].endswith(": held") and HELD.said in mail.get_content()


def test_a_mail_within_the_network_may_go_unencrypted(tmp_path: Path) -> None:
    with mail_server() as box:
        assert notices.tell(Settings(data_dir=tmp_path, notices=by_mail(box.port)), [HELD]) == []
    assert box.encrypted == [False] and box.logins == []


@needs_openssl
def test_a_certificate_that_nobody_trusts_is_refused(tmp_path: Path, certificate: Path) -> None:
    with mail_server(certificate) as box:
        to = by_mail(box.port, "starttls", smtp_user="warehouse", smtp_password=box.password)
        (problem,) = notices.tell(Settings(data_dir=tmp_path, notices=to), [HELD])
    assert "certificate is not trusted" in problem
    assert box.logins == [] and box.mails == []


def test_a_server_without_encryption_gets_no_mail_that_asks_for_it(tmp_path: Path) -> None:
    with mail_server() as box:
        (problem,) = notices.tell(Settings(data_dir=tmp_path, notices=by_mail(box.port, "starttls")), [HELD])
    assert "offers no encryption" in problem and box.mails == []


@needs_openssl
def test_what_a_server_refuses_is_a_sentence_without_the_password(
    tmp_path: Path, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with mail_server(certificate) as box:
        to = by_mail(box.port, "starttls", smtp_user="warehouse", smtp_password=WRONG)
        settings = Settings(data_dir=tmp_path, notices=to)
        (problem,) = notices.tell(settings, [HELD])
        assert "takes neither the user nor the password" in problem
        assert WRONG not in problem + repr(settings)
        box.password, box.refuses = WRONG, "550 nobody of that name"
        (problem,) = notices.tell(settings, [HELD])
        assert "refuses the sender or the receiver" in problem
        # What was not sent is tried again, and the log did not wait for it.
        box.refuses = ""
        assert notices.tell(settings, [HELD]) == []
    assert [line["way"] for line in lines(settings)] == ["log", "e-mail"]


@pytest.mark.parametrize("answer", [302, 400, 500])
def test_a_webhook_that_refuses_is_a_sentence_without_its_address(tmp_path: Path, hook: Hook, answer: int) -> None:
    settings = Settings(data_dir=tmp_path, notices=Addresses(webhook=hook.address))
    hook.answers = answer
    (problem,) = notices.tell(settings, [HELD])
    assert problem == f"A notice could not be sent to the webhook: it answered {answer}."
    assert "its-secret-part" not in repr(settings)
    hook.answers = 200
    assert notices.tell(settings, [HELD]) == [] and len(hook.posts) == 2


def test_servers_that_are_not_there_or_never_answer_are_sentences(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "SECONDS", 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        to = by_mail(port)
        settings = Settings(
            data_dir=tmp_path, notices=Addresses(**{**to.__dict__, "webhook": f"http://127.0.0.1:{port}/x"})
        )
        problems = notices.tell(settings, [HELD])
        assert len(problems) == 2 and all("did not answer within 1 seconds" in problem for problem in problems)
    problems = notices.tell(settings, [HELD])
    assert len(problems) == 2 and all("cannot be reached" in problem for problem in problems)
    assert not any(str(port) in problem for problem in problems)


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "watch").write_text("a file in the way")
    (problem,) = notices.tell(Settings(data_dir=tmp_path), [HELD])
    assert "could not be written" in problem


def test_another_way_is_one_function(tmp_path: Path) -> None:
    sent: list[notices.Message] = []
    notices.tell(Settings(data_dir=tmp_path), [HELD], more={"pager": sent.append})
    assert sent[0].sentences == [HELD.said]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SMTP_SECURITY", "tls", "should be starttls, ssl or none"),
        ("WEBHOOK_URL", "http://hooks.example/its-secret", "should begin with https://"),
        ("WEBHOOK_KIND", "discord", "should be teams or slack"),
        ("SMTP_HOST", "smtp.example", "needs CLA_NOTICE_SMTP_FROM"),
        ("SMTP_PORT", "many", "should be a whole number"),
    ],
)
def test_a_wrong_setting_is_one_sentence_without_its_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(f"CLA_NOTICE_{name}", value)
    with pytest.raises(UserError, match=said) as caught:
        Addresses.from_environment()
    assert "its-secret" not in str(caught.value)


def test_the_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "SMTP_HOST": "smtp.example",
        "SMTP_SECURITY": "ssl",
        "SMTP_FROM": "a@b.example",
        "SMTP_TO": "c@d.example, e@f.example",
        "WEBHOOK_URL": "https://hooks.slack.com/services/x",
    }.items():
        monkeypatch.setenv(f"CLA_NOTICE_{name}", value)
    found = Addresses.from_environment()
    assert (found.smtp_port, found.smtp_to, found.webhook_kind) == (465, ("c@d.example", "e@f.example"), "slack")
    monkeypatch.setenv("CLA_NOTICE_SMTP_SECURITY", "none")
    monkeypatch.setenv("CLA_NOTICE_SMTP_USER", "somebody")
    with pytest.raises(UserError, match="no password goes bare"):
        Addresses.from_environment()


def test_a_failed_run_is_told_by_what_it_said_and_once(tmp_path: Path, hook: Hook) -> None:
    settings = Settings(data_dir=tmp_path, notices=Addresses(webhook=hook.address, webhook_kind="slack"))
    problems: list[str] = []
    with pytest.raises(BuildFailedError), notices.of_a_run(settings, problems.append):
        raise BuildFailedError("1 check did not hold: unique.", "r1")
    # Dagster's sensor hears of the same run.
    assert notices.tell(settings, [FAILED]) == []
    assert problems == [] and len(hook.posts) == 1
    assert "1 check did not hold: unique." in hook.posts[0]["text"]


def test_an_engine_is_not_quoted_and_an_interruption_is_no_news(tmp_path: Path, hook: Hook) -> None:
    settings = Settings(data_dir=tmp_path, notices=Addresses(webhook=hook.address))
    with pytest.raises(KeyboardInterrupt), notices.of_a_run(settings, print):
        raise KeyboardInterrupt
    assert hook.posts == []
    with pytest.raises(ValueError, match="Zqx"), notices.of_a_run(settings, print):
        raise ValueError("could not convert 'Zqx Smith'")
    assert "ValueError" in json.dumps(hook.posts) and "Zqx" not in json.dumps(hook.posts)


def test_a_killed_run_is_told_of_by_the_next(tmp_path: Path, hook: Hook) -> None:
    settings = Settings(data_dir=tmp_path, notices=Addresses(webhook=hook.address, webhook_kind="slack"))
    write_warehouse(settings)
    write_public_tables(settings)
    publish(settings)
    with under_way(settings, "r1"):
        mark = (settings.watch / "under_way.json").read_text()
    (settings.watch / "under_way.json").write_text(mark)
    with notices.of_a_run(settings, print), under_way(settings, "r2"):
        pass
    assert "was killed" in hook.posts[0]["text"]
    assert read(settings).last_run is None


def test_notices_that_break_never_break_a_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("Zqx")

    monkeypatch.setattr(notices, "read", broken)
    problems: list[str] = []
    with notices.of_a_run(Settings(data_dir=tmp_path), problems.append):
        pass
    assert problems == ["Notices could not be written (RuntimeError)."]


def test_status_tells_where_no_daemon_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], hook: Hook
) -> None:
    monkeypatch.setenv("CLA_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("CLA_NOTICE_WEBHOOK_URL", hook.address)
    assert cli.run(["status", "--notify"]) == 0
    assert cli.run(["status", "--notify", "--json"]) == 1
    assert len(hook.posts) == 1 and "Nothing is published yet." in json.dumps(hook.posts)
    hook.answers = 500
    (tmp_path / "watch/notices.jsonl").unlink()
    assert cli.run(["status", "--notify"]) == 0
    assert "it answered 500" in capsys.readouterr().err
