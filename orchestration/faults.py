"""What happens to an error that nobody foresaw: its words stay private, and a neutral sentence says where they lie."""

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
    """Write down in full what an error said, for its owner alone, and return the sentence that may be shown."""
    file = private_directory(folder) / f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}Z.txt"
    write_private_text(file, f"While {doing}:\n\n{''.join(traceback.format_exception(error))}")
    return UnexpectedError(
        f"An unexpected error ({type(error).__name__}) occurred while {doing}; the details, which may quote "
        f"children's data, are in {file}."
    )
