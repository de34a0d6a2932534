"""What was done with the data is kept, and can be read after a kill in the middle of an entry."""

from pathlib import Path

import pytest

from orchestration import cli, ledger
from orchestration.settings import Settings


def test_entries_are_kept_in_order_and_half_a_line_spoils_none_of_the_others(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    ledger.record(settings, "built", run="1")
    with settings.ledger.open("a", encoding="utf-8") as file:
        file.write('{"at": "2026-')
    ledger.record(settings, "released", run="1", because="Panel of May")
    assert [(entry.action, entry.facts) for entry in ledger.entries(settings)] == [
        ("built", {"run": "1"}),
        ("released", {"run": "1", "because": "Panel of May"}),
    ]
    assert settings.ledger.stat().st_mode & 0o077 == 0


def test_the_log_says_who_and_what(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CLA_DATA_DIR", str(tmp_path))
    assert cli.run(["log"]) == 0
    assert "Nothing was recorded yet." in capsys.readouterr().out
    entry = ledger.record(Settings(data_dir=tmp_path), "accepted", delivery="812-iro-2025-2025-04-30")
    assert cli.run(["log"]) == 0
    assert capsys.readouterr().out.strip() == (f"{entry.at}  {entry.by}  accepted  delivery: 812-iro-2025-2025-04-30")
