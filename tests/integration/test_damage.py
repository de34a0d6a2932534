"""Damage that cannot be read: held or rejected with its sentence, nothing of it published, everybody else published.

One landing zone with every kind of damage beside good deliveries, built once; then some held ones are accepted, mended
or changed, and it is built again.
"""

import csv
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.publish.publication import DATABASE
from orchestration.settings import REPOSITORY
from tests.integration.damaged import (
    DAY,
    LATE_2025,
    MARK,
    SPRING_2024,
    SPRING_2025,
    Case,
    Land,
    damage_everything,
    deliver,
    text_of,
    written,
)
from tests.integration.running import cla

pytestmark = [pytest.mark.slow, pytest.mark.ci]

BECAUSE = "The manager of the service counted them by hand"


@dataclass
class Built:
    data_dir: Path
    land: Land
    code: int
    output: str
    healthy: dict[str, dict[int, int]]
    """Per authority in good order what has to be published of it."""
    headers_only: str
    truly_none: str

    @property
    def publications(self) -> list[Path]:
        return [self.data_dir / name / DATABASE for name in ("published", "published_public")]


def connect(data_dir: Path, variant: str = "published") -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(data_dir / variant / DATABASE), read_only=True)


def real_codes() -> list[str]:
    with (REPOSITORY / "seeds" / "reference" / "authorities.csv").open(encoding="utf-8-sig", newline="") as file:
        return [row["la_code"] for row in csv.DictReader(file) if not row["valid_to"]]


def make_healthy(land: Land) -> dict[str, dict[int, int]]:
    """Good ones of every size, and small ones with an error that anybody makes: none may be held by chance."""
    expected: dict[str, dict[int, int]] = {}

    def years(size: int, **also: object) -> tuple[str, dict[str, dict[str, str]]]:
        council = land.council(size)
        land.good(council, 2024, SPRING_2024)
        expected[council.la_code] = {2024: council.in_care(2024), 2025: council.in_care(2025)}
        return council.la_code, {"2025": written(council.ssda903(2025))}

    for size in (1, 2, 3, 4, 6, 12, 30):  # nothing is wrong
        la_code, files = years(size)
        deliver(land.landing, la_code, "ssda903", 2025, SPRING_2025, files["2025"])

    for size, column, value in ((1, "CIN", "QQ"), (3, "LS", "QQ"), (5, "DECOM", "31/02/2024"), (6, "DEC", "soon")):
        council = land.council(size)
        land.good(council, 2024, SPRING_2024)
        tables = council.ssda903(2025)
        stray = tables["episodes"][-1]
        still = council.in_care(2025)
        if column != "CIN":  # the row is rejected, and the child of it not counted
            still -= stray["DEC"] is None
        stray[column] = value
        deliver(land.landing, council.la_code, "ssda903", 2025, SPRING_2025, written(tables))
        expected[council.la_code] = {2024: council.in_care(2024), 2025: still}

    # A handful of children is another handful a year later.
    for before, after in ((1, 2), (2, 1), (3, 6), (6, 3), (4, 1)):
        council = land.council(max(before, after))
        council.lives = []
        for place in range(max(before, after)):
            start = date(2022, 5, 3) if place < before else date(2024, 6, 1)
            council.live(start + 9 * place * DAY, date(2024, 9, 1) if place >= after else None)
        land.good(council, 2024, SPRING_2024)
        land.good(council, 2025, SPRING_2025)
        expected[council.la_code] = {2024: before, 2025: after}

    # A whole year's extract after one of October, with as many children more as the winter brought.
    council = land.council(20)
    deliver(land.landing, council.la_code, "ssda903", 2025, date(2024, 10, 31),
            written(council.ssda903(2025, date(2024, 10, 31))))  # fmt: skip
    land.good(council, 2025, SPRING_2025)
    land.good(council, 2025, SPRING_2025, "iro")
    expected[council.la_code] = {2025: council.in_care(2025)}
    return expected


def make_without_rows(land: Land) -> tuple[str, str]:
    """Two returns whose Reviews, OC2 and Missing have column names only; the second says that nobody was missing."""
    codes = []
    for note in ("synthetic: true\n", "synthetic: true\nempty: [missing]\n"):
        council = land.council(14)
        files = written(council.ssda903(2025))
        files |= {table: text_of(table, []) for table in ("reviews", "oc2", "missing")}
        # What happened in the year needs the table of both years.
        for year, extracted_on in ((2024, SPRING_2024), (2025, SPRING_2025)):
            of_year = written(council.ssda903(year)) | {t: files[t] for t in ("reviews", "oc2", "missing")}
            deliver(land.landing, council.la_code, "ssda903", year, extracted_on, of_year, note)
        codes.append(council.la_code)
    return codes[0], codes[1]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    data_dir = tmp_path_factory.mktemp("damage")
    land = Land(data_dir / "landing", real_codes())
    damage_everything(land)
    healthy = make_healthy(land)
    headers_only, truly_none = make_without_rows(land)
    code, output = cla(data_dir, "build")
    assert code in (0, 3), output
    return Built(data_dir, land, code, output, healthy, headers_only, truly_none)


def judged(data_dir: Path) -> dict[str, tuple[str, str | None]]:
    """Per delivery what it is and why it is held."""
    with connect(data_dir) as connection:
        rows = connection.execute(
            "select distinct delivery_id, delivery_status, held_because from marts.delivery_audit"
        ).fetchall()
    found: dict[str, tuple[str, str | None]] = {}
    for delivery_id, status, because in rows:
        assert delivery_id not in found, f"{delivery_id} is two things at once"
        found[delivery_id] = (status, because)
    return found


def looked_after(data_dir: Path, variant: str = "published") -> dict[str, dict[int, int]]:
    with connect(data_dir, variant) as connection:
        rows = connection.execute(
            "select la_code, year(period_end), numerator from marts.metric_values "
            "where metric_id = 'children_looked_after' and breakdown = 'all' and period_type = 'financial_year'"
        ).fetchall()
    found: dict[str, dict[int, int]] = {}
    for la_code, year, number in rows:
        found.setdefault(la_code, {})[year] = number
    return found


def report(wrong: list[str], of: int) -> str:
    return f"{len(wrong)} of {of}:\n" + "\n".join(wrong)


def test_a_build_that_held_something_says_so_in_its_exit_code(built: Built) -> None:
    assert built.code == 3, built.output


def test_every_damaged_delivery_is_held_or_cannot_be_used(built: Built) -> None:
    found = judged(built.data_dir)
    wrong = []
    for case in built.land.cases:
        status, because = found.get(case.bad, ("unheard of", None))
        allowed = {"held"} if case.held else {"held", "not used"}
        if status not in allowed:
            wrong.append(f"{case.name}: {status}")
        elif status == "held" and not because:
            wrong.append(f"{case.name}: held without a sentence")
    assert not wrong, report(wrong, len(built.land.cases))


def test_whatever_is_kept_out_has_its_sentence(built: Built) -> None:
    """A held delivery, why; another, which file or rows of it are rejected, or which table is without rows."""
    found = judged(built.data_dir)
    with connect(built.data_dir) as connection:
        said = {
            delivery_id
            for table in ("rejected_files", "rejected_records")
            for (delivery_id,) in connection.execute(
                f"select delivery_id from marts.{table} where message is not null"
            ).fetchall()
        }
    wrong = []
    for case in built.land.cases:
        because = found[case.bad][1]
        if not because and case.bad not in said and case.bad not in built.output:
            wrong.append(f"{case.name}: nothing says why")
        if because and case.la_code not in built.output:
            wrong.append(f"{case.name}: the build's output does not name the authority")
    assert not wrong, report(wrong, len(built.land.cases))


def test_every_held_delivery_has_a_finding_that_exceeds_its_bound(built: Built) -> None:
    found = judged(built.data_dir)
    with connect(built.data_dir) as connection:
        findings = connection.execute(
            "select delivery_id, sentence, bound_id from marts.delivery_findings where is_held"
        ).fetchall()
    held = {delivery_id for delivery_id, (status, _) in found.items() if status == "held"}
    assert {delivery_id for delivery_id, _, _ in findings} == held
    assert all(bound and re.fullmatch(r"[A-Z0-9].*[.?]", sentence) for _, sentence, bound in findings)


def test_the_damage_to_look_for_is_what_the_sentence_says(built: Built) -> None:
    """Numbers that Excel destroyed are to be exported again: nobody finds that out from "the number is unknown"."""
    cases = [case for case in built.land.cases if "scientific" in case.name]
    assert cases
    with connect(built.data_dir) as connection:
        for case in cases:
            messages = connection.execute(
                "select message from marts.rejected_files where delivery_id = ?", [case.bad]
            ).fetchall()
            assert any("scientific" in message.lower() for (message,) in messages), case.name


def test_nothing_of_the_damage_is_published(built: Built) -> None:
    """Neither for the authority's own staff nor for the public, in any table of figures."""
    wrong = []
    staff, public = looked_after(built.data_dir), looked_after(built.data_dir, "published_public")
    for case in built.land.cases:
        if staff.get(case.la_code, {}) != case.looked_after:
            years = {year for year in staff.get(case.la_code, {}) if year not in case.looked_after}
            wrong.append(f"{case.name}: {'figures of ' + str(sorted(years)) if years else 'other figures'} for staff")
        if public.get(case.la_code, {}).keys() - case.looked_after.keys():
            wrong.append(f"{case.name}: figures for the public")
    assert not wrong, report(wrong, len(built.land.cases))


@pytest.mark.parametrize("variant", ["published", "published_public"])
def test_an_authority_with_nothing_but_damage_has_no_figure_at_all(built: Built, variant: str) -> None:
    nothing = {case.la_code: case.name for case in built.land.cases if not case.looked_after}
    with connect(built.data_dir, variant) as connection:
        rows = connection.execute(
            "select la_code, count(*) from marts.metric_values where la_code in (select unnest(?)) group by 1",
            [list(nothing)],
        ).fetchall()
    assert not rows, report([f"{nothing[la_code]}: {count} figures" for la_code, count in rows], len(nothing))


def test_figures_of_the_damaged_year_come_from_the_good_extract_alone(built: Built) -> None:
    """`as_known_at` is the day of the latest delivery behind a figure."""
    wrong = []
    with connect(built.data_dir) as connection:
        for case in built.land.cases:
            if case.dataset == "ssda903" and case.looked_after:
                bad_day = case.bad[-10:]
                (count,) = connection.execute(
                    "select count(*) from marts.metric_values where la_code = ? and as_known_at >= ?",
                    [case.la_code, bad_day],
                ).fetchone() or (0,)
                if count:
                    wrong.append(f"{case.name}: {count} figures")
    assert not wrong, report(wrong, len(built.land.cases))


def test_the_good_delivery_before_it_stays_in_force(built: Built) -> None:
    found = judged(built.data_dir)
    cases = [case for case in built.land.cases if case.in_force]
    wrong = [
        f"{case.name}: {found[case.in_force][0]}"
        for case in cases
        if case.in_force and found[case.in_force][0] != "in force"
    ]
    assert len(cases) > 20
    assert not wrong, report(wrong, len(cases))


def test_the_service_s_figures_come_from_its_good_extract(built: Built) -> None:
    wrong = []
    with connect(built.data_dir) as connection:
        for case in built.land.cases:
            if case.dataset != "iro":
                continue
            row = connection.execute(
                "select count(*) from marts.metric_values where la_code = ? and metric_id = 'iro_caseload' "
                "and period_type = 'financial_year' and year(period_end) = ?",
                [case.la_code, case.year],
            ).fetchone()
            if row is None or bool(row[0]) != bool(case.in_force):
                wrong.append(case.name)
    assert not wrong, report(wrong, len(built.land.cases))


def test_everybody_else_is_published(built: Built) -> None:
    found = looked_after(built.data_dir)
    wrong = [
        f"{la_code}: {found.get(la_code)} for {expected}"
        for la_code, expected in built.healthy.items()
        if found.get(la_code) != expected
    ]
    assert not wrong, report(wrong, len(built.healthy))


def test_nobody_small_is_held_by_chance(built: Built) -> None:
    damaged = {case.bad for case in built.land.cases}
    held = [
        f"{delivery_id}: {because}"
        for delivery_id, (status, because) in judged(built.data_dir).items()
        if status == "held" and delivery_id not in damaged
    ]
    assert not held, "\n".join(held)


def test_a_table_without_rows_is_said_by_name_and_has_no_figure(built: Built) -> None:
    status = judged(built.data_dir)[f"{built.headers_only}-ssda903-2025-{SPRING_2025.isoformat()}"]
    assert status == ("in force", None)
    with connect(built.data_dir) as connection:
        metrics = dict(
            connection.execute(
                "select metric_id, numerator from marts.metric_values where la_code = ? "
                "and period_type = 'financial_year' and year(period_end) = 2025 and breakdown = 'all'",
                [built.headers_only],
            ).fetchall()
        )
        said = connection.execute(
            "select count(distinct table_name) from marts.data_quality_issues "
            "where la_code = ? and collection_year = 2025 and rule_id = 'table_without_rows' "
            "and table_name in ('reviews', 'oc2', 'missing')",
            [built.headers_only],
        ).fetchone()
    assert metrics["children_looked_after"] == 14
    assert not metrics.keys() & {
        "reviews_held",
        "health_assessment",
        "dental_check",
        "immunisations",
        "missing_incidents",
        "missing_from_placement",
        "convicted",
        "substance_misuse",
    }
    assert said == (3,)
    lines = [line.lower() for line in built.output.splitlines() if built.headers_only in line]
    assert all(any(table in line for line in lines) for table in ("reviews", "oc2", "missing")), lines


def test_a_table_that_the_authority_says_is_empty_is_a_true_zero(built: Built) -> None:
    with connect(built.data_dir) as connection:
        metrics = dict(
            connection.execute(
                "select metric_id, numerator from marts.metric_values where la_code = ? "
                "and period_type = 'financial_year' and year(period_end) = 2025 and breakdown = 'all'",
                [built.truly_none],
            ).fetchall()
        )
    assert metrics["missing_incidents"] == 0
    assert metrics["missing_from_placement"] == 0
    assert not metrics.keys() & {"reviews_held", "health_assessment"}


def test_nothing_is_lost(built: Built) -> None:
    with connect(built.data_dir) as connection:
        unaccounted = connection.execute(
            "select delivery_id, table_name from marts.delivery_audit "
            "where rows_delivered <> rows_accepted + rows_rejected"
        ).fetchall()
        audited = {row[0] for row in connection.execute("select delivery_id from marts.delivery_audit").fetchall()}
    assert not unaccounted
    assert {case.bad for case in built.land.cases} <= audited


def test_no_sentence_quotes_a_value(built: Built) -> None:
    """No number of a child, no day of birth: neither on the screen nor in what is published or logged."""
    births = {f"{life['DOB']:{form}}" for council in built.land.councils.values() for life in council.lives
              for form in ("%d/%m/%Y", "%Y-%m-%d")}  # fmt: skip
    assert MARK not in built.output
    assert "E+11" not in built.output
    assert not [day for day in births if day in built.output]
    with connect(built.data_dir) as connection:
        for table, column in (
            ("delivery_audit", "held_because"),
            ("delivery_findings", "sentence"),
            ("rejected_files", "message"),
            ("rejected_records", "message"),
        ):
            text = "\n".join(
                value or "" for (value,) in connection.execute(f"select {column} from marts.{table}").fetchall()
            )
            assert MARK not in text
            assert "E+11" not in text
            assert not [day for day in births if day in text]
    for folder in ("published", "published_public", "dbt"):
        files = [path for path in (built.data_dir / folder).rglob("*") if path.is_file()]
        assert [path.name for path in files if MARK.encode() in path.read_bytes()] == []


# --- the second build ---


@dataclass
class Again:
    built: Built
    accepted: Case
    accepted_and_changed: Case
    mended: Case
    code: int
    output: str


@pytest.fixture(scope="module")
def again(built: Built) -> Again:
    """One held delivery is accepted; one is accepted and then changes, as bad as before; one is mended."""
    cases = {case.name: case for case in built.land.cases}
    accepted = cases["other numbers in every file, 30 after a good extract"]
    changed = cases["other numbers in every file, 14 after a good extract"]
    mended = cases["half the children gone from every file, 20 after a good extract"]
    code, _ = cla(built.data_dir, "accept", "812-ssda903-2019-2019-05-01", "--because", BECAUSE)
    assert code in (1, 2)  # there is no such delivery
    code, _ = cla(built.data_dir, "accept", accepted.bad)
    assert code == 2  # nobody may leave out why
    for case in (accepted, changed):
        code, output = cla(built.data_dir, "accept", case.bad, "--because", BECAUSE)
        assert code == 0, output
    landing = built.data_dir / "landing"
    folder = landing / changed.la_code / "ssda903" / "2025" / LATE_2025.isoformat()
    reviews = folder / "reviews.csv"
    reviews.write_text("\n".join(reviews.read_text().splitlines()[:-1]) + "\n")
    council = built.land.councils[mended.la_code]
    built.land.good(council, 2025, LATE_2025)
    code, output = cla(built.data_dir, "build")
    return Again(built, accepted, changed, mended, code, output)


def test_an_accepted_delivery_is_published_with_who_when_and_why(again: Again) -> None:
    case = again.accepted
    with connect(again.built.data_dir) as connection:
        rows = connection.execute(
            "select distinct delivery_status, accepted_by is not null, accepted_on is not null, accepted_because "
            "from marts.delivery_audit where delivery_id = ?",
            [case.bad],
        ).fetchall()
        (as_known_at,) = connection.execute(
            "select max(as_known_at) from marts.metric_values where la_code = ?", [case.la_code]
        ).fetchone() or (None,)
    assert rows == [("in force", True, True, BECAUSE)]
    assert as_known_at == LATE_2025
    assert judged(again.built.data_dir)[case.in_force or ""][0] == "superseded"


def test_an_accepted_delivery_that_changes_is_judged_anew(again: Again) -> None:
    found = judged(again.built.data_dir)
    assert found[again.accepted_and_changed.bad][0] == "held"
    assert found[again.accepted_and_changed.in_force or ""][0] == "in force"


def test_a_delivery_that_was_mended_is_in_force(again: Again) -> None:
    found = judged(again.built.data_dir)
    assert found[again.mended.bad] == ("in force", None)
    assert looked_after(again.built.data_dir)[again.mended.la_code] == again.mended.looked_after


def test_all_others_are_still_held_and_the_exit_code_says_so(again: Again) -> None:
    assert again.code == 3, again.output
    before = {again.accepted.bad, again.mended.bad}
    found = judged(again.built.data_dir)
    wrong = [
        f"{case.name}: {found[case.bad][0]}"
        for case in again.built.land.cases
        if case.held and case.bad not in before and found[case.bad][0] != "held"
    ]
    assert not wrong, report(wrong, len(again.built.land.cases))
