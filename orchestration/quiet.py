"""Telemetry is off, by more than one means: the settings of each tool, the environment, and Dagster itself.

Settings alone are not enough. Dagster reads its own (`dagster.yaml`) by a pattern, so under a folder with brackets in
its name it finds none, and where it finds none it counts on consent: it notes events, and sends them.
"""

import os
from typing import Any

ENVIRONMENT = {
    "DO_NOT_TRACK": "1",  # dbt takes it before any setting of a project; others do more and more
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "DAGSTER_DISABLE_TELEMETRY": "yes",  # keeps Dagster from sending; it would note events still
    "SEND_ANONYMOUS_USAGE_STATS": "no",  # Evidence
}
"""What the installed versions read."""


def keep_environment_quiet() -> None:
    """Say no in the environment of this process and of all that it starts; called before any tool is imported."""
    os.environ.update(ENVIRONMENT)


def keep_dagster_quiet() -> None:
    """Let Dagster note no event whatever instance it has, and find its settings under any path.

    Called in each process of ours before it opens an instance; those that Dagster starts are given that instance.
    """
    from dagster._core.instance import config
    from dagster._core.instance.methods.settings_methods import SettingsMethods
    from dagster_shared.yaml_utils import merge_yamls

    def load_by_name(path: str) -> Any:
        return merge_yamls([path]) if os.path.exists(path) else {}  # noqa: PTH110 - as Dagster has it: text

    # Names within Dagster: a test holds them to what they do.
    config.load_yaml_from_globs = load_by_name  # type: ignore[assignment,attr-defined]
    SettingsMethods.telemetry_enabled = property(lambda _: False)  # type: ignore[assignment,method-assign]
