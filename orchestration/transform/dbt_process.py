"""The process that dbt runs in; started by `orchestration.transform.dbt`, never by hand.

dbt repeats the database engine's messages on its console and in its events, and those quote values: "could not convert
string 'SMITH' to DATE". So nothing leaves this process except names, states, counts and times, by an allow-list. The
full messages stay in dbt's own log, which lies in the data folder and is as private as the data.

Standard input brings the commands, a line each, and is the lifeline: when the process that started this one is done
with it or dies, however abruptly, its end closes, and this process ends too instead of going on writing to the
warehouse. Between two commands it holds nothing open.
"""

import contextlib
import gc
import json
import os
import threading
import traceback
from collections.abc import Callable, Sequence
from queue import Queue
from typing import Any, NoReturn, TextIO, cast

from orchestration.private_errors import refusal
from orchestration.settings import DBT_WRITES

_GARBAGE_COLLECTED_AFTER = 20_000
_TABLES = ("seed", "table")


def message_of(event: Any, count_rows: Callable[[str], int | None] | None = None) -> dict[str, Any] | None:
    """Return what may be told of a dbt event, or None where it is no end of a node.

    Only fields that dbt fills from the project's own files and its own clock are copied; `message` and `info.msg`,
    which carry the engine's words, never are: of a full disk and the like one word of ours is told.
    """
    if event.info.name != "NodeFinished":
        return None
    node, result = event.data.node_info, event.data.run_result
    is_new_table = node.materialized in _TABLES and result.status == "success"
    return {
        "unique_id": node.unique_id,
        "resource_type": node.resource_type,
        "status": result.status,
        "failures": result.num_failures,
        "seconds": round(result.execution_time, 3),
        "refusal": refusal(str(result.message))[0] if result.status == "error" else None,
        "rows": count_rows(node.node_relation.relation_name) if count_rows and is_new_table else None,
    }


def _answers_alone() -> TextIO:
    """Return the standard output for our answers, and lead what anything else prints, libraries in C too, nowhere."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return answers


def main() -> NoReturn:
    """Run the dbt commands that standard input asks for, a line each, until it ends."""
    requests: Queue[dict[str, Any]] = Queue()
    threading.Thread(target=_receive, args=(requests,), daemon=True).start()
    os.umask(0o077)
    os.environ.update(requests.get()["environment"])
    answers = _answers_alone()
    gc.disable()  # what is imported and parsed stays: looking through it again and again finds no garbage

    # The imports take seconds: the lifeline must be watched before them.
    from dbt.cli.main import dbtRunner

    engine = _Spark() if os.environ["CLA_ENGINE"] == "spark" else _DuckDB()
    _leave_out_what_nobody_reads()

    def tell(event: Any) -> None:
        if (message := message_of(event, count_rows)) is not None:
            _write(answers, message)

    def count_rows(relation: str) -> int | None:
        # Nothing but a note in Dagster's record of the table: a build does not fail over it.
        with contextlib.suppress(Exception):
            return engine.rows_of(relation)
        return None

    manifest: Any = None
    while True:
        request = requests.get()
        command, options = request["command"], request["options"]
        if command[0] != "parse":
            # The artifacts would repeat the manifest that is there already; the log has what went wrong.
            options = [*options, "--no-write-json"]
            manifest = manifest or dbtRunner().invoke(["parse", *options]).result
            _keep_from_garbage_collection()
        succeeded, failed = False, None
        try:
            for one in [*engine.begin(command), command]:
                told_of: list[Any] = [tell] if one is command else []
                result = dbtRunner(manifest=manifest, callbacks=told_of).invoke([*one, *options])
                succeeded, failed = result.success, result.exception
                if not succeeded:
                    break
            if command[0] == "parse":
                manifest = result.result
            elif succeeded:
                engine.end(command)
        except Exception as error:
            traceback.print_exc()  # to a file that is as private as dbt's log
            succeeded, failed = False, error
        engine.let_go()
        # Parsing reads the project's files and no data, so its errors are safe to show, and a developer needs them.
        said = str(failed) if failed and command[0] == "parse" else ""
        refused = refusal(str(failed))[0] if failed else None
        _write(answers, {"succeeded": succeeded, "error": said, "refusal": refused})


class _DuckDB:
    """The engine within dbt-duckdb: a file that is open while a command runs."""

    def __init__(self) -> None:
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager
        from dbt.adapters.duckdb.credentials import DuckDBCredentials

        # What the parsed project depends on: no model asks where the files lie, so it serves every data folder.
        credentials: Any = DuckDBCredentials
        credentials._connection_keys = lambda _: ("database", "schema")
        self.warehouse: Any = DuckDBConnectionManager

    def begin(self, command: Sequence[str]) -> list[list[str]]:
        """Return no command to go before: dbt opens the file."""
        return []

    def rows_of(self, relation: str) -> int:
        with contextlib.closing(self.warehouse.env().handle()) as connection:
            query = f"select count(*) from {relation}"  # noqa: S608 - a name that dbt has quoted
            return int(connection.cursor().execute(query).fetchall()[0][0])

    def end(self, command: Sequence[str]) -> None:
        """Do nothing: dbt has written the file."""

    def let_go(self) -> None:
        with contextlib.suppress(Exception):  # raised where nothing was opened
            self.warehouse.env().close()
        self.warehouse.close_all_connections()


class _Spark:
    """A Spark that lives as long as this process; what it has built, DuckDB is shown when a build has ended."""

    def __init__(self) -> None:
        from orchestration.settings import Settings
        from orchestration.transform import spark

        self.spark = spark
        self.settings = Settings.from_environment()

    def begin(self, command: Sequence[str]) -> list[list[str]]:
        return [] if command[0] == "parse" else self.spark.begin(self.settings, command)

    def rows_of(self, relation: str) -> int:
        return self.spark.rows_of(self.settings, relation)

    def end(self, command: Sequence[str]) -> None:
        if command[0] in DBT_WRITES:
            self.spark.lend_to_duckdb(self.settings)

    def let_go(self) -> None:
        """Do nothing: nobody else can write what Spark has in its memory."""


def _leave_out_what_nobody_reads() -> None:
    """Spare what dbt makes for each table and test and what is kept nowhere: a seventh of this process's time.

    Events below the level of its log, and those that say that a node begins, of which `message_of` tells none; and the
    second copy of each statement, which dbt writes to `run/` beside the one in `compiled/`.
    """
    from dbt.contracts.graph.nodes import ParsedNode
    from dbt.events.types import LogStartLine, NodeFinished
    from dbt_common.events.base_types import BaseEvent, DebugLevel
    from dbt_common.events.event_manager import EventManager

    debug, finished, start = cast("Any", DebugLevel), cast("Any", NodeFinished), cast("Any", LogStartLine)
    manager, parsed = cast("Any", EventManager), cast("Any", ParsedNode)
    fire, write = manager.fire_event, parsed.write_node

    def fire_what_is_read(self: Any, event: Any, *arguments: Any, **named: Any) -> None:
        if isinstance(event, NodeFinished) or not isinstance(event, DebugLevel | LogStartLine):
            fire(self, event, *arguments, **named)

    def write_once(self: Any, root: str, path: str, code: str) -> None:
        if f"{os.sep}run{os.sep}{self.package_name}{os.sep}" not in path:
            write(self, root, path, code)

    # An event that nobody reads is not even filled: that is most of what it costs.
    debug.__init__ = start.__init__ = lambda self, *arguments, **named: None
    finished.__init__ = BaseEvent.__init__
    manager.fire_event, parsed.write_node = fire_what_is_read, write_once


def _keep_from_garbage_collection() -> None:
    """Leave out of later collections what was imported and parsed; what a table or test leaves behind is collected."""
    gc.freeze()
    gc.set_threshold(_GARBAGE_COLLECTED_AFTER, 20, 20)
    gc.enable()


def _write(answers: TextIO, message: dict[str, Any]) -> None:
    # One write a line: dbt's worker threads tell of their nodes at the same time.
    answers.write(json.dumps(message) + "\n")
    answers.flush()


def _receive(requests: "Queue[dict[str, Any]]") -> None:
    # Not sys.stdin: a thread that waits in its buffer would hold a lock that the interpreter wants when it ends.
    read = b""
    while chunk := os.read(0, 65536):
        *lines, read = (read + chunk).split(b"\n")
        for line in lines:
            requests.put(json.loads(line))
    os._exit(0)


if __name__ == "__main__":
    main()
