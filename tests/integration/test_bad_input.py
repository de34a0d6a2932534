"""Deliveries as bad as they come, through the whole pipeline: one sentence each, nothing lost, the rest unharmed."""

import zipfile
from pathlib import Path

import duckdb
import pytest

from orchestration.publish.publication import DATABASE
from tests.integration.running import cla

pytestmark = pytest.mark.slow

HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n"
EPISODES = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN\n"
MARK = "KEEPME"  # part of every invented child's number; it may show nowhere but in restricted outputs

REVIEWS_REPORT = f"""CLA reviews in the year
Printed 1 May 2024

Person ID,Name,Review Date,Review Type,Participation Method,Review Status
{MARK}01,A Name,10-Jul-2023,CLA Review,Child attends & speaks,Held
{MARK}01,A Name,10-Jan-2024,CLA Review,"Did not attend, no views",Held
{MARK}01,A Name,11-Jan-2024,CLA Review,Child attends & speaks,Cancelled
{MARK}01,A Name,12-Jan-2024,Conference,Child attends & speaks,Held
{MARK}01,A Name,13-Jan-2024,CLA Review,Child attends & speaks,Perhaps
Total,5
"""
REVIEWS_MAPPING = """
tables:
  - table: reviews
    file: cla reviews*.csv
    columns:
      review_id: Review Date
      child_id: Person ID
      started_on: Review Date
      completed_on: Review Date
      cancelled: Review Status
      participation_code: Participation Method
    fixed:
      iro_id:
    codes:
      participation_code:
        Child attends & speaks: PN1
        Did not attend, no views: PN7
    only_rows:
      Review Type: [CLA Review]
"""


def child(number: int, dob: str = "01/06/2012") -> str:
    return f"{MARK}{number:02},1,{dob},WBRI,UN1,,\n"


def episode(
    number: int, decom: str = "01/05/2023", rne: str = "S", ls: str = "C2", dec: str = "", rec: str = ""
) -> str:
    return f"{MARK}{number:02},{decom},{rne},{ls},N1,U6,PR1,{dec},{rec},,,,SC123456\n"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A good authority and a dreadful one, built together."""
    data_dir = tmp_path_factory.mktemp("bad")
    good = data_dir / "landing/813/ssda903/2024/2024-05-01"
    good.mkdir(parents=True)
    (good / "header.csv").write_text(HEADER + child(1))
    (good / "episodes.csv").write_text(EPISODES + episode(1))

    service = data_dir / "landing/813/iro"
    (service / "2024/2024-05-01").mkdir(parents=True)
    (service / "mapping.yaml").write_text(REVIEWS_MAPPING)
    (service / "2024/2024-05-01/CLA reviews.csv").write_text(REVIEWS_REPORT)

    bad = data_dir / "landing/812/ssda903/2024/2024-05-01"
    bad.mkdir(parents=True)
    (bad / "header.csv").write_text(HEADER + "".join(child(n) for n in [*range(1, 12), *range(20, 35)]))
    (bad / "episodes.csv").write_text(
        EPISODES
        + episode(1)  # row 2: good
        + episode(2, ls="c2", rne="s")  # row 3: lower case, good
        + episode(3, ls="QQ")  # row 4: unknown legal status
        + episode(4, decom="31/02/2024")  # row 5: impossible date
        + "\n"  # row 6: blank
        + episode(5, decom="01/06/2023", dec="01/05/2023", rec="E4A")  # row 7: ends before it starts
        + episode(6)  # row 8: good
        + episode(6)  # row 9: the same again
        + episode(7, dec="01/08/2023", rec="E4A")  # row 10: conflicts with the next, which is open and wins
        + episode(7)  # row 11
        + episode(88)  # row 12: not in Header, counted
        + episode(8, decom="01/05/2023")  # row 13: overlaps the next, both open, one child
        + episode(8, decom="01/06/2023", rne="P")  # row 14
        + episode(9, ls="V4")  # row 15: short breaks only
        + episode(10, rec="E4A")  # row 16: a reason without a day, taken as open
        + f"{MARK}11,01/05/2023,S,C2\n"  # row 17: too few values
        + "".join(episode(n) for n in range(20, 35))  # rows 18 to 32: good; without them the delivery would be held
        + episode(11)[: len(episode(11)) // 2]  # row 33: the file breaks off
    )
    (bad / "wrong delimiter.csv").write_text("CHILD;DOB;REVIEW;REVIEW_CODE\nX;01/01/2010;01/06/2023;PN1\n")
    (bad / "empty.csv").write_text("")
    (bad / "uasc.csv").write_text("CHILD,SEX,DOB,DUC\n")
    (bad / "delivery.yaml").write_text("empty: [uasc]\n")
    (bad / "junk.csv").write_bytes(bytes(range(256)) * 50)
    (bad / "strange.csv").write_text("FISH,CHIPS\n1,2\n")
    (bad / "missing.csv").write_text("CHILD,DOB,MISSING\nX,01/01/2010,M\n")
    (bad / "reviews.csv").write_text(
        "CHILD,DOB,REVIEW,REVIEW_CODE\n"
        + f"{MARK}01,01/06/2012,01/06/2023,PN1\n"
        + "Y" * 20_000_000
        + "\n"
        + f"{MARK}02,01/06/2012,02/06/2023,PN1\n"
    )
    with zipfile.ZipFile(bad / "whole.xlsx", "w") as archive:
        archive.writestr("x", "x" * 10_000)
    (bad / "broken.xlsx").write_bytes((bad / "whole.xlsx").read_bytes()[:60])
    (bad / "whole.xlsx").unlink()
    (bad / "broken.xml").write_text("<EXPSSDA903><CHILD><HEADER><CHILDID>")
    (data_dir / "landing/812/notes.csv").write_text("CHILD\n1\n")
    code, output = cla(data_dir, "build")
    assert code == 0, output
    return data_dir, output


@pytest.fixture
def marts(built: tuple[Path, str]):
    with duckdb.connect(str(built[0] / "published" / DATABASE), read_only=True) as connection:
        yield connection


def test_every_delivered_row_is_accepted_or_rejected(marts):
    unaccounted = marts.execute(
        "select * from marts.delivery_audit where rows_delivered <> rows_accepted + rows_rejected"
    ).fetchall()
    assert unaccounted == []
    assert marts.execute(
        "select rows_delivered, rows_accepted, rows_rejected from marts.delivery_audit "
        "where la_code = '812' and table_name = 'episodes'"
    ).fetchall() == [(31, 24, 7)]


def test_every_rejected_row_is_named_as_excel_shows_it(marts):
    rejected = marts.execute(
        "select row_number, rule_id from marts.rejected_records where table_name = 'episodes' order by 1"
    ).fetchall()
    assert rejected == [
        (4, "unknown_code"),
        (5, "unreadable_date"),
        (7, "impossible_date_order"),
        (8, "duplicate_row"),
        (10, "conflicting_duplicate"),
        (17, "wrong_column_count"),
        (33, "wrong_column_count"),
    ]


def test_a_line_of_twenty_megabytes_takes_nothing_with_it(marts):
    assert marts.execute(
        "select rows_delivered, rows_accepted, rows_rejected from marts.delivery_audit "
        "where la_code = '812' and table_name = 'reviews'"
    ).fetchall() == [(3, 2, 1)]
    assert marts.execute(
        "select row_number, rule_id from marts.rejected_records "
        "where table_name = 'reviews' and delivery_id like '812-%'"
    ).fetchall() == [(3, "line_too_long")]


def test_every_file_that_cannot_be_read_is_listed_with_its_reason(marts):
    listed = dict(marts.execute("select file_name, rule_id from marts.rejected_files").fetchall())
    assert {Path(name).name: rule for name, rule in listed.items()} == {
        "wrong delimiter.csv": "wrong_delimiter",
        "empty.csv": "empty_file",
        "junk.csv": "unreadable_file",
        "strange.csv": "unrecognised_columns",
        "missing.csv": "missing_columns",
        "broken.xlsx": "unreadable_file",
        "broken.xml": "unreadable_file",
        "notes.csv": "path_outside_pattern",
    }


def test_what_is_usable_is_counted_and_the_good_authority_is_untouched(marts):
    counts = dict(
        marts.execute(
            "select la_code, numerator from marts.metric_values where metric_id = 'children_looked_after' "
            "and breakdown = 'all' and period_type = 'financial_year'"
        ).fetchall()
    )
    # Children 1, 2, 6, 7, 8, 10, fifteen more and the one who is not in Header; not the one with short breaks only.
    assert counts == {"812": 22, "813": 1}


def test_a_table_said_to_be_empty_is_zero_and_one_not_delivered_is_no_row(marts):
    figures = marts.execute(
        "select metric_id, breakdown, numerator from marts.metric_values where la_code = '812' "
        "and period_type = 'financial_year' and (category = 'UASC' and metric_id = 'children_looked_after' "
        "or metric_id = 'missing_from_placement')"
    ).fetchall()
    assert figures == [("children_looked_after", "uasc", 0)]


def test_what_is_odd_and_counted_is_reported(marts):
    rules = {
        rule
        for (rule,) in marts.execute("select rule_id from marts.data_quality_issues where la_code = '812'").fetchall()
    }
    assert {"episode_without_header", "two_live_episodes", "two_open_episodes"} <= rules


def test_the_output_says_each_in_a_sentence_and_quotes_nothing(built):
    data_dir, output = built
    for name in (
        "wrong delimiter.csv",
        "empty.csv",
        "junk.csv",
        "strange.csv",
        "broken.xlsx",
        "broken.xml",
        "notes.csv",
    ):
        assert name in output
    assert MARK not in output
    logs = [path for path in (data_dir / "dbt").rglob("*") if path.is_file()]
    assert [path.name for path in logs if MARK.encode() in path.read_bytes()] == []
    published = [path for path in (data_dir / "published").rglob("*") if path.is_file()]
    assert [path.name for path in published if MARK.encode() in path.read_bytes()] == []
    assert any(MARK.encode() in path.read_bytes() for path in (data_dir / "restricted").rglob("*.parquet"))


@pytest.mark.ci
def test_the_same_landing_zone_twice_changes_nothing(built):
    data_dir, _ = built
    before = raw_state(data_dir)
    code, output = cla(data_dir, "build")
    assert code == 0, output
    assert raw_state(data_dir) == before


def raw_state(data_dir: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in (data_dir / "raw" / "ssda903").rglob("*.parquet")}


def test_a_report_with_headings_of_its_own_is_read_through_the_authoritys_mapping(marts):
    held = marts.execute(
        "select numerator, denominator from marts.metric_values where la_code = '813' and breakdown = 'all' "
        "and metric_id in ('reviews_held', 'review_participation') and period_type = 'financial_year' "
        "order by metric_id"
    ).fetchall()
    assert held == [(1, 2), (2, None)], "two held; one cancelled, one a conference, one that may have been cancelled"
    audit = marts.execute(
        "select rows_delivered, rows_accepted, rows_rejected from marts.delivery_audit where dataset = 'iro'"
    ).fetchall()
    assert audit == [(6, 3, 3)]
    rejected = marts.execute(
        "select row_number, rule_id from marts.rejected_records "
        "where table_name = 'reviews' and delivery_id like '813-%' order by row_number"
    ).fetchall()
    assert rejected == [(8, "mapped_row_left_out"), (9, "unknown_code"), (10, "line_below_table")]
    counted = dict(
        marts.execute(
            "select rule_id, sum(cells) from marts.spelling_changes where la_code = '813' group by rule_id"
        ).fetchall()
    )
    assert counted == {
        "lines_above_header": 2,
        "lines_below_table": 1,
        "mapped_row_left_out": 1,
        "mapped_value": 4,
        "date_form": 8,
        "yes_no_word": 3,
        "id_form": 4,
    }
