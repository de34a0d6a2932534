"""What a plain `dbt build`, started without `cla`, must heed: the plugin that profiles.yml names.

dbt opens this project's warehouse with the defaults of profiles.yml. So the plugin does, before the file is opened,
what `cla` does around its own runs: it waits for nobody but holds the build lock, takes the mark of a whole warehouse
away before anything is written, so that nothing half-built can be published, and says in a sentence what is missing.
"""

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.flags import get_flags
from dbt_common.exceptions import DbtRuntimeError
from dotenv import load_dotenv

from orchestration.errors import UserError
from orchestration.filesystem import build_lock, private_directory
from orchestration.settings import CALLED_BY_CLA, DBT_WRITES, REPOSITORY, Settings

READS_NO_DATA = {"compile", "debug", "generate", "list", "parse", "seed"}
"""dbt's commands that need nothing delivered."""

_held = contextlib.ExitStack()
_holds: set[Path] = set()
"""The locks that this process holds until it ends; dbt may make its connections anew, and the plugin with them."""


class Plugin(BasePlugin):
    """Stands before dbt's first connection of a process that `cla` has not started."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Refuse in a sentence, or hold the lock until this process ends."""
        if os.environ.get(CALLED_BY_CLA):
            return
        os.umask(0o077)
        try:
            load_dotenv(REPOSITORY / ".env")
            settings = Settings.from_environment()
            _refuse_another_folder(settings, [one.path for one in (self.creds and self.creds.attach) or []])
            command = str(get_flags().WHICH)  # type: ignore[no-untyped-call]
            if command not in READS_NO_DATA:
                _refuse_without_data(settings)
            if settings.build_lock not in _holds:
                _held.enter_context(build_lock(settings.build_lock))
                _holds.add(settings.build_lock)
        except UserError as error:
            raise DbtRuntimeError(str(error)) from None
        private_directory(settings.warehouse.parent)
        if command in DBT_WRITES:
            settings.nothing_is_whole()


def _refuse_another_folder(settings: Settings, attached: Sequence[str]) -> None:
    """Say so where the defaults of profiles.yml and of the sources are not what `cla` would have told them."""
    raw = os.environ.get("CLA_RAW_PATTERN") or settings.raw.as_posix()
    if [Path(path).resolve() for path in attached] != [settings.warehouse.resolve()] or raw != settings.raw_pattern:
        raise UserError(
            f"dbt by itself would not open the warehouse that cla uses, {settings.warehouse}. Start dbt at the root of "
            "the clone and set CLA_DATA_DIR in the shell, not in .env, which dbt does not read; or use `cla dbt`, with "
            "the same arguments."
        )


def _refuse_without_data(settings: Settings) -> None:
    if settings.unfinished.exists():
        raise UserError("Records are being taken out and that has not ended; `cla build` ends it.")
    if not settings.raw.is_dir():
        raise UserError(
            f"There is nothing to build from or to test: {settings.data_dir} has no raw data yet. `cla demo` or "
            "`cla build` reads the deliveries; dbt by itself does not."
        )
