"""What is tried again by itself: what another program or the network holds up for a moment, and never bad data."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from dagster import RetryRequested

from orchestration.private_errors import FORBIDDEN, UnexpectedError, refusal

TIMES = 3
LOCKED_SECONDS = 20
NETWORK_SECONDS = 60


@contextmanager
def tried_again_where_locked() -> Iterator[None]:
    """Let Dagster run the step again where Windows says that another program has a file open (untested there).

    Elsewhere no program keeps another from reading a file, and what is forbidden stays forbidden. It stands around
    `details_kept_private`, whose sentence is all that is recorded.
    """
    try:
        yield
    except UnexpectedError as error:
        if sys.platform == "win32" and refusal(error)[0] == FORBIDDEN:
            raise RetryRequested(max_retries=TIMES, seconds_to_wait=LOCKED_SECONDS) from error
        raise
