"""`cla map`: files of councils are drafted right however they are spelt, and nobody's data appear on the screen."""

import csv
import datetime as dt
import io
import random
import stat
from pathlib import Path

import openpyxl
import pytest

from orchestration import cli
from orchestration.ingest.mapping import read_mapping
from orchestration.ingest.mapping.draft import known_headings, match_code, propose, read_day
from orchestration.ingest.mapping.grids import grids
from orchestration.ingest.mapping.judging import judge, rejecting_rules
from orchestration.ingest.mapping.specification import column_specs
from orchestration.ingest.mapping.wording import SYNONYMS, code_likeness, heading_likeness, may_be_shown, synonyms
from orchestration.ingest.tables import DATASETS, IRO, SSDA903, table_specs

PERSONAL = ["Jane", "Okonkwo", "Featherstone", "Persimmon", "auntie", "4815", "2011", "jane.okonkwo", "Quixley"]
"""What the invented files say of people; none of it may be shown."""


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CLA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CLA_AS_KNOWN_AT", "")
    return tmp_path / "data"


def csv_bytes(rows, delimiter=",") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode()


def reviews_rows(chance: random.Random, headings: dict[str, str], day="%d/%m/%Y"):
    """Return a report of reviews like Liquidlogic's: a row a review, codes in words, other meetings among them."""
    rows = [list(headings.values())]
    for number in range(60):
        held = dt.date(2024, 4, 3) + dt.timedelta(days=5 * number)
        values = {
            "child_id": f"4815{number:03}",
            "name": "Jane Okonkwo",
            "born": "17/06/2011",
            "started_on": held.strftime(day),
            "type": chance.choice(["CLA Review", "Subsequent CLA Review", "Child Protection Conference"]),
            "participation_code": chance.choice(
                [
                    "Child attends & speaks",
                    "Child physically attends and an advocate speaks on his or her behalf",
                    "Child attends but no views conveyed",
                    "Child does not attend but conveys his or her feelings by a facilitative medium",
                    "Did not attend, no views sent",
                    "PN3 - conveys views symbolically",
                    "",
                ]
            ),
            "cancelled": chance.choice(["Held", "Held", "Cancelled"]),
            "format": chance.choice(["Face-to-face", "MS Teams", "Hybrid", "In person"]),
            "late_reason": "",
            "notes": f"auntie Persimmon of Quixley rang, jane.okonkwo@example.org ({number})",
        }
        rows.append([values[name] for name in headings])
    rows[5][list(headings).index("participation_code")] = "auntie Persimmon spoke for Jane"
    return rows


REVIEW_HEADINGS = {
    "child_id": ["Person ID", "Child ID", "PERSON_ID", "Client No.", "Mosaic ID", "PersonID"],
    "name": ["Name", "Child Name", "Full name"],
    "born": ["Date of Birth", "DOB"],
    "started_on": ["Review Date", "Date of Review", "Review  date", "Date review held", "ReviewDate", "Meeting Date"],
    "type": ["Review Type", "Type of Review", "Meeting type"],
    "participation_code": ["Participation Method", "Participation", "Child's Participation", "Participation Code"],
    "cancelled": ["Cancelled?", "Review Status", "Meeting cancelled", "Status"],
    "format": ["Format", "Meeting Format", "How held"],
    "late_reason": ["Reason for lateness", "Late Reason"],
    "notes": ["Comments", "Case note"],
}
DISPUTE_HEADINGS = {
    "dispute_id": ["No.", "Dispute ref", "DRP No", "ID"],
    "child_id": ["Mosaic no", "Child ID", "Child's ID number", "LCS ID"],
    "name": ["Name of child", "Child's name"],
    "iro_id": ["IRO", "IRO code", "Raised by"],
    "raised_on": ["Date raised", "Raised on", "Date opened", "Date of dispute"],
    "category": ["What is it about?", "Category", "Theme", "Type of dispute", "Reason for dispute"],
    "current_stage": ["Stage reached", "Current stage", "Stage now"],
    "resolved_on": ["Date resolved", "Date closed", "Resolution date"],
    "resolved_stage": ["Stage at which\nresolved", "Resolved at stage", "Stage resolved"],
    "cafcass_referred_on": ["Date referred to CAFCASS", "Cafcass referral date", "Referred to Cafcass?"],
    "notes": ["Comments", "What happened"],
}


def disputes_workbook(chance: random.Random, headings: dict[str, str]) -> bytes:
    """Return a spreadsheet kept by hand: a title, a blank row, real dates, stages in words, a sheet of notes."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Log 24-25"
    sheet.append([None, "IRO Dispute Resolution Log, kept by Jane Okonkwo"])
    sheet.append([])
    sheet.append(list(headings.values()))
    for number in range(50):
        raised = dt.datetime(2024, 4, 2) + dt.timedelta(days=6 * number)
        resolved = number % 3 > 0
        values = {
            "dispute_id": number + 1,
            "child_id": f"P{4815000 + number}",
            "name": "Featherstone, Jane",
            "iro_id": f"R{number % 4}",
            "raised_on": raised,
            "category": chance.choice(["Drift and delay", "Placement", "Lack of resources", "Good practice", "Other"]),
            "current_stage": chance.choice(["Informal resolution", "Stage one", "Stage 2", "Formal Stage 3"]),
            "resolved_on": raised + dt.timedelta(days=11) if resolved else None,
            "resolved_stage": chance.choice(["Informal", "Stage 1"]) if resolved else None,
            "cafcass_referred_on": None,
            "notes": "Spoke to auntie Persimmon about Jane",
        }
        sheet.append([values[name] for name in headings])
    other = workbook.create_sheet("Notes")
    other.append(["Ask Jane Okonkwo how this is filled in"])
    data = io.BytesIO()
    workbook.save(data)
    return data.getvalue()


def choose(chance: random.Random, headings: dict[str, list[str]]) -> dict[str, str]:
    names = list(headings)
    chance.shuffle(names)
    return {name: chance.choice(headings[name]) for name in names}


def mapped(file: Path, capsys, *arguments: str):
    """Run the command and return the draft, read as a mapping, and what was said; nothing of a person is in either."""
    assert cli.run(["map", str(file), *arguments]) == 0
    shown = capsys.readouterr()
    for word in PERSONAL:
        assert word not in shown.out + shown.err, "the screen shows what a file says of somebody"
    return shown.out, shown.err


def read_draft(text: str, dataset: str = IRO):
    mapping, faults = read_mapping("draft", text.encode(), dataset)
    assert faults == []
    return mapping


class TestReviewsReport:
    @pytest.mark.parametrize("seed", range(12))
    def test_it_is_drafted_right_in_any_spelling(self, seed, tmp_path, capsys):
        chance = random.Random(seed)
        headings = choose(chance, REVIEW_HEADINGS)
        plain = {name: " ".join(text.split()) for name, text in headings.items()}
        file = tmp_path / "CLA Reviews 2024-25.csv"
        file.write_bytes(csv_bytes(reviews_rows(chance, headings), chance.choice(",;\t|")))
        draft, said = mapped(file, capsys)
        (entry,) = read_draft(draft).tables
        assert entry.table == "reviews"
        assert entry.columns == {
            "review_id": plain["started_on"],
            "child_id": plain["child_id"],
            "started_on": plain["started_on"],
            "completed_on": plain["started_on"],
            "cancelled": plain["cancelled"],
            "format": plain["format"],
            "participation_code": plain["participation_code"],
            "late_reason": plain["late_reason"],
        }
        assert entry.codes["participation_code"] == {
            "child attends & speaks": "PN1",
            "child physically attends and an advocate speaks on his or her behalf": "PN2",
            "child attends but no views conveyed": "PN4",
            "child does not attend but conveys his or her feelings by a facilitative medium": "PN6",
            "did not attend, no views sent": "PN7",
            "pn3 - conveys views symbolically": "PN3",
        }
        assert entry.codes["cancelled"] == {"held": "N", "cancelled": "Y"}
        assert entry.codes["format"] == {
            "face-to-face": "FACE_TO_FACE",
            "ms teams": "VIRTUAL",
            "in person": "FACE_TO_FACE",
        }
        assert entry.only_rows == {headings["type"]: frozenset({"cla review", "subsequent cla review"})}
        assert entry.date_order == "day_first"
        assert "Headings left over: " in said and headings["name"] in said and headings["notes"] in said
        assert "participation_code holds 1 more value in 1 row" in said
        assert "the build judges finally" in said

    def test_month_first_dates_are_seen(self, tmp_path, capsys):
        chance = random.Random(1)
        headings = {name: alternatives[0] for name, alternatives in REVIEW_HEADINGS.items() if name != "born"}
        file = tmp_path / "reviews.csv"
        file.write_bytes(csv_bytes(reviews_rows(chance, headings, "%m/%d/%Y")))
        (entry,) = read_draft(mapped(file, capsys)[0]).tables
        assert entry.date_order == "month_first"

    def test_what_nobody_can_know_is_left_open(self, tmp_path, capsys):
        """A report without a column of cancellations is not a report of meetings that were never cancelled."""
        headings = {name: names[0] for name, names in REVIEW_HEADINGS.items() if name not in ("cancelled", "type")}
        rows = reviews_rows(random.Random(2), headings)
        file = tmp_path / "reviews.csv"
        file.write_bytes(csv_bytes(rows))
        draft, said = mapped(file, capsys, "--dataset", "iro")
        (entry,) = read_draft(draft).tables
        assert "cancelled" not in entry.columns and entry.fixed == {}
        assert "#   cancelled:" in draft
        assert "Required, but nothing was found: cancelled." in said
        assert "Of 60 rows 0 would be accepted: the table is rejected as long as cancelled has no heading." in said


class TestDisputesWorkbook:
    @pytest.mark.parametrize("seed", range(12))
    def test_it_is_drafted_right_in_any_spelling(self, seed, tmp_path, capsys):
        chance = random.Random(seed)
        headings = choose(chance, DISPUTE_HEADINGS)
        file = tmp_path / "DRP log.xlsx"
        file.write_bytes(disputes_workbook(chance, headings))
        draft, said = mapped(file, capsys)
        (entry,) = read_draft(draft).tables
        assert entry.table == "disputes"
        ours = {name: " ".join(text.split()) for name, text in headings.items() if name not in ("name", "notes")}
        assert entry.columns == ours
        assert entry.codes["current_stage"] == {
            "informal resolution": "INFORMAL",
            "stage one": "STAGE_1",
            "stage 2": "STAGE_2",
            "formal stage 3": "STAGE_3",
        }
        assert entry.codes["category"] == {
            "drift and delay": "DRIFT_AND_DELAY",
            "lack of resources": "RESOURCES",
            "good practice": "GOOD_PRACTICE",
        }
        assert entry.codes["resolved_stage"] == {"stage 1": "STAGE_1"}
        assert "DRP log.xlsx, sheet Log 24-25: 50 rows, read as disputes of the IRO service." in said
        assert "Of 50 rows 50 would be accepted." in said


class TestOtherTables:
    @pytest.mark.parametrize("dataset", DATASETS)
    def test_every_table_in_our_own_headings_is_itself(self, dataset):
        for table, spec in table_specs(dataset).items():
            if table in ("reviews", "uasc") and dataset == SSDA903:
                continue  # both are part of a table of more columns
            headings = [name.replace("_", " ").title() for name in spec.columns]
            (grid,) = grids("x.csv", csv_bytes([headings]), known_headings)
            proposal = propose("x.csv", grid, [dataset])
            assert proposal is not None and proposal.table == table
            found = {column.column: column.heading for column in proposal.columns}
            assert spec.required <= found.keys()
            assert all(heading.replace(" ", "_").lower() == name for name, heading in found.items()), found

    def test_one_that_is_no_table_of_ours_is_left_aside(self, tmp_path, capsys):
        workbook = openpyxl.load_workbook(
            io.BytesIO(
                disputes_workbook(random.Random(3), {name: names[0] for name, names in DISPUTE_HEADINGS.items()})
            )
        )
        rooms = workbook.create_sheet("Rooms")
        rooms.append(["Room", "Seats", "Name", "Date of birth"])
        rooms.append(["Quixley", 12, "Jane", "17/06/2011"])
        file = tmp_path / "DRP.xlsx"
        workbook.save(file)
        draft, said = mapped(file, capsys)
        assert len(read_draft(draft).tables) == 1
        assert "sheet Rooms: no table of ours comes near to it; it was left aside." in said

    def test_several_files_make_one_mapping(self, tmp_path, capsys):
        reviews, disputes = tmp_path / "reviews.csv", tmp_path / "disputes.xlsx"
        chance = random.Random(5)
        reviews.write_bytes(csv_bytes(reviews_rows(chance, {k: v[0] for k, v in REVIEW_HEADINGS.items()})))
        disputes.write_bytes(disputes_workbook(chance, {k: v[0] for k, v in DISPUTE_HEADINGS.items()}))
        draft, _ = mapped(reviews, capsys, str(disputes))
        assert [entry.table for entry in read_draft(draft).tables] == ["reviews", "disputes"]

    def test_two_files_with_the_same_headings_are_told_apart_by_name(self, tmp_path, capsys):
        files = [tmp_path / "north.csv", tmp_path / "south.csv"]
        for file in files:
            file.write_bytes(csv_bytes(reviews_rows(random.Random(5), {k: v[0] for k, v in REVIEW_HEADINGS.items()})))
        draft, _ = mapped(files[0], capsys, str(files[1]))
        assert [entry.file for entry in read_draft(draft).tables] == ["north.csv", "south.csv"]


class TestPrivacy:
    def test_names_never_become_the_number_of_a_child_or_an_officer(self):
        rows = [["Child", "IRO", "Review Date", "Participation", "Cancelled"]]
        rows += [["Jane Okonkwo", "Featherstone", "01/05/2024", "PN1", "N"]] * 5
        (grid,) = grids("reviews.csv", csv_bytes(rows), known_headings)
        proposal = propose("reviews.csv", grid, [IRO])
        assert proposal is not None and not {"child_id", "iro_id"} & {column.column for column in proposal.columns}

    def test_reasons_in_full_sentences_are_not_proposed_for_what_is_published(self):
        rows = [["Person ID", "Review Date", "Participation", "Cancelled", "Reason for lateness"]]
        rows += [[str(n), "01/05/2024", "PN1", "N", f"Jane's auntie was late, {n}"] for n in range(40)]
        (grid,) = grids("reviews.csv", csv_bytes(rows), known_headings)
        proposal = propose("reviews.csv", grid, [IRO])
        assert proposal is not None and "late_reason" not in {column.column for column in proposal.columns}

    def test_a_file_without_headings_shows_nothing(self, tmp_path, capsys):
        file = tmp_path / "reviews.csv"
        file.write_bytes(csv_bytes([["4815001", "Jane Okonkwo", "17/06/2011", "Review", "PN1", "Amber"]] * 5))
        assert cli.run(["map", str(file)]) == 1
        shown = capsys.readouterr()
        assert not shown.out and "looks like column headings" in shown.err
        assert not any(word in shown.err for word in PERSONAL)

    def test_data_among_the_headings_are_not_shown(self, tmp_path, capsys):
        rows = reviews_rows(random.Random(4), {name: names[0] for name, names in REVIEW_HEADINGS.items()})
        rows[0] += ["jane.okonkwo@example.org", "4815162342", ""]
        file = tmp_path / "reviews.csv"
        file.write_bytes(csv_bytes([rows[0], *([*row, "x", "y", "z"] for row in rows[1:])]))
        _, said = mapped(file, capsys)
        assert "(column 11), (column 12), (column 13)" in said

    @pytest.mark.parametrize(
        "value",
        ["Child attends with Jane", "auntie spoke", "4815162", "Persimmon", "J.O.", "Attends - Okonkwo", "17/06/2011"],
    )
    def test_words_that_may_name_somebody_are_not_shown(self, value):
        assert not may_be_shown(value, "participation", "participation_code")

    def test_a_word_of_another_list_may_be_a_name(self):
        assert may_be_shown("Amber", "rag_rating") and not may_be_shown("Amber attends", "participation")

    def test_an_unforeseen_error_tells_nothing(self, tmp_path, capsys, monkeypatch):
        def fail(*_):
            raise ValueError("Jane Okonkwo")

        monkeypatch.setattr("orchestration.ingest.mapping.command.propose", fail)
        file = tmp_path / "reviews.csv"
        file.write_bytes(csv_bytes(reviews_rows(random.Random(4), {k: v[0] for k, v in REVIEW_HEADINGS.items()})))
        assert cli.run(["map", str(file)]) == 1
        assert "Jane" not in capsys.readouterr().err


class TestSaving:
    @pytest.fixture
    def file(self, tmp_path):
        path = tmp_path / "reviews.csv"
        path.write_bytes(csv_bytes(reviews_rows(random.Random(6), {k: v[0] for k, v in REVIEW_HEADINGS.items()})))
        return path

    def test_nothing_changes_until_it_is_asked_for(self, file, data_dir, capsys):
        before = {path: path.read_bytes() for path in file.parent.rglob("*") if path.is_file()}
        _, said = mapped(file, capsys, "--la", "812")
        assert "Nothing was changed." in said
        assert {path: path.read_bytes() for path in file.parent.rglob("*") if path.is_file()} == before

    def test_it_is_saved_for_the_owner_alone_and_is_what_was_shown(self, file, data_dir, capsys):
        draft, _ = mapped(file, capsys)
        shown, said = mapped(file, capsys, "--la", "812", "--save")
        saved = data_dir / "landing" / "812" / "iro" / "mapping.yaml"
        assert shown == "" and str(saved) in said
        assert saved.read_text() == draft
        assert stat.S_IMODE(saved.stat().st_mode) == 0o600

    def test_one_that_is_there_stays_unless_it_is_to_be_replaced(self, file, data_dir, capsys):
        saved = data_dir / "landing" / "812" / "iro" / "mapping.yaml"
        saved.parent.mkdir(parents=True)
        saved.write_text("tables: mine\n")
        assert cli.run(["map", str(file), "--la", "812", "--save"]) == 1
        assert "is there already, and nothing was changed" in capsys.readouterr().err
        assert saved.read_text() == "tables: mine\n"
        mapped(file, capsys, "--la", "812", "--save", "--overwrite")
        assert saved.read_text().startswith("# A first draft")

    def test_a_delivery_says_itself_whose_and_what_it_is(self, file, data_dir, capsys):
        delivery = data_dir / "landing" / "812" / "ssda903" / "2025" / "2025-04-30"
        delivery.mkdir(parents=True)
        file.rename(delivery / file.name)
        mapped(delivery / file.name, capsys, "--save")
        text = (data_dir / "landing" / "812" / "ssda903" / "mapping.yaml").read_text()
        assert read_draft(text, SSDA903).tables[0].table == "reviews"

    def test_without_an_authority_nothing_is_saved(self, file, data_dir, capsys):
        assert cli.run(["map", str(file), "--save"]) == 1
        assert "Say whose mapping it is" in capsys.readouterr().err
        assert not list(data_dir.rglob("mapping.yaml"))

    @pytest.mark.parametrize(
        "arguments",
        [["--la", "81"], ["--la", "../"], ["--dataset", "x"], ["--overwrite"], ["--la", "\u0661\u0662\u0663"]],
    )
    def test_wrong_usage_ends_with_2(self, file, arguments, capsys):
        assert cli.run(["map", str(file), *arguments]) == 2


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.csv", b"", "a.csv is empty."),
        ("a.csv", b" \r\n", "a.csv is empty."),
        ("a.csv", b"PK\x03\x04\x00\x00\x00", "is not a text file"),
        ("a.csv", b"\xff\xfex", "is not a text file"),
        ("a.csv", b"x,y\n1,2\n", "looks like column headings"),
        ("a.xlsx", b"PK\x03\x04 no workbook", "cannot be read as a workbook"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0 old", "in the old XLS format"),
        ("a.xml", b"<SSDA903/>", "needs no mapping"),
        ("a.pdf", b"%PDF", "is no CSV or XLSX file."),
        ("a.csv", b"Child ID,Date of birth,Unknown\n1,01/01/2010,x\n", "No table of ours comes near"),
    ],
)
def test_what_cannot_be_mapped_ends_in_a_sentence(name, data, said, tmp_path, capsys):
    (tmp_path / name).write_bytes(data)
    assert cli.run(["map", str(tmp_path / name)]) == 1
    error = capsys.readouterr().err.splitlines()[-1]
    assert error.startswith("Error: ") and said in error


def test_a_file_that_is_not_there_ends_in_a_sentence(tmp_path, capsys):
    assert cli.run(["map", str(tmp_path / "nowhere.csv")]) == 1
    assert "cannot be opened" in capsys.readouterr().err


class TestJudging:
    def test_the_rules_are_those_of_the_models(self):
        for dataset in DATASETS:
            for table in table_specs(dataset):
                rules = rejecting_rules(dataset, table)
                keys = {spec.name for spec in column_specs(dataset, table).values() if spec.is_key}
                assert keys <= {column for _, column in rules}, f"a key of {table} has no rule"
        assert ("unknown_code", "current_stage") in rejecting_rules(IRO, "disputes")

    def test_rows_are_counted_by_the_first_rule_they_break(self):
        headings = ["dispute_id", "child_id", "raised_on", "category", "current_stage", "resolved_on", "resolved_stage"]
        good = ["1", "a", "13/05/2024", "Drift", "stage_1", "", ""]
        rows = [
            [*headings, "cafcass_referred_on", "Kind"],
            [*good, "", "IRO"],
            ["", *good[1:], "", "IRO"],
            ["2", "a", "soon", *good[3:], "", "IRO"],
            ["3", "a", "", *good[3:], "", "IRO"],
            ["4", "a", "14/05/2024", "Weather", "Stage_2 - service lead", "", "", "", "IRO"],
            ["5", "a", "14/05/2024", "OTHER", "Stage_2 - service lead", "31/31/2024", "", "", "IRO"],
            ["6", "a", "14/05/2024", "OTHER", "Stage_2 - service lead", "", "", "", "other"],
            ["1 ", *good[1:], "", "IRO"],
        ]
        (grid,) = grids("x.csv", csv_bytes(rows), known_headings)
        columns = {name: name for name in rows[0][:-1]}
        text = f"tables: [{{table: disputes, columns: {columns}, codes: {{category: {{Drift: DRIFT_AND_DELAY}}}},"
        mapping = read_draft(f"{text} only_rows: {{Kind: iro}}, date_order: day_first}}]".replace("'", ""))
        found = judge(mapping.tables[0], grid)
        assert (found.rows, found.left_out, found.accepted, found.missing) == (8, 1, 1, ())
        assert found.reasons == {
            "dispute_id is blank": 1,
            "raised_on is no date": 1,
            "raised_on is blank": 1,
            "category holds a code that is not in its list": 1,
            "resolved_on is no date": 1,
            "another row has the same key": 1,
        }

    def test_codes_that_cost_no_row_but_are_not_known_are_counted(self):
        rows = [["review_id", "child_id", "started_on", "completed_on", "cancelled", "participation_code", "format"]]
        rows += [["1", "a", "", "", "yes", "PN1 - attends", "Paper"], ["2", "a", "", "", "N", "shouted", ""]]
        (grid,) = grids("x.csv", csv_bytes(rows), known_headings)
        mapping = read_draft(
            f"tables: [{{table: reviews, columns: { ({name: name for name in rows[0]}) }}}]".replace("'", "")
        )
        found = judge(mapping.tables[0], grid)
        assert found.accepted == 2 and +found.unknown == {"participation_code": 1}


class TestLikeness:
    @pytest.mark.parametrize(
        ("value", "code"),
        [
            ("PN1", "PN1"),
            ("pn2 ", "PN2"),
            ("PN6 Child absent, views sent", "PN6"),
            ("(PN4) something else", "PN4"),
            ("Child attends & speaks", "PN1"),
            ("Attended - spoke for themselves", "PN1"),
            ("Attended with advocate who spoke", "PN2"),
            ("Child attended, views conveyed non-verbally", "PN3"),
            ("Attended but did not speak", "PN4"),
            ("Did not attend, advocate briefed", "PN5"),
            ("Didn't attend - views sent", "PN6"),
            ("Absent, no views", "PN7"),
            ("Child under four", "PN0"),
            ("PN1 or PN2", None),
            ("Attended", None),
            ("Something else", None),
        ],
    )
    def test_participation_in_words(self, value, code):
        assert match_code(value, column_specs(IRO, "reviews")["participation_code"])[0] == code

    @pytest.mark.parametrize(
        ("value", "code"), [("Cancelled", "Y"), ("Yes", "Y"), ("Not cancelled", "N"), ("Held", "N")]
    )
    def test_cancelled_in_words(self, value, code):
        assert match_code(value, column_specs(IRO, "reviews")["cancelled"])[0] == code

    @pytest.mark.parametrize("value", ["Not held", "Unknown", "Adjourned"])
    def test_a_cancellation_that_is_not_plain_is_left_open(self, value):
        assert match_code(value, column_specs(IRO, "reviews")["cancelled"])[0] is None

    def test_a_denial_is_never_like_its_opposite(self):
        assert code_likeness("Child does not attend, views conveyed", "Child attends, views conveyed") == 0
        assert code_likeness("no view conveyed", "view conveyed") < 0.6
        assert code_likeness("Stage 2", "Stage 3") == 0

    def test_headings(self):
        assert heading_likeness("ReviewDate", "date of review") == 1
        assert heading_likeness("PERSON_ID", "child id") == 1
        assert heading_likeness("Date of birth", "review date") < 0.7

    def test_every_code_is_found_by_its_own_description(self):
        for dataset in DATASETS:
            for table in table_specs(dataset):
                for spec in column_specs(dataset, table).values():
                    if spec.code_list is None or spec.code_list.is_open:
                        continue
                    descriptions = list(spec.code_list.codes.values())
                    for code, said in spec.code_list.codes.items():
                        if descriptions.count(said) == 1:
                            assert match_code(said, spec)[0] in (code, None), f"{spec.name}: {said}"

    def test_the_synonyms_are_of_columns_and_codes_that_exist(self):
        columns = {
            (table, name)
            for dataset in DATASETS
            for table in table_specs(dataset)
            for name in column_specs(dataset, table)
        }
        specs = [column_specs(dataset, table).values() for dataset in DATASETS for table in table_specs(dataset)]
        codes = {
            (of, code)
            for group in specs
            for spec in group
            if spec.code_list is not None
            for of in (spec.code_set, spec.name)
            for code in spec.code_list.codes
        }
        for of, name, _ in synonyms("column"):
            assert any(column == name and of in ("", table) for table, column in columns), (of, name)
        for of, name, _ in synonyms("shared"):
            assert (of, name) in columns
        for of, name, _ in synonyms("code"):
            assert (of, name) in codes, (of, name)
        lines = SYNONYMS.read_text(encoding="utf-8").splitlines()
        assert len(lines) == len(set(lines))

    @pytest.mark.parametrize(
        "text",
        [
            "13/05/2024",
            "2024-05-13",
            "13-May-24",
            "13 May 2024",
            "Mon, 13th May 2024",
            "13.05.2024 00:00",
            "2024-05-13T09:30:00",
        ],
    )
    def test_days(self, text):
        assert read_day(text, "day_first")

    @pytest.mark.parametrize("text", ["", "soon", "31/02/2024", "05/13/2024", "45425", "2024", "13/05", "1" * 99])
    def test_what_is_no_day(self, text):
        assert not read_day(text, "day_first")
