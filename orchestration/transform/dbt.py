"""Running dbt: one process, told what to do, telling back names and counts only."""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from orchestration.filesystem import private_directory, private_file
from orchestration.settings import Settings

GOOD = {"success", "pass", "no-op"}


@dataclass(frozen=True)
class NodeResult:
    """How one seed, model or test ended."""

    unique_id: str
    resource_type: str
    status: str
    failures: int
    seconds: float

    @property
    def succeeded(self) -> bool:
        """Whether the node was built, or the test held."""
        return self.status in GOOD

    @property
    def name(self) -> str:
        """The node's name, without its project and, for a generic test, without dbt's hash."""
        return self.unique_id.split(".")[2]


@dataclass
class DbtResult:
    """How a dbt command ended."""

    succeeded: bool = False
    error: str = ""
    nodes: list[NodeResult] = field(default_factory=list)

    @property
    def failed(self) -> list[NodeResult]:
        """The nodes that broke or did not hold, without those skipped because of them."""
        return [node for node in self.nodes if not node.succeeded and node.status != "skipped"]


def run_dbt(
    settings: Settings, arguments: Sequence[str], on_node: Callable[[NodeResult], None] = lambda _: None
) -> DbtResult:
    """Run a dbt command to its end and report every node as it finishes.

    The process inherits nothing that could be read back from its output: the console is silenced, and of its events
    only the allow-list of `dbt_process` comes through. What dbt logs lies in the data folder.
    """
    as_known_at = ["--vars", json.dumps({"as_known_at": settings.as_known_at})] if settings.as_known_at else []
    request = {
        "environment": settings.dbt_environment(),
        "arguments": [*arguments, *as_known_at, "--log-level", "none", "--log-level-file", "info", "--no-use-colors"],
    }
    result = DbtResult()
    private_directory(settings.warehouse.parent)
    log = private_directory(settings.dbt_logs) / "process.log"
    with (
        log.open("w") as errors,
        subprocess.Popen(
            [sys.executable, "-m", "orchestration.transform.dbt_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            encoding="utf-8",
        ) as process,
    ):
        private_file(log)
        assert process.stdin and process.stdout
        try:
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            for line in process.stdout:
                _take(json.loads(line), result, on_node)
        finally:
            process.stdin.close()  # the lifeline: on an interruption the child ends at once
    return result


def _take(message: dict[str, Any], result: DbtResult, on_node: Callable[[NodeResult], None]) -> None:
    if "succeeded" in message:
        result.succeeded, result.error = message["succeeded"], message["error"]
        return
    node = NodeResult(**message)
    result.nodes.append(node)
    on_node(node)
