"""`cla dev` as a user runs it: the guard is before it, its own page launches a run, and ending it ends all of it."""

import http.client
import json
import subprocess
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import psutil
import pytest

pytestmark = pytest.mark.slow

Dev = tuple[str, "subprocess.Popen[Any]", Path]


def asked(address: str, query: str, **variables: Any) -> Any:
    """Ask as its own page does."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=120)
    body = json.dumps({"query": query, "variables": variables})
    connection.request("POST", "/graphql", body, {"Content-Type": "application/json", "Origin": address})
    answer = connection.getresponse()
    assert answer.status == 200
    data = json.loads(answer.read())["data"]
    connection.close()
    return data


LAUNCH = """mutation ($selector: JobOrPipelineSelector!) {
    launchPipelineExecution(executionParams: {selector: $selector, runConfigData: {}}) {
        __typename ... on LaunchRunSuccess { run { runId } }
    }
}"""
RUN = "query ($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"


def test_the_guard_is_before_it(dev: Dev) -> None:
    """Traps a Dagster that starts its web server in another way than the one we put ours in the place of."""
    for headers, status in (({}, 405), ({"Host": "evil.test"}, 421), ({"Origin": "https://evil.test"}, 403)):
        connection = http.client.HTTPConnection(urlsplit(dev[0]).netloc, timeout=60)
        connection.request("GET", f"/graphql?query={quote('{ version }')}", headers=headers)
        assert connection.getresponse().status == status
        connection.close()


def test_a_run_is_launched_and_comes_to_its_end(dev: Dev) -> None:
    """That takes the code location and the daemon's queue beside the web server."""
    selector = {
        "repositoryLocationName": "orchestration.definitions",
        "repositoryName": "__repository__",
        "pipelineName": "documentation",
    }
    launched = asked(dev[0], LAUNCH, selector=selector)["launchPipelineExecution"]
    assert launched["__typename"] == "LaunchRunSuccess"
    over = time.monotonic() + 240
    while (status := asked(dev[0], RUN, id=launched["run"]["runId"])["runOrError"]["status"]) != "SUCCESS":
        assert status not in ("FAILURE", "CANCELED") and time.monotonic() < over, status
        time.sleep(1)


def test_ending_it_ends_all_that_it_started(dev: Dev) -> None:
    """Traps a shell's background, where interrupts are ignored, and all that is started there inherits it."""
    _, process, log = dev
    started = psutil.Process(process.pid).children(recursive=True)
    assert {"orchestration.webserver", "dagster._daemon", "orchestration.dagster_command"} <= {
        argument for one in started for argument in one.cmdline()
    }
    process.terminate()
    assert process.wait(timeout=120) is not None
    _, alive = psutil.wait_procs(started, timeout=60)
    assert alive == []
    assert "Traceback" not in log.read_text()
