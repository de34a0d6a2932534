"""What a person sees while a build runs: the stage, how far it is, and how long it has taken.

The stages call `report`; whoever wants to show them wraps the run in `shown`, and each run of Dagster in `logged`, so
that its log in the web interface says the same. Without either the reports go nowhere.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

PLAIN_INTERVAL_SECONDS = 5.0
"""How often a stage says something where the output is no terminal: enough to see it live, little enough to read."""


class Display(Protocol):
    """Something that can show how far a stage is."""

    def report(self, stage: str, done: int, total: int | None) -> None:
        """Show that `done` of `total` items of a stage are finished."""

    def say(self, sentence: str) -> None:
        """Show a sentence beside the stages."""

    def close(self, *, succeeded: bool) -> None:
        """Say that the last stage is over, or that it broke off."""


_displays: list[Display] = []


def report(stage: str, done: int = 0, total: int | None = None) -> None:
    """Say how far a stage is; the first report of a new stage ends the one before it."""
    for display in _displays:
        display.report(stage, done, total)


def say(sentence: str) -> None:
    """Say something to whoever watches, and to nobody else: what names a file has no place in Dagster's records."""
    for display in _displays:
        display.say(sentence)


@contextmanager
def shown(console: Console) -> Iterator[None]:
    """Show every report made inside the block: as bars in a terminal, as plain lines anywhere else."""
    write = partial(console.print, highlight=False, markup=False, soft_wrap=True)
    with _displayed(Bars(console) if console.is_terminal else Lines(write)):
        yield


@contextmanager
def logged(write: Callable[[str], object]) -> Iterator[None]:
    """Write every report made inside the block to a log; what is said to whoever watches is left out."""
    with _displayed(Logged(write)):
        yield


@contextmanager
def _displayed(display: Display) -> Iterator[None]:
    _displays.append(display)
    succeeded = False
    try:
        yield
        succeeded = True
    finally:
        _displays.remove(display)
        display.close(succeeded=succeeded)


class Lines:
    """Plain lines for logs and pipes: one when a stage starts, some while it runs, one when it ends."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self.write = write
        self.stage = ""
        self.started = self.said = 0.0
        self.done = 0
        self.total: int | None = None

    def report(self, stage: str, done: int, total: int | None) -> None:
        """Write a line if the stage is new or has not been heard of for a while."""
        now = time.monotonic()
        if stage != self.stage:
            self.close(succeeded=True)
            self.stage, self.started, self.said = stage, now, now
            self.write(f"{stage} ...")
        elif now - self.said >= PLAIN_INTERVAL_SECONDS:
            self.said = now
            self.write(f"{stage}: {_counted(done, total)}")
        self.done, self.total = done, total

    def say(self, sentence: str) -> None:
        """Write the sentence on a line of its own."""
        self.write(sentence)

    def close(self, *, succeeded: bool) -> None:
        """Write how far the stage came and how long it took."""
        if self.stage:
            seconds = time.monotonic() - self.started
            counted = f"{_counted(self.done, self.total)}, " if self.done else ""
            broken = "" if succeeded else "stopped after "
            self.write(f"{self.stage}: {counted}{broken}{seconds:.1f} s")
        self.stage = ""


class Logged(Lines):
    """The same in a log that is kept: without what is only for whoever watches."""

    def say(self, sentence: str) -> None:
        """Leave it out."""


class Bars:
    """One bar a stage; finished stages stay on the screen with their time."""

    def __init__(self, console: Console) -> None:
        self.bars = Progress(
            SpinnerColumn(finished_text="[green]✓" if console.encoding.startswith("utf") else "+"),
            TextColumn("{task.description}", style="default"),
            BarColumn(bar_width=28),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
        )
        self.bars.start()
        self.tasks: dict[str, TaskID] = {}

    def report(self, stage: str, done: int, total: int | None) -> None:
        """Move the stage's bar, or add one for a new stage."""
        if stage not in self.tasks:
            self._finish()
            self.tasks[stage] = self.bars.add_task(stage, total=total)
        self.bars.update(self.tasks[stage], completed=done, total=total)

    def say(self, sentence: str) -> None:
        """Write the sentence above the bars."""
        self.bars.console.print(sentence, highlight=False, markup=False, soft_wrap=True)

    def close(self, *, succeeded: bool) -> None:
        """Leave the bars on the screen; that of a stage that broke off stays where it was."""
        if succeeded:
            self._finish()
        self.bars.stop()

    def _finish(self) -> None:
        for task in self.bars.tasks:
            if not task.finished:
                # A stage that was never counted has no total: it becomes "1 of 1", so that its clock stops.
                self.bars.update(task.id, total=task.completed or 1, completed=task.completed or 1)


def _counted(done: int, total: int | None) -> str:
    return f"{done:,} of {total:,}" if total else f"{done:,}"
