"""Dagster's web interface or its daemon as a service that something else keeps running (systemd, Task Scheduler).

`python -m orchestration.service webserver [--port 3000]`, `python -m orchestration.service daemon`. `cla dev` runs both
for one person; here each is a process of its own, with what it runs in, and the web interface has the same guard.
"""

import argparse
import os
import subprocess
import sys

from dotenv import load_dotenv

from orchestration.build import prepare_dagster_home
from orchestration.errors import UserError
from orchestration.quiet import keep_environment_quiet
from orchestration.settings import REPOSITORY, Settings

CODE = ("-m", "orchestration.definitions")


def command(service: str, port: int) -> list[str]:
    """Return what is started; the web interface listens to this computer alone, as a proxy asks who comes."""
    python = [sys.executable, "-W", "ignore", "-m"]
    if service == "daemon":
        return [*python, "dagster._daemon", "run", *CODE]
    return [*python, "orchestration.webserver", "--host", "127.0.0.1", "--port", str(port), *CODE]


def main() -> int:
    """Prepare what Dagster stores its history in, then be the service until it ends; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m orchestration.service", description=__doc__)
    parser.add_argument("service", choices=["webserver", "daemon"])
    parser.add_argument("--port", type=int, default=3000)
    asked = parser.parse_args()
    os.umask(0o077)
    load_dotenv(REPOSITORY / ".env")
    try:
        settings = Settings.from_environment()
        prepare_dagster_home(settings)
    except UserError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    os.environ["CLA_DATA_DIR"] = str(settings.data_dir)
    keep_environment_quiet()
    started = command(asked.service, asked.port)
    if os.name == "posix":
        # The service is this process then, and gets the signals of whatever keeps it running.
        os.execv(started[0], started)  # noqa: S606 - a fixed program and a number; no shell
    return subprocess.call(started)  # noqa: S603 - the same


if __name__ == "__main__":
    sys.exit(main())
