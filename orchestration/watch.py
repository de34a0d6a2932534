"""What Dagster itself watches: how old the publication and the deliveries are, and whom it tells of what is wrong.

Both sensors are on from the start, as they start no run. They tell through `orchestration.notices`, like `cla build`,
so that whatever one of them has told the other does not tell again.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from dagster import (
    AssetCheckEvaluation,
    AssetCheckResult,
    AssetChecksDefinition,
    AssetCheckSeverity,
    AssetKey,
    AssetsDefinition,
    DefaultSensorStatus,
    FreshnessPolicy,
    MetadataValue,
    RunFailureSensorContext,
    SensorDefinition,
    SensorEvaluationContext,
    SensorResult,
    TableRecord,
    apply_freshness_policy,
    asset_check,
    run_failure_sensor,
    sensor,
)

from orchestration import notices
from orchestration.build import BUILD_JOB, SWAP, said_of_failures
from orchestration.private_errors import details_kept_private
from orchestration.publish.publication import read_manifest
from orchestration.settings import Settings
from orchestration.status import (
    FAILED,
    KILLED_SAID,
    Trouble,
    latest_deliveries,
    read,
    record_failure,
    without_delivered_names,
)

PUBLISHED = (AssetKey(["publication"]), AssetKey([SWAP]))
CHECK = "latest_deliveries_are_fresh"
EVERY_SECONDS = 300
"""How often is looked; a reading takes about a second."""
_WARN_BEFORE = timedelta(days=5)


def with_freshness(settings: Settings, assets: Iterable[AssetsDefinition]) -> list[AssetsDefinition]:
    """Let Dagster judge the age of the publication, and that of the deliveries by a check, as `cla status` does."""
    fail = timedelta(days=settings.stale_publication_days)
    warn = fail - _WARN_BEFORE if fail > 2 * _WARN_BEFORE else None
    policy = FreshnessPolicy.time_window(fail_window=fail, warn_window=warn)
    return [
        one.map_asset_specs(lambda spec: apply_freshness_policy(spec, policy) if spec.key in PUBLISHED else spec)
        if set(one.keys) & set(PUBLISHED)
        else one
        for one in assets
    ] + [build_freshness_check(settings)]


def build_freshness_check(settings: Settings) -> AssetChecksDefinition:
    """Make the check that each authority's latest delivery in force is young enough."""

    @asset_check(
        asset=AssetKey([SWAP]),
        name=CHECK,
        description=(
            f"The latest delivery of each authority and dataset in force was taken within "
            f"{settings.stale_delivery_days} days. Invented deliveries are not judged."
        ),
    )
    def check() -> AssetCheckResult:
        with details_kept_private("judging the age of the deliveries", settings.faults):
            verdict = _verdict(settings)
        return AssetCheckResult(
            passed=verdict["passed"], severity=AssetCheckSeverity.WARN, metadata=_metadata(verdict["rows"])
        )

    return check


def build_notice_sensors(settings: Settings) -> list[SensorDefinition]:
    """Make the sensors that tell of failed runs, held deliveries and what has become stale."""

    @run_failure_sensor(
        name="notice_of_failed_runs",
        description="Sends a notice of each run that fails, whoever started it: names of tables and checks, no values.",
        default_status=DefaultSensorStatus.RUNNING,
    )
    def failed(context: RunFailureSensorContext) -> None:
        run = context.dagster_run
        sentences = said_of_failures(context.get_step_failure_events(), settings.data_dir)
        if sentences is None:
            return  # somebody stopped it
        said = without_delivered_names(settings, " ".join(sentences) or KILLED_SAID)
        if run.job_name == BUILD_JOB:
            record_failure(settings, run.run_id, said, _ended(context))
        trouble = Trouble(FAILED, f"failed:{run.run_id}", f"The run of {run.job_name} failed: {said}")
        for problem in notices.tell(settings, [trouble]):
            context.log.warning(problem)

    @sensor(
        name="notice_of_what_is_held_or_stale",
        description="Sends a notice of each delivery that is held and of whatever has become stale, once.",
        minimum_interval_seconds=EVERY_SECONDS,
        default_status=DefaultSensorStatus.RUNNING,
    )
    def look(context: SensorEvaluationContext) -> SensorResult:
        for problem in notices.tell(settings, read(settings).troubles):
            context.log.warning(problem)
        # Deliveries grow old without a run, so the check is told of each day that makes a difference.
        verdict = _verdict(settings)
        now = ",".join(row["delivery"] for row in verdict["rows"] if row["stale"] == "yes") or "none"
        if context.cursor == now or not verdict["rows"]:
            return SensorResult(cursor=context.cursor)
        evaluation = AssetCheckEvaluation(
            asset_key=AssetKey([SWAP]),
            check_name=CHECK,
            passed=verdict["passed"],
            severity=AssetCheckSeverity.WARN,
            metadata=_metadata(verdict["rows"]),
        )
        return SensorResult(cursor=now, asset_events=[evaluation])

    return [failed, look]


def _ended(context: RunFailureSensorContext) -> str:
    """Return when the run ended: the sensor may hear of it much later, when another has succeeded."""
    record = context.instance.get_run_record_by_id(context.dagster_run.run_id)
    ended = record.end_time if record else None
    return datetime.fromtimestamp(ended, UTC).isoformat(timespec="seconds") if ended else ""


def _verdict(settings: Settings) -> dict[str, Any]:
    """Return whether no latest delivery is stale, and a row for each: names and days alone."""
    found = latest_deliveries(settings, read_manifest(settings), datetime.now(UTC).date())
    rows = [
        {
            "authority": one.la_code,
            "dataset": one.dataset,
            "delivery": one.delivery_id,
            "taken": one.extracted_on.isoformat(),
            "days": one.age_days,
            "stale": "yes" if one.is_stale else "no",
        }
        for one in found
    ]
    return {"passed": not any(one.is_stale for one in found), "rows": rows}


def _metadata(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    table = MetadataValue.table([TableRecord(dict(row)) for row in rows]) if rows else MetadataValue.text("none")
    return {"stale": sum(row["stale"] == "yes" for row in rows), "latest_deliveries": table}
