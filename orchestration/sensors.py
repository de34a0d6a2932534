"""The sensor on the landing zone: what has been delivered whole starts one run of the build over all that is new.

It keeps no list of what it has asked for. It compares what lies there with what was last taken in, whoever started that
(`ingest.taken_in`), so neither a restart nor a build by hand makes it ask twice.
"""

import hashlib
import json
import time
from typing import Any

from dagster import (
    DefaultSensorStatus,
    RunRequest,
    RunsFilter,
    SensorDefinition,
    SensorEvaluationContext,
    SkipReason,
    sensor,
)

from orchestration import runs
from orchestration.build import BUILD_JOB
from orchestration.ingest import taken_in
from orchestration.settings import Settings

LONGEST_COPY_SECONDS = 15 * 60
"""How long deliveries that lie there whole wait for others that are still being copied."""


def build_sensors(settings: Settings) -> list[SensorDefinition]:
    """Make the sensor; it is off until somebody switches it on."""

    @sensor(
        name="landing_zone",
        job_name=BUILD_JOB,
        minimum_interval_seconds=settings.look_every_seconds,
        default_status=DefaultSensorStatus.STOPPED,
        description="Starts one build over all that is new in the landing zone, DfE's files too, once nothing there "
        "has changed from one look to the next.",
    )
    def landing_zone(context: SensorEvaluationContext) -> RunRequest | SkipReason:
        runs.end_abandoned(context.instance)
        before, since = _remembered(context.cursor)
        known = taken_in.read(settings.raw)
        new = {name: value for name, value in taken_in.lying_there(settings).items() if known.get(name) != value}
        whole = {name: value for name, value in new.items() if before.get(name) == value}
        since = since if new and before else time.time()
        context.update_cursor(json.dumps({"new": new, "since": since}, sort_keys=True))
        if not new:
            return SkipReason("Nothing new lies in the landing zone.")
        if len(whole) < len(new) and (not whole or time.time() - since < LONGEST_COPY_SECONDS):
            return SkipReason(f"{_counted(new)}; {len(new) - len(whole):,} changed since the last look, so they wait.")
        if runs.unfinished(context.instance):
            return SkipReason(f"{_counted(new)}; a run is queued or under way, which may take that in.")
        key = hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()[:16]
        if asked := context.instance.get_runs(RunsFilter(tags={"dagster/run_key": key}), limit=1):
            return SkipReason(
                f"{_counted(new)}; the run {asked[0].run_id[:8]} was started for exactly that and ended without taking "
                f"it in. Start {BUILD_JOB} by hand once its cause is gone."
            )
        return RunRequest(run_key=key, tags=runs.ASKED_FOR)

    return [landing_zone]


def _remembered(cursor: str | None) -> tuple[dict[str, Any], float]:
    """Return what was new at the last look, and since when something has been."""
    try:
        kept = json.loads(cursor or "{}")
        return dict(kept.get("new", {})), float(kept.get("since", 0))
    except (ValueError, TypeError, AttributeError):
        return {}, 0.0


def _counted(new: dict[str, str]) -> str:
    """Say what is new, a few by their names."""
    names = sorted(new)
    more = f" and {len(names) - 3:,} more" if len(names) > 3 else ""
    return f"New: {', '.join(names[:3])}{more}"
