"""Files and folders that only their owner may read, changes that happen whole or not at all, and the build lock.

Everything under CLA_DATA_DIR may hold children's data, so each folder and file is made owner-only when it is made. What
depends on the operating system lives here and nowhere else. The Windows branches (icacls, directory junctions, retries
while another program holds a file) follow the documented behaviour of Windows but have not been run on it.
"""

import getpass
import os
import secrets
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from orchestration.errors import UserError

TEMPORARY_SUFFIX = ".tmp"
PARTIAL_SUFFIX = ".partial"
"""The end of the name of a folder that is being written or deleted; the name begins with a dot."""
_WINDOWS_RETRIES = 20


def private_directory(path: Path) -> Path:
    """Make `path` and whatever is missing above it, each folder for its owner alone, and return it.

    Folders that exist are left as they are: their permissions are the choice of whoever made them. On Windows
    (untested) only the topmost new folder is restricted, because what is made inside it inherits from it.
    """
    missing = []
    folder = path
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for index, folder in enumerate(reversed(missing)):
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise UserError(f"The folder {folder} cannot be made: {error.strerror}.") from None
        if sys.platform == "win32" and index == 0:
            _restrict_on_windows(folder)
    if not path.is_dir():
        raise UserError(f"{path} should be a folder, but a file of that name is in its place.")
    return path


def private_file(path: Path) -> None:
    """Let only its owner read and write a file; on Windows it inherits that from its folder."""
    if sys.platform != "win32":
        path.chmod(0o600)


@contextmanager
def atomic_file(path: Path, *, durable: bool = True) -> Iterator[Path]:
    """Give a temporary path to write to, and put it in the place of `path` when the block ends without an error.

    A reader sees the old content or the new, never a part. `durable` waits until the content has reached the disk
    before it becomes visible; without it the caller calls `flush_to_disk` before anything relies on the file.
    """
    temporary = _temporary(path)
    try:
        yield temporary
        private_file(temporary)
        if durable:
            with temporary.open("rb+") as file:
                os.fsync(file.fileno())
        _replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_private_text(path: Path, text: str) -> None:
    """Write a small text file whole or not at all, for its owner alone from its first byte on."""
    with atomic_file(path) as temporary:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)


@contextmanager
def temporary_folder(beside: Path) -> Iterator[Path]:
    """Give a new folder with a temporary name beside a path, and remove it when the block ends."""
    temporary = private_directory(_temporary(beside))
    try:
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def put_in_place(finished: Path, path: Path) -> None:
    """Put a finished file in the place of `path`, once its content has reached the disk."""
    with finished.open("rb+") as file:
        os.fsync(file.fileno())
    _replace(finished, path)


def link_or_copy(existing: Path, another_name: Path) -> None:
    """Give a finished file a second name, which takes no room; where the disk knows no such links, copy it."""
    try:
        another_name.hardlink_to(existing)
    except OSError:
        shutil.copyfile(existing, another_name)
        private_file(another_name)


class NotOrdinaryError(OSError):
    """What lies there is no ordinary file: a pipe, a device, a socket, a folder."""


def read_ordinary_file(path: Path, most_bytes: int | None = None) -> bytes:
    """Return the content of an ordinary file, and never wait for what is none: a pipe gives nothing for ever.

    Raises `NotOrdinaryError`, or another `OSError` where the file cannot be opened, is larger than `most_bytes` or
    changes while it is read.
    """
    # A pipe opened in the usual way waits for somebody who writes into it.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(path, flags)
    except PermissionError:
        if sys.platform == "win32" and path.is_dir():
            raise NotOrdinaryError(f"{path.name} is a folder") from None
        raise
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise NotOrdinaryError(f"{path.name} is no ordinary file")
    with os.fdopen(descriptor, "rb") as file:
        if most_bytes is not None and status.st_size > most_bytes:
            raise OSError(f"{path.name} is too large")
        data = file.read(status.st_size + 1)
    if len(data) != status.st_size:
        raise OSError(f"{path.name} changed while it was read")
    return data


def flush_to_disk(paths: Iterator[Path] | list[Path]) -> None:
    """Wait until files written without `durable` have reached the disk: one call for many files."""
    if sys.platform == "win32":
        for path in paths:
            with path.open("rb+") as file:
                os.fsync(file.fileno())
    else:
        os.sync()


def replace_link(link: Path, target: Path) -> None:
    """Let the link `link` lead to the folder `target`, in one step where the operating system can.

    On POSIX the link is a relative symbolic link and is renamed over the old one: there is always a whole link. On
    Windows (untested) it is a directory junction, which needs no special right; it cannot be renamed over another one,
    so for an instant between two renames there is none, and a failed second rename puts the old one back.
    """
    private_directory(link.parent)
    if link.exists() and not is_link(link):
        raise UserError(f"{link} should be a link, but a folder or file of that name is in its place.")
    new = _temporary(link)
    if sys.platform == "win32":
        import _winapi

        # Not resolved: a name that leads through another link has to go on doing so.
        _winapi.CreateJunction(str(target.absolute()), str(new))
        old = link.with_name(f"{new.name}.old")
        if is_link(link):
            _retried(lambda: link.rename(old))
        try:
            _retried(lambda: new.rename(link))
        except OSError:
            if is_link(old):
                old.rename(link)
            raise
        if is_link(old):
            old.rmdir()
    else:
        new.symlink_to(os.path.relpath(target, link.parent), target_is_directory=True)
        try:
            new.replace(link)
        finally:
            new.unlink(missing_ok=True)


def remove_link(link: Path) -> None:
    """Take away a link made by `replace_link`, and not what it leads to."""
    if is_link(link):
        _retried(link.rmdir if sys.platform == "win32" else link.unlink)


def remove_folder(path: Path) -> None:
    """Delete a folder or file, first out of sight, so that nobody finds a half deleted one.

    Raises `UserError` where another program has something of it open, as Windows forbids it then.
    """
    hidden = path.with_name(f".{path.name.lstrip('.')}.{secrets.token_hex(4)}{PARTIAL_SUFFIX}")
    try:
        _retried(lambda: path.rename(hidden))
        if hidden.is_dir():
            shutil.rmtree(hidden)
        else:
            hidden.unlink()
    except FileNotFoundError:
        return
    except OSError as error:
        raise UserError(
            f"{path} cannot be deleted ({error.strerror}); end the programs that have it open, such as `cla dev`, "
            "Power BI or Excel, and run the command again."
        ) from None


def is_link(path: Path) -> bool:
    """Say whether `path` is a link made by `replace_link`, whether or not its target is still there."""
    if path.is_symlink():
        return True
    if sys.platform == "win32":
        # Python 3.11 has no Path.is_junction.
        try:
            return path.lstat().st_reparse_tag == 0xA0000003  # IO_REPARSE_TAG_MOUNT_POINT
        except OSError:
            return False
    return False


def led_to(link: Path) -> Path | None:
    """Return where a link leads, one step and not further, whether or not that is there; None where it is no link."""
    if not is_link(link):
        return None
    # Windows says where a junction leads with this mark before the path.
    return Path(os.path.normpath(link.parent / os.readlink(link).removeprefix("\\\\?\\")))  # noqa: PTH115 - as text


class LockHeldError(UserError):
    """Another process holds the lock; the sentence says of which folder."""


@contextmanager
def build_lock(path: Path, wait_seconds: float = 0.0) -> Iterator[None]:
    """Hold the lock of the one build that may run; raise `LockHeldError` where another holds it for `wait_seconds`.

    It is a lock of the operating system on an open file: it ends with the process that holds it, however that process
    ends, so a killed build blocks nobody. The file itself stays, and its presence means nothing.
    """
    private_directory(path.parent)
    lock = FileLock(path, timeout=wait_seconds, mode=0o600, fallback_to_soft=False)
    try:
        lock.acquire(poll_interval=0.5)
    except Timeout:
        raise LockHeldError(f"Another build is running in {path.parent}; wait until it has ended.") from None
    try:
        yield
    finally:
        lock.release()


def _temporary(path: Path) -> Path:
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}{TEMPORARY_SUFFIX}")


def _replace(temporary: Path, path: Path) -> None:
    _retried(lambda: temporary.replace(path))


def _retried(action: Callable[[], object]) -> None:
    """Try again for a second on Windows (untested), where a virus scanner or reader may hold a file for a moment."""
    for attempt in range(_WINDOWS_RETRIES):
        try:
            action()
        except PermissionError:
            if sys.platform != "win32" or attempt == _WINDOWS_RETRIES - 1:
                raise
            time.sleep(0.05)
        else:
            return


def _restrict_on_windows(folder: Path) -> None:
    """Cut a new folder off from inherited rights and give its user alone full control (untested)."""
    icacls = shutil.which("icacls")
    if icacls is not None:
        command = [icacls, str(folder), "/inheritance:r", "/grant:r", f"{getpass.getuser()}:(OI)(CI)F"]
        # No shell is involved, and each argument is the program's own.
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - see the line above
    if icacls is None or done.returncode:
        raise UserError(f"{folder} could not be restricted to its owner; ask the administrator of this computer.")
