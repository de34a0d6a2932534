"""What is shown while a build runs."""

import io

import pytest
from rich.console import Console

from orchestration import progress


def shown(monkeypatch: pytest.MonkeyPatch, *, terminal: bool, fail: bool = False) -> str:
    monkeypatch.setattr(progress, "PLAIN_INTERVAL_SECONDS", 0.0)
    output = io.StringIO()
    console = Console(file=output, force_terminal=terminal, width=100, color_system=None)
    try:
        with progress.shown(console):
            progress.report("Reading deliveries", 0, 3)
            progress.report("Reading deliveries", 2, 3)
            progress.report("Publishing", 1, 4)
            if fail:
                raise RuntimeError
    except RuntimeError:
        pass
    return output.getvalue()


def test_a_pipe_gets_plain_lines_with_counts_and_times(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = shown(monkeypatch, terminal=False).splitlines()
    assert lines[:2] == ["Reading deliveries ...", "Reading deliveries: 2 of 3"]
    assert lines[2].startswith("Reading deliveries: 2 of 3, ") and lines[2].endswith(" s")
    assert lines[-1].startswith("Publishing: 1 of 4, ")


def test_a_terminal_gets_bars(monkeypatch: pytest.MonkeyPatch) -> None:
    output = shown(monkeypatch, terminal=True)
    assert "Reading deliveries" in output and "2/2" in output and "0:00:0" in output


def test_a_stage_that_broke_off_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "stopped after" in shown(monkeypatch, terminal=False, fail=True).splitlines()[-1]
    assert "4/4" not in shown(monkeypatch, terminal=True, fail=True)


def test_without_a_display_reports_go_nowhere(capfd: pytest.CaptureFixture[str]) -> None:
    progress.report("Reading deliveries", 1, 2)
    assert capfd.readouterr() == ("", "")
