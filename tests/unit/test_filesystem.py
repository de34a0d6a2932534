"""Owner-only files, changes that happen whole or not at all, the link and the lock."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.errors import UserError
from orchestration.filesystem import (
    atomic_file,
    build_lock,
    is_link,
    link_or_copy,
    private_directory,
    replace_link,
    write_private_text,
)

posix_only = pytest.mark.skipif(os.name == "nt", reason="POSIX permissions; Windows has access lists")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@posix_only
def test_new_folders_and_files_are_for_their_owner_alone(tmp_path: Path):
    folder = private_directory(tmp_path / "a" / "b" / "c")
    write_private_text(folder / "f.txt", "x")
    with atomic_file(folder / "g.txt") as temporary:
        temporary.write_text("y")
    assert [mode(tmp_path / "a"), mode(tmp_path / "a/b"), mode(folder)] == [0o700] * 3
    assert [mode(folder / "f.txt"), mode(folder / "g.txt")] == [0o600] * 2


def test_a_file_in_the_place_of_a_folder_is_said(tmp_path: Path):
    (tmp_path / "raw").write_text("")
    with pytest.raises(UserError, match="should be a folder"):
        private_directory(tmp_path / "raw")


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path):
    file = tmp_path / "f.txt"
    write_private_text(file, "old")
    with pytest.raises(RuntimeError), atomic_file(file) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_the_link_moves_to_the_new_folder(tmp_path: Path):
    for name in ("one", "two"):
        private_directory(tmp_path / "runs" / name)
        (tmp_path / "runs" / name / "which").write_text(name)
    link = tmp_path / "published"
    for name in ("one", "two"):
        replace_link(link, tmp_path / "runs" / name)
        assert is_link(link)
        assert (link / "which").read_text() == name
    assert {path.name for path in tmp_path.iterdir()} == {"runs", "published"}


@posix_only
def test_the_link_is_relative_so_that_the_data_folder_can_be_moved(tmp_path: Path):
    private_directory(tmp_path / "data" / "runs" / "one")
    replace_link(tmp_path / "data" / "published", tmp_path / "data" / "runs" / "one")
    (tmp_path / "data").rename(tmp_path / "moved")
    assert (tmp_path / "moved" / "published").is_dir()


def test_a_real_folder_is_never_replaced_by_a_link(tmp_path: Path):
    private_directory(tmp_path / "published")
    private_directory(tmp_path / "one")
    with pytest.raises(UserError, match="should be a link"):
        replace_link(tmp_path / "published", tmp_path / "one")


HOLD = """
import sys, time
from pathlib import Path
from orchestration.filesystem import build_lock
with build_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_build_gets_one_sentence_and_a_killed_build_blocks_nobody(tmp_path: Path):
    lock = tmp_path / "build.lock"
    with subprocess.Popen([sys.executable, "-c", HOLD, str(lock)], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None and other.stdout.readline() == "held\n"
        with pytest.raises(UserError, match="Another build is running"), build_lock(lock):
            pass
        other.send_signal(signal.SIGKILL if os.name != "nt" else signal.SIGTERM)
    with build_lock(lock):
        pass
    with build_lock(lock):
        pass


@pytest.mark.parametrize("can_link", [True, False])
def test_a_second_name_is_a_link_or_where_there_are_none_a_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, can_link: bool
) -> None:
    def refused(self: Path, target: Path) -> None:
        raise OSError(95, "Operation not supported")

    if not can_link:
        monkeypatch.setattr(Path, "hardlink_to", refused)
    first, second = tmp_path / "first", tmp_path / "second"
    write_private_text(first, "rows")
    link_or_copy(first, second)
    assert second.read_text() == "rows"
    assert second.samefile(first) == can_link
    if os.name != "nt":
        assert mode(second) == 0o600
