"""The process that dbt runs in; started by `orchestration.transform.dbt`, never by hand.

dbt repeats the database engine's messages on its console and in its events, and those quote values: "could not convert
string 'SMITH' to DATE". So nothing leaves this process except names, states, counts and times, by an allow-list. The
full messages stay in dbt's own log, which lies in the data folder and is as private as the data.

Standard input is the lifeline: when the process that started this one dies, however abruptly, its end closes, and this
process ends too instead of going on writing to the warehouse.
"""

import json
import os
import sys
import threading
from typing import Any, TextIO


def message_of(event: Any) -> dict[str, Any] | None:
    """Return what may be told of a dbt event, or None where it is no end of a node.

    Only fields that dbt fills from the project's own files and its own clock are copied; `message` and `info.msg`,
    which carry the engine's words, never are.
    """
    if event.info.name != "NodeFinished":
        return None
    node, result = event.data.node_info, event.data.run_result
    return {
        "unique_id": node.unique_id,
        "resource_type": node.resource_type,
        "status": result.status,
        "failures": result.num_failures,
        "seconds": round(result.execution_time, 3),
    }


def main() -> int:
    """Run the dbt command that the first line of standard input asks for."""
    request = json.loads(sys.stdin.readline())
    os.umask(0o077)
    os.environ.update(request["environment"])
    threading.Thread(target=_end_with_parent, daemon=True).start()
    answers, sys.stdout = sys.stdout, open(os.devnull, "w")  # noqa: SIM115, PTH123 - open as long as the process lives

    from dbt.cli.main import dbtRunner  # the import takes two seconds: the lifeline must be watched before it

    def tell(event: Any) -> None:
        if (message := message_of(event)) is not None:
            _write(answers, message)

    result = dbtRunner(callbacks=[tell]).invoke(request["arguments"])
    # Parsing reads the project's files and no data, so its errors are safe to show, and a developer needs them.
    error = str(result.exception) if result.exception and request["arguments"][0] == "parse" else ""
    _write(answers, {"succeeded": result.success, "error": error})
    return 0 if result.success else 1


def _write(answers: TextIO, message: dict[str, Any]) -> None:
    # One write a line: dbt's worker threads tell of their nodes at the same time.
    answers.write(json.dumps(message) + "\n")
    answers.flush()


def _end_with_parent() -> None:
    # Not sys.stdin: a thread that waits in its buffer would hold a lock that the interpreter wants when it ends.
    while os.read(0, 1024):
        pass
    os._exit(70)


if __name__ == "__main__":
    sys.exit(main())
