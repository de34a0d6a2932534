"""Dagster's own command line, kept quiet and guarded: `python -m orchestration.dagster_command dev ...`."""

import signal
from collections.abc import Sequence
from subprocess import Popen
from typing import Any

from dagster._cli import dev, main
from dagster_shared.ipc import open_ipc_subprocess

from orchestration.quiet import keep_dagster_quiet

SERVICES = {"dagster_webserver": "orchestration.webserver", "dagster._daemon": "dagster._daemon"}
"""What `dagster dev` starts, and what is started in its place; whatever else a later version starts, it fails."""


def start_service(parts: Sequence[str], **options: Any) -> "Popen[Any]":
    """Start one of the services of `dagster dev`, with our guarded web server for Dagster's."""
    python, as_module, service, *arguments = parts
    return open_ipc_subprocess([python, as_module, SERVICES[service], *arguments], **options)


if __name__ == "__main__":
    keep_dagster_quiet()
    # A shell lets what it starts in the background ignore interrupts, and Dagster ends by the same handler when asked
    # to terminate: it would ignore that too, and its servers would go on for ever.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    dev.open_ipc_subprocess = start_service  # type: ignore[attr-defined]  # a name within Dagster; tests ask it
    main()  # type: ignore[no-untyped-call]  # Dagster's own, without types
