"""From the landing zone to the raw layer: whole deliveries, read once, visible whole or not at all."""

import shutil
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration import filesystem
from orchestration.ingest import landing as landing_module
from orchestration.ingest import raw as raw_layer
from orchestration.ingest import run as run_module
from orchestration.ingest.run import IngestReport, ingest_all
from orchestration.ingest.tables import IRO, SSDA903, TableSpec, all_tables
from orchestration.settings import Settings

EPISODES = "CHILD,DECOM,RNE,LS,CIN,PLACE,DEC,REC\n"
REVIEWS = "CHILD,DOB,REVIEW,REVIEW_CODE\n"
IRO_DELIVERY = "812/iro/2025/2025-04-30"
IRO_DELIVERY_ID = "812-iro-2025-2025-04-30"
IRO_REVIEWS = "review_id,child_id,iro_id,started_on,completed_on,cancelled,participation_code\n"
ALLOCATIONS = "child_id,iro_id,allocated_on,ended_on\n"
LISTS = ("deliveries", "files", "rejected_lines", "child_keys", "iro_keys")
DELIVERY = "812/ssda903/2025/2025-04-30"
DELIVERY_ID = "812-ssda903-2025-2025-04-30"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path)


def put(settings: Settings, path: str, text: str | bytes) -> Path:
    file = settings.landing / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def deliver(settings: Settings, children: list[str], folder: str = DELIVERY) -> None:
    put(settings, f"{folder}/e.csv", EPISODES + "".join(f"{child},01/04/2024,S,C2,N1,U1,,\n" for child in children))
    put(settings, f"{folder}/r.csv", REVIEWS + "".join(f"{child},,01/05/2024,PN1\n" for child in children))


def deliver_iro(settings: Settings, children: list[str], folder: str = IRO_DELIVERY) -> None:
    """Deliver of the IRO service as much as `deliver` does of the return; every child has an officer of its own."""
    reviews = "".join(f"R{child},{child},O{child},01/05/2024,01/05/2024,,PN1\n" for child in children)
    put(settings, f"{folder}/e.csv", ALLOCATIONS + "".join(f"{child},O{child},01/04/2024,\n" for child in children))
    put(settings, f"{folder}/r.csv", IRO_REVIEWS + reviews)


def ingest(settings: Settings, **options: Any) -> IngestReport:
    return ingest_all(settings, settle_seconds=0, **options)


def view(table: TableSpec) -> str:
    return "iro_reviews" if (table.dataset, table.name) == (IRO, "reviews") else table.name


def query(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    """Query the raw layer as dbt reads it: a view for each table, `rows` joined to the commit records."""
    with duckdb.connect() as connection:
        for name in LISTS:
            files = (settings.raw / name / "*.parquet").as_posix()
            connection.execute(f"create view {name} as from read_parquet('{files}', hive_partitioning = false)")
        for table in all_tables():
            files = (settings.raw / table.dataset / table.name / "**" / "*.parquet").as_posix()
            connection.execute(
                f"create view {view(table)} as from read_parquet('{files}', hive_partitioning = false) "
                "semi join deliveries using (delivery_id, content_hash)"
            )
        return connection.execute(sql).fetchall()


def test_every_raw_table_exists_before_anything_is_delivered(settings: Settings):
    report = ingest(settings)
    assert report.deliveries == report.usable_deliveries == 0
    for name in (*LISTS, *map(view, all_tables())):
        assert query(settings, f"from {name}") == []
    for spec in all_tables():
        names = [row[0] for row in query(settings, f"describe {view(spec)}")]
        assert names[:5] == ["delivery_id", "content_hash", "file_name", "row_number", "loaded_at"]
        assert names[5:] == [*spec.columns, "extra_columns", "as_delivered"]


def test_a_delivery_becomes_rows_with_where_they_came_from(settings: Settings):
    put(settings, f"{DELIVERY}/delivery.yaml", "status: final\nsupplier: Mosaic\nsynthetic: true\n")
    put(
        settings, f"{DELIVERY}/Any name.csv", EPISODES + "007, 01/04/2024,S,C2,N1,U1,,\n\n008,02/04/2024,S,C2,N1,U1,,\n"
    )
    put(settings, f"{DELIVERY}/more.csv", "Team," + EPISODES + "North,009,03/04/2024,S,C2,N1,U1,,\n")
    report = ingest(settings)
    assert (report.new, report.usable_deliveries, report.rows[SSDA903, "episodes"]) == ([DELIVERY_ID], 1, 3)
    assert query(
        settings,
        "select file_name, row_number, child, decom, urn, extra_columns, as_delivered from episodes order by child",
    ) == [
        ("Any name.csv", 2, "007", "01/04/2024", None, None, '{"decom": " 01/04/2024"}'),
        ("Any name.csv", 4, "008", "02/04/2024", None, None, None),
        ("more.csv", 2, "009", "03/04/2024", None, '{"team": "North"}', None),
    ]
    assert query(
        settings,
        "select delivery_id, la_code, dataset, collection_year, extracted_on::varchar, status, supplier, is_synthetic, "
        "file_count, replaced_content_hash from deliveries",
    ) == [(DELIVERY_ID, "812", "ssda903", 2025, "2025-04-30", "final", "Mosaic", True, 3, None)]
    assert query(settings, "select file_name, unknown_columns from files order by 1") == [
        ("Any name.csv", None),
        ("more.csv", "column 1"),
    ]
    assert query(settings, "select la_code, child, length(child_key) from child_keys order by 2") == [
        ("812", "007", 32),
        ("812", "008", 32),
        ("812", "009", 32),
    ]


def test_what_cannot_be_read_is_listed_and_the_rest_loads(settings: Settings):
    deliver(settings, ["1"])
    put(settings, f"{DELIVERY}/cut.csv", REVIEWS + "1,2,3,4\n1,2")
    put(settings, f"{DELIVERY}/empty.csv", "")
    put(settings, f"{DELIVERY}/junk.xlsx", b"junk")
    put(settings, f"{DELIVERY}/delivery.yaml", "status: unsure")
    put(settings, "812/elsewhere.csv", REVIEWS)
    report = ingest(settings)
    assert query(settings, "select file_name, rule_id from files where is_rejected order by file_name") == [
        ("812/elsewhere.csv", "path_outside_pattern"),
        ("delivery.yaml", "unreadable_file"),
        ("empty.csv", "empty_file"),
        ("junk.xlsx", "unreadable_file"),
    ]
    assert query(settings, "select file_name, table_name, row_number, rule_id, raw_content from rejected_lines") == [
        ("cut.csv", "reviews", 3, "wrong_column_count", "1,2")
    ]
    assert len(report.rejected_files) == 4 and report.rejected_lines == 1
    assert query(settings, "select count(*) from files where rows_delivered <> rows_parsed + rows_unparsed") == [(0,)]
    put(settings, "812/elsewhere.csv", "").unlink()
    assert len(ingest(settings).rejected_files) == 3, "a path that was put right is no longer reported"


def test_a_delivery_of_the_iro_service_becomes_rows_beside_the_return_s(settings: Settings):
    deliver(settings, ["7"])
    put(settings, f"{IRO_DELIVERY}/any name.csv", "Team," + ALLOCATIONS.upper() + "North,8, A1 ,01/04/2024,\n")
    put(settings, f"{IRO_DELIVERY}/r.csv", IRO_REVIEWS + "R1,7,A2,01/05/2024,,,\nR1,8,,01/05/2024,,,\n")
    put(settings, f"{IRO_DELIVERY}/delivery.yaml", "status: final\nsynthetic: true\n")
    report = ingest(settings)
    assert report.new == [IRO_DELIVERY_ID, DELIVERY_ID] and report.usable_deliveries == 2
    assert report.rows == {
        (SSDA903, "episodes"): 1,
        (SSDA903, "reviews"): 1,
        (IRO, "iro_allocations"): 1,
        (IRO, "reviews"): 2,
    }
    assert query(settings, "select file_name, row_number, child_id, iro_id, extra_columns from iro_allocations") == [
        ("any name.csv", 2, "8", "A1", '{"team": "North"}')
    ]
    assert query(settings, "select review_id, child_id, iro_id, late_reason from iro_reviews order by 2") == [
        ("R1", "7", "A2", None),
        ("R1", "8", "", None),
    ]
    assert query(settings, "select child, review from reviews") == [("7", "01/05/2024")]
    assert query(settings, "select dataset, collection_year, status, is_synthetic from deliveries order by 1") == [
        ("iro", 2025, "final", True),
        ("ssda903", 2025, None, False),
    ]
    assert query(settings, "select child from child_keys order by 1") == [("7",), ("8",)], "children of both datasets"
    assert query(settings, "select iro_id from iro_keys order by 1") == [("A1",), ("A2",)]
    assert list(report.people.values()) == list(report.new_people.values()) == [2, 2]


def test_an_authority_may_deliver_the_iro_service_alone(settings: Settings):
    deliver_iro(settings, ["1"])
    report = ingest(settings)
    assert (report.new, report.usable_deliveries, report.rejected_files) == ([IRO_DELIVERY_ID], 1, [])
    deliver_iro(settings, ["1"], "813/iro/2025/2025-04-30")
    ingest(settings)
    ((one,), (other,)) = query(settings, "select iro_key from iro_keys order by la_code")
    assert one != other, "O1 of another authority is somebody else"


def test_what_is_no_table_of_the_iro_service_is_listed_and_the_rest_loads(settings: Settings):
    deliver_iro(settings, ["1"])
    put(settings, f"{IRO_DELIVERY}/return.xml", "<EXPSSDA903></EXPSSDA903>")
    put(settings, f"{IRO_DELIVERY}/episodes.csv", EPISODES + "1,01/04/2024,S,C2,N1,U1,,\n")
    put(settings, f"{IRO_DELIVERY}/ratings.csv", "child_id,rating\n1,RED\n")
    put(settings, f"{IRO_DELIVERY}/cut.csv", "child_id,rating,rated_on,reason\n1,RED,01/04/2024,calm\n2,AMB")
    put(settings, f"{IRO_DELIVERY}/cut.xlsx", b"PK\x03\x04 and then nothing")
    report = ingest(settings)
    assert query(settings, "select file_name, table_name, rule_id from files where is_rejected order by file_name") == [
        ("cut.xlsx", None, "unreadable_file"),
        ("episodes.csv", None, "unrecognised_columns"),
        ("ratings.csv", "rag_ratings", "missing_columns"),
        ("return.xml", None, "unreadable_file"),
    ]
    assert query(settings, "select file_name, row_number, rule_id from rejected_lines") == [
        ("cut.csv", 3, "wrong_column_count")
    ]
    assert query(settings, "select child_id from rag_ratings") == [("1",)]
    assert query(settings, "select count(*) from files where rows_delivered <> rows_parsed + rows_unparsed") == [(0,)]
    assert len(report.rejected_files) == 4 and report.rejected_lines == 1


def test_a_table_delivered_twice_is_there_twice_with_the_file_it_came_in(settings: Settings):
    """Which of the two rows counts is staging's to say; ingest loses and hides neither."""
    deliver_iro(settings, ["1"])
    shutil.copy(settings.landing / IRO_DELIVERY / "r.csv", settings.landing / IRO_DELIVERY / "r (1).csv")
    deliver_iro(settings, ["1", "2"], "812/iro/2025/2025-06-30")
    ingest(settings)
    assert query(settings, "select delivery_id, file_name, review_id from iro_reviews order by all") == [
        (IRO_DELIVERY_ID, "r (1).csv", "R1"),
        (IRO_DELIVERY_ID, "r.csv", "R1"),
        ("812-iro-2025-2025-06-30", "r.csv", "R1"),
        ("812-iro-2025-2025-06-30", "r.csv", "R2"),
    ]
    assert query(settings, "select iro_id from iro_keys order by 1") == [("O1",), ("O2",)]
    assert query(settings, "select sum(rows_delivered), sum(rows_parsed) from files") == [(7, 7)]


def test_officers_are_the_trimmed_numbers_of_every_table(settings: Settings):
    put(settings, f"{IRO_DELIVERY}/a.csv", ALLOCATIONS + "1, O1\t,01/04/2024,\n2,\xa0o1\u2003,01/04/2024,\n3, ,,\n")
    put(settings, f"{IRO_DELIVERY}/s.csv", "iro_id,role,fte,started_on,ended_on\nO1,IRO,1,,\nO2 ,IRO,1,,\n")
    put(settings, f"{IRO_DELIVERY}/d.csv", "audit_id,audit_type,audited_on,IRO_ID\nA,DIP_SAMPLE,01/05/2024,O3\n")
    ingest(settings)
    assert query(settings, "select iro_id from iro_keys order by 1") == [("O1",), ("O2",), ("O3",)]


def test_a_deleted_map_of_officers_is_made_again_whole(settings: Settings):
    deliver(settings, ["1"])
    deliver_iro(settings, ["1", "2"])
    ingest(settings)
    before = query(settings, "from iro_keys order by iro_id")
    for file in (settings.raw / "iro_keys").iterdir():
        file.unlink()
    report = ingest(settings)
    assert (report.reread, report.unchanged) == ([IRO_DELIVERY_ID], [DELIVERY_ID]), "the return names no officer"
    assert query(settings, "from iro_keys order by iro_id") == before
    report = ingest(settings)
    assert report.reread == [] and len(report.unchanged) == 2


def test_another_specification_of_one_dataset_reads_that_one_again(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    deliver(settings, ["1"])
    deliver_iro(settings, ["1"])
    ingest(settings)
    real = raw_layer.table_specs

    def without_audits(dataset: str) -> dict[str, TableSpec]:
        return {name: table for name, table in real(dataset).items() if name != "audits"}

    monkeypatch.setattr(raw_layer, "table_specs", without_audits)
    raw_layer._reader_fingerprint.cache_clear()
    report = ingest(settings)
    monkeypatch.undo()
    raw_layer._reader_fingerprint.cache_clear()
    assert (report.reread, report.unchanged) == ([IRO_DELIVERY_ID], [DELIVERY_ID])


def test_an_unchanged_delivery_is_not_read_again(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    deliver(settings, ["1", "2"])
    deliver_iro(settings, ["1", "2"])
    ingest(settings)
    before = {path: path.stat().st_mtime_ns for path in settings.raw.rglob("*.parquet")}
    monkeypatch.setattr(run_module, "read_file", None)
    report = ingest(settings)
    assert (report.new, report.unchanged) == ([], [IRO_DELIVERY_ID, DELIVERY_ID])
    after = {path: path.stat().st_mtime_ns for path in settings.raw.rglob("*.parquet")}
    not_loaded = settings.raw / "files" / "not_loaded.parquet"
    assert after | {not_loaded: 0} == before | {not_loaded: 0}


def test_changed_content_at_the_same_path_replaces_the_old(settings: Settings):
    deliver(settings, ["1", "2"])
    ingest(settings)
    ((first,),) = query(settings, "select content_hash from deliveries")
    deliver(settings, ["2", "3"])
    report = ingest(settings)
    assert (report.new, report.replaced) == ([], [DELIVERY_ID])
    assert query(settings, "select child from episodes order by 1") == [("2",), ("3",)]
    assert query(settings, "select replaced_content_hash, replaced_at = loaded_at from deliveries") == [(first, True)]
    assert query(settings, "select count(*) from child_keys") == [(3,)], "who was ever seen keeps the key"
    assert not list(settings.raw.rglob(f"*{first}*")), "what was replaced is swept away"


def test_changed_content_of_the_iro_service_replaces_the_old(settings: Settings):
    deliver(settings, ["1"])
    deliver_iro(settings, ["1", "2"])
    ingest(settings)
    ((first,),) = query(settings, "select content_hash from deliveries where dataset = 'iro'")
    deliver_iro(settings, ["2", "3"])
    report = ingest(settings)
    assert (report.new, report.replaced, report.unchanged) == ([], [IRO_DELIVERY_ID], [DELIVERY_ID])
    assert query(settings, "select child_id from iro_reviews order by 1") == [("2",), ("3",)]
    assert query(settings, "select iro_id from iro_keys order by 1") == [("O1",), ("O2",), ("O3",)]
    assert not list(settings.raw.rglob(f"*{first}*")), "what was replaced is swept away"


def test_a_delivery_of_the_iro_service_that_left_the_landing_zone_leaves_the_raw_layer(settings: Settings):
    deliver(settings, ["1"])
    deliver_iro(settings, ["2"])
    ingest(settings)
    shutil.rmtree(settings.landing / IRO_DELIVERY)
    assert ingest(settings).withdrawn == [IRO_DELIVERY_ID]
    assert query(settings, "select child_id from iro_allocations") == []
    assert query(settings, "select child from episodes") == [("1",)]
    assert not list(settings.raw.rglob(f"*{IRO_DELIVERY_ID}*"))


def test_several_deliveries_of_a_year_lie_side_by_side(settings: Settings):
    deliver(settings, ["1"])
    deliver(settings, ["1", "2"], "812/ssda903/2025/2025-06-30")
    ingest(settings)
    assert query(settings, "select delivery_id, count(*) from episodes group by 1 order by 1") == [
        (DELIVERY_ID, 1),
        ("812-ssda903-2025-2025-06-30", 2),
    ]


def test_a_delivery_that_left_the_landing_zone_leaves_the_raw_layer(settings: Settings):
    deliver(settings, ["1"])
    deliver(settings, ["2"], "813/ssda903/2025/2025-06-30")
    ingest(settings)
    for file in (settings.landing / DELIVERY).iterdir():
        file.unlink()
    report = ingest(settings)
    assert report.withdrawn == [DELIVERY_ID]
    assert query(settings, "select child from episodes") == [("2",)]
    assert not list(settings.raw.rglob(f"*{DELIVERY_ID}*"))


def test_an_empty_landing_zone_takes_nothing_away(settings: Settings):
    deliver(settings, ["1"])
    ingest(settings)
    settings.landing.rename(settings.data_dir / "drive that is not there")
    report = ingest(settings)
    assert report.withdrawn == [] and report.notes
    assert query(settings, "select child from episodes") == [("1",)]


def test_a_delivery_that_is_still_being_written_waits_whole(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    deliver(settings, ["1"])
    deliver(settings, ["9"], "813/ssda903/2025/2025-06-30")
    ingest(settings)
    deliver(settings, ["1", "2"])

    def grow(*_: object) -> None:
        with (settings.landing / DELIVERY / "e.csv").open("a") as file:
            file.write("3,01/04/2024,S,C2,N1,U1,,\n")

    monkeypatch.setattr(run_module, "settle", grow)
    report = ingest(settings)
    assert list(report.postponed) == [DELIVERY_ID] and report.replaced == []
    assert query(settings, "select child from episodes order by 1") == [("1",), ("9",)], "the old content stays visible"
    waiting = "select delivery_id, file_name, content_hash from files where rule_id = 'still_being_written'"
    assert query(settings, waiting) == [(DELIVERY_ID, "e.csv", None)]
    monkeypatch.undo()
    assert ingest(settings).replaced == [DELIVERY_ID]
    assert query(settings, "select child from episodes order by 1") == [("1",), ("2",), ("3",), ("9",)]
    assert query(settings, waiting) == []


def test_a_file_that_grows_while_a_delivery_is_read_postpones_it(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    deliver(settings, ["1"])
    real = landing_module.read_ordinary_file

    def growing(path: Path, most_bytes: int | None = None) -> bytes:
        content = real(path, most_bytes)
        if path.name == "e.csv":
            with path.open("a") as file:
                file.write("3,01/04/2024,S,C2,N1,U1,,\n")
        return content

    monkeypatch.setattr(landing_module, "read_ordinary_file", growing)
    report = ingest(settings)
    assert (report.new, list(report.postponed)) == ([], [DELIVERY_ID])
    assert query(settings, "select * from deliveries") == []


def test_new_readers_read_everything_again_without_calling_it_replaced(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    deliver(settings, ["1"])
    ingest(settings)
    monkeypatch.setattr(raw_layer, "READER_VERSION", -1)
    raw_layer._reader_fingerprint.cache_clear()
    report = ingest(settings)
    monkeypatch.undo()
    raw_layer._reader_fingerprint.cache_clear()
    assert (report.reread, report.replaced) == ([DELIVERY_ID], [])
    assert query(settings, "select child, replaced_content_hash from episodes join deliveries using (delivery_id)") == [
        ("1", None)
    ]


def test_a_deleted_map_of_children_is_made_again_whole(settings: Settings):
    deliver(settings, ["1", "2"])
    ingest(settings)
    before = query(settings, "from child_keys order by child")
    for file in (settings.raw / "child_keys").iterdir():
        file.unlink()
    ingest(settings)
    assert query(settings, "from child_keys order by child") == before


def test_children_are_the_trimmed_numbers_of_every_table(settings: Settings):
    put(
        settings,
        f"{DELIVERY}/e.csv",
        EPISODES + " 7\t,01/04/2024,S,C2,N1,U1,,\n\xa08\u2003,01/04/2024,S,C2,N1,U1,,\n ,01/04/2024,S,C2,N1,U1,,\n",
    )
    put(settings, f"{DELIVERY}/r.csv", REVIEWS + "a7,,01/05/2024,PN1\nA7,,01/05/2024,PN1\n")
    ingest(settings)
    assert query(settings, "select child from child_keys order by 1") == [("7",), ("8",), ("A7",)]


def test_several_processes_read_the_same_as_one(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    alone = Settings(tmp_path / "alone")
    for root in (settings, alone):
        for code in range(201, 206):
            deliver(root, [str(code), "1"], f"{code}/ssda903/2025/2025-06-30")
    monkeypatch.setattr(run_module, "_IN_PROCESS_BYTES", 0)
    seen: list[int] = []
    report = ingest(settings, workers=2, progress=lambda stage, done, total: seen.append(done))
    assert (len(report.new), seen) == (5, [1, 2, 3, 4, 5])
    ingest(alone, workers=1)
    rows = "select delivery_id, content_hash, child, decom from episodes order by all"
    assert query(settings, rows) == query(alone, rows)
    assert query(settings, "select count(*) from child_keys") == [(10,)]


def test_a_reading_process_that_dies_takes_one_delivery_with_it(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    """The trap: a process that is killed breaks the pool, and with it the deliveries of everybody else."""

    class Pool:
        def __init__(self, *_: object, **__: object) -> None: ...
        def __enter__(self) -> "Pool":
            return self

        def __exit__(self, *_: object) -> None: ...
        def map(self, *_: object, **__: object) -> Any:
            raise run_module.BrokenProcessPool

        def submit(self, read: Any, delivery: Any) -> Any:
            if delivery.la_code == "812":
                raise run_module.BrokenProcessPool
            future: Future[Any] = Future()
            future.set_result(read(delivery))
            return future

    deliver(settings, ["1"])
    deliver(settings, ["1"], "813/ssda903/2025/2025-06-30")
    monkeypatch.setattr(run_module, "_IN_PROCESS_BYTES", 0)
    monkeypatch.setattr(run_module, "ProcessPoolExecutor", Pool)
    report = ingest(settings, workers=2)
    assert report.new == ["813-ssda903-2025-2025-06-30"]
    assert [said.count(".") for said in report.postponed.values()] == [1]
    assert "memory" in report.postponed[DELIVERY_ID]


class Killed(BaseException):
    """The process died: nothing it still wanted to do happens."""


def visible(settings: Settings) -> tuple[Any, ...]:
    """What a build would see: rows, files and keys of committed deliveries."""
    rows = query(
        settings,
        "select 'e', child from episodes union all select 'r', child from reviews union all "
        "select 'e', child_id from iro_allocations union all select 'r', child_id from iro_reviews order by all",
    )
    files = query(
        settings,
        "select file_name, rows_parsed from files join deliveries using (delivery_id, content_hash) order by all",
    )
    without_key = query(settings, "select child from episodes anti join child_keys using (child)")
    twice = query(settings, "select la_code, child from child_keys group by all having count(*) > 1")
    without_key += query(settings, "select child_id from iro_reviews anti join child_keys on child = child_id")
    without_key += query(settings, "select iro_id from iro_reviews anti join iro_keys using (iro_id)")
    twice += query(settings, "select la_code, iro_id from iro_keys group by all having count(*) > 1")
    assert without_key == [] and twice == []
    return (rows, files)


@pytest.mark.parametrize(("deliver", "first_step"), [(deliver, 0), (deliver_iro, 1)])
def test_a_run_that_dies_at_any_step_leaves_the_old_or_the_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deliver: Callable[[Settings, list[str]], None], first_step: int
):
    """Every second step of each, as there are a hundred."""
    steps = {"left": 0}

    def dying(function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any, **options: Any) -> Any:
            if steps["left"] <= 0:
                raise Killed
            steps["left"] -= 1
            return function(*arguments, **options)

        return wrapped

    outcomes = set()
    before = Settings(tmp_path / "before")
    deliver(before, ["1", "2"])
    ingest(before)
    old = visible(before)
    deliver(before, ["2", "3", "4"])
    for step in range(first_step, 400, 2):
        settings = Settings(tmp_path / str(step))
        shutil.copytree(before.data_dir, settings.data_dir)
        with monkeypatch.context() as patch:
            # Every change of the raw layer is a file put in place, a file deleted or a folder deleted.
            steps["left"] = step
            patch.setattr(filesystem, "_replace", dying(filesystem._replace))
            patch.setattr(Path, "unlink", dying(Path.unlink))
            patch.setattr(Path, "rmdir", dying(Path.rmdir))
            try:
                ingest(settings)
                died = False
            except Killed:
                died = True
        seen = visible(settings)
        new = ([("e", c) for c in "234"] + [("r", c) for c in "234"], [("e.csv", 3), ("r.csv", 3)])
        assert seen in (old, new), f"half a delivery is visible after step {step}"
        outcomes.add(seen == new)
        ingest(settings)
        assert visible(settings) == new
        left_over = [path.name for path in settings.raw.rglob("*") if path.name.endswith(".tmp")]
        assert left_over == []
        assert len(list((settings.raw / "files").iterdir())) == 3
        if not died:
            break
    assert not died and step > 8 and outcomes == {True, False}


def test_sentences_and_counts_hold_no_data_of_children(settings: Settings):
    put(settings, f"{DELIVERY}/e.csv", EPISODES + 'SECRET,"x\nSECRET,1\n')
    put(settings, f"{DELIVERY}/n.csv", "NAME\nSECRET\n")
    report = ingest(settings)
    assert "SECRET" not in str(vars(report))
    assert report.summary() == "Deliveries: 1 (1 new); files rejected: 1."
