"""What happens to an error that nobody foresaw: its words stay private, and a neutral sentence says where they lie."""

import errno
import shutil
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from orchestration.errors import UserError
from orchestration.filesystem import private_directory, write_private_text


class UnexpectedError(UserError):
    """Something nobody foresaw, in a sentence that says where the details lie instead of repeating them."""


@contextmanager
def details_kept_private(doing: str, folder: Path) -> Iterator[None]:
    """Turn an unexpected exception into a neutral sentence, and keep what it said in a file for its owner alone.

    Engines and parsers quote the value that they choked on. So their words may appear neither on the screen nor in
    Dagster's event log nor in the web interface; whoever mends the fault finds them in `folder`.
    """
    try:
        yield
    except UserError:
        raise
    except Exception as error:
        raise kept_private(error, doing, folder) from None


def kept_private(error: Exception, doing: str, folder: Path) -> UnexpectedError:
    """Write down in full what an error said, for its owner alone, and return the sentence that may be shown.

    What the computer itself refuses (a full disk, a folder that can only be read) is said as such. Nothing is raised
    here: where the details cannot be kept either, the sentence says so.
    """
    if reason := refused_by_the_computer(error, folder.parent):
        return UnexpectedError(f"{reason} It happened while {doing}; what is published is whole.")
    said = f"An unexpected error ({type(error).__name__}) occurred while {doing}"
    try:
        file = private_directory(folder) / f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}Z.txt"
        write_private_text(file, f"While {doing}:\n\n{''.join(traceback.format_exception(error))}")
    except (OSError, UserError):
        return UnexpectedError(f"{said}; its details could not be kept, because {folder} cannot be written to.")
    return UnexpectedError(f"{said}; the details, which may quote children's data, are in {file}.")


FULL, READ_ONLY, FORBIDDEN = "full", "read only", "forbidden"
_BY_NUMBER = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EROFS: READ_ONLY,
    errno.EACCES: FORBIDDEN,
    errno.EPERM: FORBIDDEN,
}
_BY_WORDS = {
    "no space left on device": FULL,
    "not enough space on the disk": FULL,
    "disk is full": FULL,
    "quota exceeded": FULL,
    "max_temp_directory_size": FULL,  # DuckDB's limit for what it spills: what was free on the disk
    "read-only file system": READ_ONLY,
    "readonly database": READ_ONLY,
    "permission denied": FORBIDDEN,
    "access is denied": FORBIDDEN,
}
"""What operating systems, DuckDB and SQLite say, in small letters."""
_NEXT_TO_NOTHING = 1 << 20
"""Bytes: with less of the disk free than this, that is what broke, whatever an engine calls it."""


def refused_by_the_computer(error: BaseException | str, folder: Path) -> str | None:
    """Return in a sentence that the disk is full, or that something may not be written; None where it is neither.

    `folder` is the data folder. Of the error's words nothing is repeated but the path of a file.
    """
    kind, file = refusal(error)
    return sentence_of(kind, folder, file)


def sentence_of(kind: str | None, folder: Path, file: str | None = None) -> str | None:
    """Return what is said of a refusal; where none is known and the disk has no room, that is it."""
    if kind == FULL or (kind is None and _is_full(folder)):
        return f"The disk that holds {folder} is full: make room on it and run the command again."
    if kind == READ_ONLY:
        return f"{file or folder} cannot be written: its disk can only be read."
    if kind == FORBIDDEN:
        what = file or f"Something in {folder}"
        return f"{what} cannot be opened: this account has no right to it, or another program holds it."
    return None


def refusal(error: BaseException | str) -> tuple[str | None, str | None]:
    """Return what kind of refusal an error or the errors behind it tell of, and of which file, where they say it."""
    seen: list[BaseException] = []
    while isinstance(error, BaseException) and error not in seen:
        seen.append(error)
        if isinstance(error, OSError) and error.errno in _BY_NUMBER:
            return _BY_NUMBER[error.errno], str(error.filename) if error.filename else None
        if kind := _by_words(str(error)):
            return kind, None
        error = error.__cause__ or error.__context__ or error
    return (_by_words(error), None) if isinstance(error, str) else (None, None)


def _by_words(said: str) -> str | None:
    said = said.lower()
    return next((kind for words, kind in _BY_WORDS.items() if words in said), None)


def _is_full(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < _NEXT_TO_NOTHING
    except OSError:
        return False
