"""Ingest as Dagster assets: every raw table and what is looked up beside them, each under its name as a dbt source."""

import warnings
from collections.abc import Iterator
from typing import Any

from dagster import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetExecutionContext,
    AssetKey,
    AssetMaterialization,
    AssetsDefinition,
    AssetSpec,
    BackfillPolicy,
    DynamicPartitionsDefinition,
    Failure,
    MaterializeResult,
    MetadataValue,
    asset,
    multi_asset,
)
from dagster_shared.utils.warnings import BetaWarning

from orchestration import progress
from orchestration.ingest.bank_holidays import build_bank_holidays
from orchestration.ingest.person_keys import CHILDREN, OFFICERS
from orchestration.ingest.postcodes import build_postcodes
from orchestration.ingest.run import IngestReport, ingest_all
from orchestration.ingest.tables import TableSpec, all_tables
from orchestration.private_errors import details_kept_private
from orchestration.retries import tried_again_where_locked
from orchestration.settings import Settings
from orchestration.transform.assets import OWNER

DELIVERY = AssetKey(["landing", "delivery"])
DELIVERIES = AssetKey(["landing", "deliveries"])
FILES = AssetKey(["landing", "files"])
REJECTED_LINES = AssetKey(["landing", "rejected_lines"])
SPELLING_CHANGES = AssetKey(["landing", "spelling_changes"])
ACCEPTANCES = AssetKey(["decisions", "acceptances"])
GIVEN_OUT = AssetKey(["decisions", "given_out"])
FIGURES_PUBLISHED = AssetKey(["decisions", "figures_published"])
PUBLICATIONS = AssetKey(["decisions", "publications"])
CHILD_KEYS = AssetKey(["reference", "child_keys"])
IRO_KEYS = AssetKey(["reference", "iro_keys"])
POSTCODES = AssetKey(["reference", "postcodes"])
BANK_HOLIDAYS = AssetKey(["reference", "bank_holidays"])

_KINDS = {"python", "parquet"}
_DESCRIPTIONS = {
    DELIVERIES: "One row per delivery that was read whole.",
    FILES: "One row per delivered file and table, with the rows delivered and parsed, or why the file was rejected.",
    REJECTED_LINES: "One row per row of a file that could not be turned into columns.",
    SPELLING_CHANGES: "One row per file, column and rule of spelling, with how many cells the rule changed.",
    ACCEPTANCES: "One row per delivery that somebody let through although it was held (`cla accept`).",
    GIVEN_OUT: "One row per figure of a public publication that was given out (`cla release`).",
    FIGURES_PUBLISHED: "One row per figure and publication that first had it so, up to the one before this run.",
    PUBLICATIONS: "One row per publication and delivery that was in force in it.",
    CHILD_KEYS: "One row per child ever delivered, with the keyed hash that stands for the child in publications.",
    IRO_KEYS: "One row per reviewing officer ever delivered, with the keyed hash that stands for them in publications.",
}
_MOST_SENTENCES = 50
BY_DELIVERY = DynamicPartitionsDefinition(name="deliveries")
"""A partition for each delivery that was read, by its name; a build adds and takes away (docs/adr/0004)."""


def raw_table_key(table: TableSpec) -> AssetKey:
    """Return the asset key of a raw table."""
    return AssetKey([table.dataset, table.name])


def build_ingest_assets(settings: Settings) -> list[AssetsDefinition]:
    """Make the assets that fill the raw layer: one run of ingest takes everything that is new in the landing zone."""
    specs = [
        AssetSpec(
            key,
            description=text,
            group_name=key.path[0],
            kinds=_KINDS,
            owners=[OWNER],
            deps=[DELIVERY] if key == DELIVERIES else [],
        )
        for key, text in _DESCRIPTIONS.items()
    ]
    specs += [
        AssetSpec(
            raw_table_key(table),
            description=f"The rows of {table.name} as they were delivered, all of them text.",
            group_name="landing",
            kinds=_KINDS,
            owners=[OWNER],
        )
        for table in all_tables()
    ]

    @multi_asset(name="ingest", specs=specs, check_specs=list(_check_specs()), required_resource_keys={"one_build"})
    def ingest(context: AssetExecutionContext) -> Iterator[MaterializeResult[Any] | AssetCheckResult]:
        with tried_again_where_locked(), details_kept_private("reading the deliveries", settings.faults):
            report = ingest_all(settings, progress.report)
        context.log.info(report.summary())
        _record_partitions(context, report)
        for key, metadata in _metadata(report).items():
            yield MaterializeResult(asset_key=key, metadata=metadata)
        yield from _check_results(report)
        if not report.usable_deliveries:
            for sentence in [*report.rejected_files, *report.postponed.values()][:_MOST_SENTENCES]:
                progress.say(sentence)
            raise Failure(_nothing_usable(settings, report), allow_retries=False)

    @asset(
        key=POSTCODES,
        group_name="reference",
        kinds=_KINDS,
        owners=[OWNER],
        description="One row per postcode of the United Kingdom with its place on the national grid and its district.",
        required_resource_keys={"one_build"},
    )
    def postcodes() -> MaterializeResult[Any]:
        with details_kept_private("writing the postcodes", settings.faults):
            rows, written = build_postcodes(settings.raw)
        return MaterializeResult(metadata={"dagster/row_count": rows, "written_now": written})

    @asset(
        key=BANK_HOLIDAYS,
        group_name="reference",
        kinds=_KINDS,
        owners=[OWNER],
        description="One row per bank holiday of England from 1990 to 2040, substitute and one-off days included.",
        required_resource_keys={"one_build"},
    )
    def bank_holidays() -> MaterializeResult[Any]:
        with details_kept_private("writing the bank holidays", settings.faults):
            rows, written = build_bank_holidays(settings.raw)
        return MaterializeResult(metadata={"dagster/row_count": rows, "written_now": written})

    return [_delivery_asset(settings), ingest, postcodes, bank_holidays]


def _delivery_asset(settings: Settings) -> AssetsDefinition:
    """Make the asset with a partition for each delivery: materialising one reads that delivery again.

    No build runs it, as a job in which one asset has partitions would ask for one at every start; builds record in it
    what they have read. Its job is one run, however many partitions are chosen.
    """
    # Dagster warns of its backfill policies at every start, as of all that is beta.
    warnings.filterwarnings("ignore", category=BetaWarning, message=".*backfill_policy")

    @asset(
        key=DELIVERY,
        group_name="landing",
        kinds=_KINDS,
        owners=[OWNER],
        description="One partition per delivery that was read. Materialise one to read that delivery again from its "
        "files; the next build makes the tables from it.",
        partitions_def=BY_DELIVERY,
        backfill_policy=BackfillPolicy.single_run(),
        required_resource_keys={"one_build"},
    )
    def delivery(context: AssetExecutionContext) -> None:
        chosen = context.partition_keys
        with tried_again_where_locked(), details_kept_private("reading the deliveries", settings.faults):
            report = ingest_all(settings, progress.report, again=chosen)
        context.log.info(report.summary())
        read = {*report.new, *report.replaced, *report.reread}
        if missing := sorted(set(chosen) - read):
            said = "; ".join(
                f"{name} {'is still being written' if name in report.postponed else 'is not there'}"
                for name in missing[:_MOST_SENTENCES]
            )
            raise Failure(f"Not every delivery could be read from {settings.landing}: {said}", allow_retries=False)

    return delivery


def _record_partitions(context: AssetExecutionContext, report: IngestReport) -> None:
    """Give each delivery that was read its partition, and say of each that it was read now, or before this history."""
    name = str(BY_DELIVERY.name)
    known, held = set(context.instance.get_dynamic_partitions(name)), report.held
    if new := sorted(held - known):
        context.instance.add_dynamic_partitions(name, new)
    for gone in known - held:
        context.instance.delete_dynamic_partition(name, gone)
    told = dict.fromkeys(new, "read before")
    for what, deliveries in (("new", report.new), ("replaced", report.replaced), ("read again", report.reread)):
        told |= dict.fromkeys(deliveries, what)
    for delivery_id, what in told.items():
        context.log_event(AssetMaterialization(DELIVERY, metadata={"what": what}, partition=delivery_id))


def _check_specs() -> Iterator[AssetCheckSpec]:
    yield AssetCheckSpec(
        "something_usable_was_delivered",
        asset=DELIVERIES,
        blocking=True,
        description="At least one delivery has an Episodes file with rows, or rows of the IRO service.",
    )
    yield AssetCheckSpec("no_file_was_rejected", asset=FILES, description="Every delivered file could be used.")
    yield AssetCheckSpec(
        "no_delivery_was_changed",
        asset=DELIVERIES,
        description="No delivery's files were changed or removed after they had been read.",
    )
    yield AssetCheckSpec(
        "no_delivery_was_postponed",
        asset=DELIVERIES,
        description="No delivery was still being written when it was read.",
    )


def _check_results(report: IngestReport) -> Iterator[AssetCheckResult]:
    changed = [f"{delivery_id} was replaced." for delivery_id in report.replaced]
    changed += [f"{delivery_id} is no longer in the landing zone." for delivery_id in report.withdrawn]
    yield AssetCheckResult(
        asset_key=DELIVERIES,
        check_name="something_usable_was_delivered",
        passed=report.usable_deliveries > 0,
        metadata={"usable_deliveries": report.usable_deliveries},
    )
    # Dagster keeps what it is told, and a file may be called after a child: it is told how many, and of what kind.
    rejected = [f"{rule}: {count:,}" for rule, count in report.rejected_for.most_common()]
    yield _warning(FILES, "no_file_was_rejected", rejected, len(report.rejected_files))
    yield _warning(DELIVERIES, "no_delivery_was_changed", changed)
    yield _warning(
        DELIVERIES, "no_delivery_was_postponed", [f"{delivery_id} waits." for delivery_id in report.postponed]
    )


def _warning(key: AssetKey, name: str, sentences: list[str], count: int | None = None) -> AssetCheckResult:
    return AssetCheckResult(
        asset_key=key,
        check_name=name,
        passed=not sentences,
        severity=AssetCheckSeverity.WARN,
        metadata={"count": len(sentences) if count is None else count, "sentences": _sentences(sentences)},
    )


def _metadata(report: IngestReport) -> dict[AssetKey, dict[str, Any]]:
    return {
        DELIVERIES: {
            "dagster/row_count": report.deliveries,
            "new": len(report.new),
            "unchanged": len(report.unchanged),
            "replaced": len(report.replaced),
            "read_again": len(report.reread),
            "withdrawn": len(report.withdrawn),
            "postponed": len(report.postponed),
            "notes": _sentences(report.notes),
            "seconds": report.seconds,
        },
        FILES: {"dagster/row_count": report.files, "rejected": len(report.rejected_files)},
        REJECTED_LINES: {"dagster/row_count": report.rejected_lines},
        SPELLING_CHANGES: {"dagster/row_count": report.spelling_changes},
        ACCEPTANCES: {"dagster/row_count": report.acceptances},
        GIVEN_OUT: {"dagster/row_count": report.given_out},
        FIGURES_PUBLISHED: {"dagster/row_count": report.published_before[0]},
        PUBLICATIONS: {"dagster/row_count": report.published_before[1]},
        CHILD_KEYS: {"dagster/row_count": report.people[CHILDREN], "new": report.new_people[CHILDREN]},
        IRO_KEYS: {"dagster/row_count": report.people[OFFICERS], "new": report.new_people[OFFICERS]},
        **{
            raw_table_key(table): {"dagster/row_count": report.rows.get((table.dataset, table.name), 0)}
            for table in all_tables()
        },
    }


def _sentences(sentences: list[str]) -> MetadataValue:
    lines = [f"- {sentence}" for sentence in sentences[:_MOST_SENTENCES]]
    if len(sentences) > _MOST_SENTENCES:
        lines.append(f"- and {len(sentences) - _MOST_SENTENCES:,} more")
    return MetadataValue.md("\n".join(lines) or "none")


def _nothing_usable(settings: Settings, report: IngestReport) -> str:
    """Say why there is nothing to build from, without the names of files, which `progress.say` has shown."""
    reasons = [f"{count:,} rejected as {rule.replace('_', ' ')}" for rule, count in report.rejected_for.most_common()]
    reasons += [f"{delivery_id} is still being written" for delivery_id in report.postponed]
    if reasons:
        why = f"{', '.join(reasons)}; `cla build` names each."
    else:
        why = next(iter(report.notes), "put one into <la_code>/ssda903/<collection_year>/<extracted_on>/.")
    return (
        "No delivery with an Episodes file that has rows, or with rows of the IRO service, was found in "
        f"{settings.landing}: {why}".rstrip(".")
    )
