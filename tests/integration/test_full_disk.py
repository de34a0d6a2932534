"""A disk that fills up, or can only be read: one sentence, and the last publication stays. On a disk of its own."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.settings import Settings
from tests.integration.running import cla

pytestmark = [pytest.mark.slow, pytest.mark.ci]

MORE_THAN_ENOUGH = "1g"
OF_PUBLISHING = ("dbt", "keys", "ledger", "landing", "raw", "publications", "publications_public", "restricted_runs")
LINKS = ("runs", "current", "published", "published_public", "restricted", "warehouse")


@pytest.fixture(scope="module")
def disk(demo: tuple[Settings, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A small disk with a copy of the demo on it; only root on Linux may have one."""
    data_dir = tmp_path_factory.mktemp("disk")
    mounted = (
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={MORE_THAN_ENOUGH},mode=0700", "tmpfs", str(data_dir)],
            capture_output=True,
            check=False,
        )
        if shutil.which("mount")
        else None
    )
    if mounted is None or mounted.returncode:
        pytest.skip("this account may not mount a disk of its own")
    try:
        for name in (*OF_PUBLISHING, *LINKS):
            source = demo[0].data_dir / name
            if source.is_symlink():
                (data_dir / name).symlink_to(source.readlink())
            elif source.exists():
                shutil.copytree(source, data_dir / name, symlinks=True)
        yield data_dir
    finally:
        subprocess.run(["umount", "-l", str(data_dir)], check=True)


def remount(disk: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", str(disk)], check=True)


def whole(disk: Path) -> dict[str, bytes]:
    """Return the manifests of all parts and the reports, as readers find them."""
    parts = [disk / name for name in ("published", "published_public", "restricted")]
    files = [path for part in parts for path in (part / "manifest.json", *part.glob("reports/*"))]
    return {path.relative_to(disk).as_posix(): path.read_bytes() for path in files}


def said_once(output: str) -> str:
    """Return the one sentence that the command ended with."""
    assert "Traceback" not in output and "Errno" not in output, output
    errors = [line for line in output.splitlines() if "Error" in line or "error" in line]
    assert len(errors) == 1 and errors[0].startswith("Error: "), output
    return errors[0]


def test_a_disk_that_fills_while_publishing_leaves_the_last_publication_and_the_next_run_sweeps(disk: Path) -> None:
    remount(disk, "rw")
    before = whole(disk)
    assert len(before) >= 3 + 2 * 5
    # A run takes some 30 MB.
    used = shutil.disk_usage(disk).used >> 20
    for room in (0, 2, 8, 20):
        remount(disk, f"size={used + room + 1}m")
        code, output = cla(disk, "publish")
        assert code == 1, output
        assert "is full: make room on it" in said_once(output)
        assert whole(disk) == before
    remount(disk, f"size={MORE_THAN_ENOUGH}")
    code, output = cla(disk, "publish")
    assert code == 0, output
    after = whole(disk)
    # A test before this one may have written reports of another year as well.
    assert after.keys() <= before.keys() and len(after) == 3 + 2 * 5
    assert after["published/manifest.json"] != before["published/manifest.json"]
    assert [path for path in disk.rglob(".*") if path.name.endswith((".partial", ".tmp"))] == []


@pytest.mark.parametrize(
    "command",
    [
        ["demo"],
        ["build"],
        ["build", "--as-known-at", "2025-05-31"],
        ["publish"],
        ["report"],
        ["release"],
        ["accept", "812-iro-2025-2025-04-30", "--because", "It is right."],
        ["docs"],
        ["dev", "--port", "3999"],
        ["bench", "--authorities", "1"],
        ["dbt", "parse"],
        ["fetch-published", "--release", "2024"],
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_a_disk_that_can_only_be_read_is_a_sentence_for_every_command(disk: Path, command: list[str]) -> None:
    before = whole(disk)
    remount(disk, "ro")
    code, output = cla(disk, *command)
    assert code == 1, output
    assert re.search("can only be read|Read-only file system", said_once(output))
    assert whole(disk) == before
    for reading in ("status", "log"):
        code, output = cla(disk, reading)
        assert code == 0 and "Traceback" not in output, output
