"""It runs by itself, for real: `cla dev` with its sensor on, deliveries copied in, and one run for all that is new."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from orchestration.demo import write_demo_deliveries
from orchestration.settings import Settings
from tests.integration.running import cla
from tests.integration.test_dev import asked
from tests.webserver_fixture import dev_on

pytestmark = pytest.mark.ci

LOOK_EVERY = 5
WHERE = {"repositoryLocationName": "orchestration.definitions", "repositoryName": "__repository__"}
START = """mutation ($selector: SensorSelector!) { startSensor(sensorSelector: $selector) {
    __typename ... on Sensor { sensorState { status } }
} }"""
RUNS = """query ($selector: PipelineSelector!) { pipelineOrError(params: $selector) { ... on Pipeline {
    runs { runId status tags { key value } }
} } }"""
FOUND = """query ($id: ID!, $key: AssetKeyInput!) {
    runOrError(runId: $id) { ... on Run {
        stats { ... on RunStatsSnapshot { stepsFailed stepsSucceeded materializations } }
    } }
    assetNodeOrError(assetKey: $key) { ... on AssetNode {
        partitionKeys
        assetPartitionStatuses { ... on DefaultPartitionStatuses { materializedPartitions } }
        assetMaterializations(partitions: ["812-ssda903-2025-2025-04-30"], limit: 1) { runId }
    } }
    assetChecksOrError: assetNodeOrError(assetKey: {path: ["landing", "deliveries"]}) { ... on AssetNode {
        assetChecksOrError { ... on AssetChecks { checks { name executionForLatestMaterialization { status runId } } } }
    } }
}"""
LAUNCH = """mutation ($parameters: ExecutionParams!) { launchPipelineExecution(executionParams: $parameters) {
    __typename ... on LaunchRunSuccess { run { runId } }
} }"""
STATUS = "query ($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"
MATERIALISED = """query ($key: AssetKeyInput!) { assetNodeOrError(assetKey: $key) { ... on AssetNode {
    assetMaterializations(limit: 1) { runId }
} } }"""


class Dev:
    """`cla dev` as its pages ask it."""

    def __init__(self, address: str, process: "subprocess.Popen[Any]", data_dir: Path) -> None:
        self.address, self.process, self.settings = address, process, Settings(data_dir)

    def ask(self, query: str, **variables: Any) -> Any:
        return asked(self.address, query, **variables)

    def builds(self) -> list[dict[str, Any]]:
        """Return the runs that the page of the job `build` lists, the newest first."""
        return list(self.ask(RUNS, selector={**WHERE, "pipelineName": "build"})["pipelineOrError"]["runs"])

    def until(self, what: Callable[[], Any], seconds: float = 600) -> Any:
        over = time.monotonic() + seconds
        while not (found := what()):
            assert time.monotonic() < over, [(run["runId"], run["status"]) for run in self.builds()]
            assert self.process.poll() is None
            time.sleep(1)
        return found

    def ended(self, run: str) -> str:
        def status() -> str | None:
            now = self.ask(STATUS, id=run)["runOrError"]["status"]
            return now if now in ("SUCCESS", "FAILURE", "CANCELED") else None

        return str(self.until(status))

    def published(self) -> str | None:
        return str(self.settings.current.readlink()) if self.settings.current.is_symlink() else None


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dev]:
    data_dir = tmp_path_factory.mktemp("by_itself")
    with dev_on(data_dir, CLA_LOOK_EVERY_SECONDS=str(LOOK_EVERY)) as (address, process, _):
        yield Dev(address, process, data_dir)


@pytest.fixture(scope="module")
def aside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's deliveries, somewhere else."""
    settings = Settings(tmp_path_factory.mktemp("aside"))
    write_demo_deliveries(settings)
    return settings.landing


def test_twelve_deliveries_copied_in_slowly_are_one_run_although_its_process_is_killed(dev: Dev, aside: Path) -> None:
    selector = {**WHERE, "sensorName": "landing_zone"}
    assert dev.ask(START, selector=selector)["startSensor"]["sensorState"]["status"] == "RUNNING"
    files = sorted(path for path in aside.rglob("*") if path.is_file())
    for number, file in enumerate(files):
        place = dev.settings.landing / file.relative_to(aside)
        place.parent.mkdir(parents=True, exist_ok=True)
        data = file.read_bytes()
        if number % 15 == 0:  # something changes from each look to the next
            place.write_bytes(data[: len(data) // 2])
            time.sleep(0.6 * LOOK_EVERY)
        place.write_bytes(data)
    assert dev.builds() == []
    (run,) = dev.until(dev.builds)
    assert {"key": "dagster/sensor_name", "value": "landing_zone"} in run["tags"]
    process = dev.until(lambda: process_of(dev, run["runId"]))
    dev.until(dev.settings.warehouse.exists)
    process.send_signal(signal.SIGKILL)
    assert dev.ended(run["runId"]) == "FAILURE"
    again = dev.until(lambda: dev.builds()[0] if len(dev.builds()) == 2 else None)
    assert {"key": "dagster/parent_run_id", "value": run["runId"]} in again["tags"]
    assert dev.ended(again["runId"]) == "SUCCESS"
    assert dev.published()


def test_the_pages_find_run_partitions_and_checks(dev: Dev) -> None:
    run = dev.builds()[0]["runId"]
    found = dev.ask(FOUND, id=run, key={"path": ["landing", "delivery"]})
    assert found["runOrError"]["stats"]["stepsFailed"] == 0
    assert found["runOrError"]["stats"]["materializations"] > 300
    assert len(found["assetNodeOrError"]["partitionKeys"]) == 12
    statuses = found["assetNodeOrError"]["assetPartitionStatuses"]
    assert set(statuses["materializedPartitions"]) == set(found["assetNodeOrError"]["partitionKeys"])
    (made,) = found["assetNodeOrError"]["assetMaterializations"]
    assert made["runId"] in {one["runId"] for one in dev.builds()}
    checks = found["assetChecksOrError"]["assetChecksOrError"]["checks"]
    assert {check["executionForLatestMaterialization"]["runId"] for check in checks} == {run}


def test_nothing_is_asked_for_twice(dev: Dev) -> None:
    """Each look since then, and those of half a minute more, find nothing new."""
    time.sleep(6 * LOOK_EVERY)
    assert len(dev.builds()) == 2


def test_one_delivery_is_read_again_by_its_partition_and_no_build_follows(dev: Dev) -> None:
    tags = [{"key": "dagster/partition", "value": "812-ssda903-2025-2025-04-30"}]
    parameters = {
        "selector": {**WHERE, "pipelineName": "read_again"},
        "runConfigData": {},
        "executionMetadata": {"tags": tags},
    }
    launched = dev.ask(LAUNCH, parameters=parameters)["launchPipelineExecution"]
    assert dev.ended(launched["run"]["runId"]) == "SUCCESS"
    found = dev.ask(FOUND, id=launched["run"]["runId"], key={"path": ["landing", "delivery"]})
    (made,) = found["assetNodeOrError"]["assetMaterializations"]
    assert made["runId"] == launched["run"]["runId"]
    time.sleep(3 * LOOK_EVERY)
    assert len(dev.builds()) == 2


def test_what_a_command_makes_is_recorded_and_a_second_run_waits(dev: Dev) -> None:
    code, output = cla(dev.settings.data_dir, "docs")
    assert code == 0, output
    found = dev.ask(MATERIALISED, key={"path": ["data_dictionary"]})
    assert len(found["assetNodeOrError"]["assetMaterializations"]) == 1
    parameters = {"selector": {**WHERE, "pipelineName": "report"}, "runConfigData": {}}
    launched = dev.ask(LAUNCH, parameters=parameters)["launchPipelineExecution"]["run"]["runId"]
    dev.until(lambda: process_of(dev, launched))
    code, output = cla(dev.settings.data_dir, "publish")
    assert code == 1
    assert "Another build is running" in output
    assert f"the job report since {time.strftime('%H')[:1]}" in output
    assert f"started by the web interface (run {launched[:8]})" in output
    assert dev.ended(launched) == "SUCCESS"


def process_of(dev: Dev, run: str) -> psutil.Process | None:
    """Return the process of a run, as soon as it says which it is."""
    from orchestration.build import dagster_instance
    from orchestration.runs import PROCESS

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_HOME", "")
        with dagster_instance(dev.settings) as instance:
            found = instance.get_run_by_id(run)
    said = found.tags.get(PROCESS) if found else None
    return psutil.Process(int(said.split()[0])) if said else None
