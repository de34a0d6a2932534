"""The real pipeline over a landing zone, as far as the figures: ingest and dbt, without a publication."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from orchestration.ingest.bank_holidays import build_bank_holidays
from orchestration.ingest.decisions import accept
from orchestration.ingest.dfe.run import ingest_dfe
from orchestration.ingest.postcodes import build_postcodes
from orchestration.ingest.run import ingest_all
from orchestration.settings import REPOSITORY, Settings

# What the comparison looks at, and what it is made of.
COMPARED = ["+metric_values", "+delivery_audit", "+delivery_findings", "+spelling_changes"]


def prepare(settings: Settings, other: Settings | None = None) -> None:
    """Reference data, or those of another build: with its key, so that both call one officer the same."""
    settings.warehouse.parent.mkdir(parents=True, exist_ok=True)
    if other is None:
        build_postcodes(settings.raw)
        build_bank_holidays(settings.raw)
        return
    shutil.copytree(other.keys, settings.keys)
    for name in ("postcodes", "bank_holidays"):
        shutil.copytree(other.raw / name, settings.raw / name)


def build(
    settings: Settings, accepted: Iterable[str] = (), *, with_tests: bool, select: list[str] | None = None
) -> None:
    """Everything from the landing zone to the figures; an AssertionError with what dbt said where it fails.

    `accepted` are let through whatever is found in them: the findings stand in the tables all the same.
    """
    ingest_all(settings, settle_seconds=0)
    for delivery_id in accepted:
        accept(settings, delivery_id, "an invented delivery, which is as odd as it should be")
    ingest_dfe(settings)
    without = ["unit_test"] if with_tests else ["unit_test", "test"]
    arguments = [part for name in without for part in ("--exclude-resource-type", name)]
    arguments += ["--select", *select] if select else []
    run = subprocess.run(
        [sys.executable, "-m", "dbt.cli.main", "build", *arguments, "--quiet"],
        cwd=REPOSITORY,
        env=os.environ | settings.dbt_environment(),
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout[-4000:]


def la_codes_of(landing: Path) -> list[str]:
    return sorted(path.name for path in landing.iterdir() if path.is_dir() and path.name.isdecimal())
