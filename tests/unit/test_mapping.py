"""An authority's mapping: what it does to a table, and the sentence for each fault; hostile files end in one too."""

import json
import re
import time

import jsonschema
import pytest
import yaml

from orchestration.ingest.mapping import Mapping, TableMapping, fingerprint, read_mapping
from orchestration.ingest.mapping.model import normal
from orchestration.ingest.mapping.reading import SCHEMA
from orchestration.ingest.mapping.specification import column_specs
from orchestration.ingest.plain_yaml import SIZE_LIMIT
from orchestration.ingest.tables import DATASETS, IRO, SSDA903, table_specs
from orchestration.settings import REPOSITORY

WHERE = "812/iro/mapping.yaml"
REVIEWS = """\
tables:
  - table: reviews
    file: "*review*"
    columns:
      review_id: Form No
      child_id: Person ID
      started_on: Review Date
      completed_on: Review Date
      cancelled: Cancelled?
      participation_code: Participation Method
    codes:
      cancelled: {Yes: Y, No: n, Cancelled: Y, Not known: ""}
      participation_code:
        Child attends & speaks: PN1
    otherwise: {participation_code: PN7}
    fixed:
      format: paper
      late_reason:
    only_rows:
      Review Type: [CIC, 01, ""]
    date_order: day_first
    date_order_by_column: {completed_on: month_first}
"""
HEADINGS = [
    "person  ID ",
    "Review\nType",
    "REVIEW DATE",
    "Participation Method",
    "Cancelled?",
    "Form No",
    "Format",
]


def read(text, dataset=IRO):
    return read_mapping(WHERE, text if isinstance(text, bytes) else text.encode(), dataset)


def entry(text=REVIEWS, dataset=IRO) -> TableMapping:
    mapping, faults = read(text, dataset)
    assert faults == []
    return mapping.tables[0]


def faults(text, dataset=IRO):
    started = time.process_time()
    mapping, found = read(text, dataset)
    assert time.process_time() - started < 1
    assert found and not mapping.tables
    for sentence in found:
        assert sentence.startswith(WHERE) and re.search(r"[.?]$", sentence) and sentence.isprintable()
    return found


def with_reviews(**changes):
    """Return a mapping of reviews in which some entries are other ones."""
    content = {"table": "reviews", "columns": {"review_id": "No", "child_id": "Child", "started_on": "Date"}} | changes
    return json.dumps({"tables": [content]})


class TestWhatAMappingDoes:
    def test_without_a_file_nothing_is_mapped(self):
        assert read_mapping(WHERE, None, IRO) == (Mapping(), [])
        assert Mapping().for_table("reviews.csv", None, HEADINGS) is None

    def test_headings_become_our_columns_and_the_others_stay(self):
        assert entry().renamed(HEADINGS) == [
            "child_id",
            "Review\nType",
            "started_on",
            "participation_code",
            "cancelled",
            "review_id",
            "Format (as delivered)",
        ]

    @pytest.mark.parametrize(
        "spelt", ["person id", " PERSON   ID", "Person\u00a0ID", "Person\nID", "\ufeffPerson ID\u200b"]
    )
    def test_case_and_blanks_of_a_heading_do_not_matter(self, spelt):
        assert entry().renamed([spelt, *HEADINGS[1:]])[0] == "child_id"

    def test_rows_codes_and_fixed_values(self):
        mapping = entry()
        delivered = {
            "Person ID": ["1", "2", "3", "4"],
            "Review Type": ["cic", "Other", None, " 01"],
            "Review Date": ["01/02/2024", "", "02/02/2024", None],
            "Participation Method": ["child  ATTENDS & speaks", "shouted", " ", None],
            "Cancelled?": ["yes", "NOT KNOWN", "perhaps", ""],
            "Form No": ["a", "b", "c", "d"],
        }
        # Readers give the names in small letters.
        names = [name.strip().lower() for name in mapping.renamed(list(delivered))]
        columns = dict(zip(names, delivered.values(), strict=True))
        before = {name: list(values) for name, values in columns.items()}
        assert mapping.left_out(columns) == [False, True, False, False]
        assert mapping.apply(columns) == {
            "child_id": ["1", "2", "3", "4"],
            "review type": ["cic", "Other", None, " 01"],
            "started_on": ["01/02/2024", "", "02/02/2024", None],
            "completed_on": ["01/02/2024", "", "02/02/2024", None],
            "participation_code": ["PN1", "PN7", " ", None],
            "cancelled": ["Y", None, "perhaps", ""],
            "review_id": ["a", "b", "c", "d"],
            "format": ["PAPER"] * 4,
            "late_reason": [None] * 4,
        }
        assert columns == before
        assert not any(word in mapping.left_out_said() for word in ("Review Type", "CIC")), "headings may be names"

    def test_what_counts_as_blank_is_not_replaced_by_otherwise(self):
        columns = {name: ["NULL", "shouted"] for name in entry().renamed(HEADINGS)}
        codes = entry().apply(columns, is_blank=lambda value: value == "NULL")["participation_code"]
        assert codes == ["NULL", "PN7"]

    def test_two_columns_of_one_heading_have_codes_of_their_own(self):
        mapping = entry(
            "tables: [{table: disputes, columns: {current_stage: Stage, resolved_stage: Stage},"
            " codes: {resolved_stage: {Team manager: STAGE_1}}}]"
        )
        columns = mapping.apply({mapping.renamed(["Stage"])[0]: ["team manager"]})
        assert columns == {"current_stage": ["team manager"], "resolved_stage": ["STAGE_1"]}

    def test_the_second_of_two_columns_alike_has_a_number(self):
        mapping = entry(
            "tables: [{table: disputes, columns: {raised_on: Date, resolved_on: 'Date [2]'},"
            " only_rows: {'Kind [2]': x}}]"
        )
        names = mapping.renamed(["Date", "Kind", "DATE", "Kind"])
        assert names[:3] == ["raised_on", "Kind", "resolved_on"] and names[3] != "Kind"
        assert mapping.left_out(dict(zip(names, [["1"], ["x"], ["2"], ["y"]], strict=True))) == [True]

    def test_a_row_may_be_left_out_by_a_column_that_is_mapped_or_has_our_name(self):
        mapping = entry(
            "tables: [{table: disputes, columns: {category: Kind}, fixed: {current_stage: INFORMAL},"
            " only_rows: {Kind: [a, b], current_stage: x}}]"
        )
        names = mapping.renamed(["Kind", "current_stage"])
        columns = dict(zip(names, [["A", "c", "b"], ["x", "x", "y"]], strict=True))
        assert mapping.left_out(columns) == [False, True, True]
        assert mapping.apply(columns)["current_stage"] == ["INFORMAL"] * 3

    def test_no_rows(self):
        mapping = entry()
        columns = dict.fromkeys(mapping.renamed(HEADINGS), ())
        assert mapping.left_out(columns) == []
        assert {len(values) for values in mapping.apply(columns).values()} == {0}

    def test_the_order_of_dates(self):
        assert entry().date_order_of("started_on") == "day_first"
        assert entry().date_order_of("completed_on") == "month_first"
        assert entry(with_reviews()).date_order_of("started_on") is None

    def test_what_is_missing(self):
        mapping = entry(with_reviews())
        assert mapping.missing(["No", "Child", "Date"]) == ("completed_on", "cancelled", "participation_code")
        ours = ["No", "Child", "Date", "Completed_On ", "CANCELLED", "participation_code"]
        assert mapping.missing(ours) == ()

    def test_values_stay_text_whatever_yaml_makes_of_them(self):
        mapping = entry(
            "tables: [{table: iro_staff, columns: {iro_id: 2024-04-01, role: no, fte: 1e3, employment: 010},"
            " codes: {role: {on: IRO, ~: iro}, fte: {yes: 0.50}}, fixed: {ended_on: 2024-03-31}}]"
        )
        assert mapping.columns == {"iro_id": "2024-04-01", "role": "no", "fte": "1e3", "employment": "010"}
        assert mapping.codes == {"role": {"on": "IRO", "~": "IRO"}, "fte": {"yes": "0.50"}}
        assert mapping.fixed == {"ended_on": "2024-03-31"}


class TestWhichEntryIsTaken:
    def test_only_where_every_heading_is_there(self):
        mapping, _ = read(REVIEWS)
        assert mapping.for_table("Reviews 2025.csv", None, HEADINGS) == entry()
        for absent in range(6):
            assert mapping.for_table("reviews.csv", None, HEADINGS[:absent] + HEADINGS[absent + 1 :]) is None

    @pytest.mark.parametrize(
        ("pattern", "name", "fits"),
        [
            ("*review*", "CLA_REVIEWS_2025.CSV", True),
            ("reviews.csv", "Reviews.csv", True),
            ("reviews.csv", "reviews2.csv", False),
            ("reviews_20??.xlsx", "reviews_2025.xlsx", True),
            ("re.iews.csv", "reviews.csv", False),
        ],
    )
    def test_file_names_are_patterns_without_case(self, pattern, name, fits):
        mapping, _ = read(with_reviews(file=pattern))
        assert (mapping.for_table(name, None, ["No", "Child", "Date"]) is not None) == fits

    def test_sheets_go_by_name_without_case(self):
        mapping, _ = read(with_reviews(sheet="Reviews  held"))
        headings = ["No", "Child", "Date"]
        assert mapping.for_table("a.xlsx", "REVIEWS held ", headings) is not None
        assert mapping.for_table("a.xlsx", "Sheet1", headings) is None
        assert mapping.for_table("a.csv", None, headings) is None

    def test_the_entry_with_most_headings_and_of_these_the_first(self):
        mapping, found = read(
            "tables:\n"
            "  - {table: case_tracking, columns: {child_id: Child}}\n"
            "  - {table: disputes, columns: {child_id: Child, raised_on: Date}}\n"
            "  - {table: reviews, columns: {child_id: Child, started_on: When}}\n"
            "  - {table: audits, columns: {child_id: Child}, only_rows: {Date: x}, file: a*}\n"
        )
        assert found == []
        chosen = mapping.for_table("a.csv", None, ["Child", "Date", "When"])
        assert chosen is not None and chosen.table == "disputes"

    def test_why_no_entry_fits_names_our_columns_and_no_heading(self):
        """Traps a heading that is a child's name: the file's first row, or what somebody wrote into the mapping."""
        mapping, _ = read(REVIEWS)
        said = mapping.why_not("reviews.csv", None, ["Jane Smith", *HEADINGS[:4]])
        assert said is not None and said.endswith("the headings that it names for review_id, cancelled are missing")
        assert mapping.why_not("reviews.csv", None, HEADINGS) is None
        assert mapping.why_not("other.csv", None, HEADINGS[:2]) is None
        assert read(with_reviews())[0].why_not("other.csv", None, ["Jane Smith", "x"]) is None


class TestFaults:
    """Each of them in one sentence, with its line."""

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("", "holds nothing; it should begin with 'tables:'."),
            ("# nothing yet\n", "holds nothing; it should begin with 'tables:'."),
            ("- reviews\n", ": the file should be entries of a name, a colon and a value."),
            ("tabels: []\n", ", line 1: the file has no entry of this name; did you mean tables?"),
            ("tables: []\n", ", line 1: tables is empty."),
            ("tables:\n", ", line 1: tables should be a list, each item behind a hyphen."),
            ("tables:\n  - {}\n", ", line 2: entry 1 of tables lacks the entry 'table'."),
            ("tables:\n  - x\n", ", line 2: entry 1 of tables should be entries of a name, a colon and a value."),
            (with_reviews(colums={}), ", line 1: entry 1 of tables has no entry of this name; did you mean columns?"),
            (with_reviews(columns={}), ", line 1: columns is empty."),
            (with_reviews(columns=["a"]), ", line 1: columns should be entries of a name, a colon and a value."),
            (with_reviews(columns={"child_id": ["a"]}), ", line 1: columns child_id should be a text."),
            (with_reviews(date_order="dayfirst"), "date_order must be one of day_first, month_first, year_first;"),
            (with_reviews(date_order="dayfirst"), "did you mean day_first?"),
            (with_reviews(only_rows={"Type": []}), ", line 1: an entry of only_rows is empty."),
            (
                with_reviews(only_rows={"Type": {"a": "b"}}),
                "an entry of only_rows should be a text or a list, each item",
            ),
            (with_reviews(codes={"format": "x"}), "codes format should be entries of a name, a colon and a value."),
            (with_reviews(table="revews"), ", line 1: there is no such table; did you mean reviews?"),
            (with_reviews(table="zzz"), "there is no such table; there are iro_staff, iro_allocations, reviews,"),
            (with_reviews(table="episodes"), "it is one of SSDA903, whose mapping lies in the folder ssda903."),
            (with_reviews(columns={"chld_id": "Child"}), "reviews has no column of this name; did you mean child_id?"),
            (
                with_reviews(columns={"qqq": "Child"}),
                "reviews has no column of this name; there are review_id, child_id,",
            ),
            (with_reviews(columns={"Person": "child_id"}), "our column comes first and their heading behind the colon"),
            (with_reviews(columns={"child_id": " "}), "the heading of child_id is blank."),
            (with_reviews(only_rows={" ": "x"}), "a heading of only_rows is blank."),
            (with_reviews(file="a/b.csv"), "file is the name of a file or a pattern for it, without folders."),
            (with_reviews(fixed={"started_on": "2024-04-01"}), "started_on has a heading in columns, so it cannot be"),
            (with_reviews(columns={"child_id": "C"}, fixed={"review_id": "1"}), "review_id tells the rows of reviews"),
            (with_reviews(fixed={"format": "VIRTUL"}), "this is no code of format; did you mean VIRTUAL?"),
            (with_reviews(fixed={"completed_on": "31/03/2024"}), "completed_on holds days, so the value must be one"),
            (with_reviews(fixed={"completed_on": "2024-02-30"}), "completed_on holds days, so the value must be one"),
            (with_reviews(fixed={"formt": "PAPER"}), "reviews has no column of this name; did you mean format?"),
            (
                with_reviews(codes={"child_id": {"a": "b"}}),
                "child_id says which child a row is of, so it has",
            ),
            (with_reviews(codes={"started_on": {"a": "b"}}), "started_on holds dates, so it has no codes."),
            (with_reviews(codes={"format": {"a": "PAPER"}}), "format has no heading in columns, so its codes would"),
            (
                with_reviews(otherwise={"review_id": "x"}),
                "review_id has no codes; a value that is the same",
            ),
            (with_reviews(date_order_by_column={"review_id": "day_first"}), "review_id holds no dates."),
            (
                with_reviews(date_order_by_column={"completed_on": "day_first"}),
                "completed_on has no heading in",
            ),
            (
                with_reviews(columns={"format": "F"}, codes={"format": {"Online": "ONLINE"}}),
                "this is no code of format; there are FACE_TO_FACE, HYBRID, VIRTUAL, PAPER.",
            ),
            (
                with_reviews(columns={"format": "F"}, codes={"format": {"PAPER": "Sent to Jane Smith"}}),
                "in codes of format their words come first and our code behind the colon.",
            ),
            (
                with_reviews(columns={"format": "F"}, codes={"format": {"Online": "VIRTUAL", "ONLINE ": "HYBRID"}}),
                "two codes of format differ only in case or blanks, so only one of them can stand there.",
            ),
            (
                with_reviews(columns={"format": "F"}, codes={"format": {"a": "PAPER"}}, otherwise={"format": "x"}),
                "this is no code of format",
            ),
            (
                "tables: [{table: iro_staff, columns: {fte: F}, codes: {fte: {Full time: full}}}]",
                "fte holds numbers, and this is none.",
            ),
            (
                "tables:\n- {table: reviews, columns: {child_id: A}}\n- {table: audits, columns: {child_id: a}}",
                ", line 3: the entry can never be used, because entry 1 has the same file, sheet and headings.",
            ),
        ],
    )
    def test_each_has_its_sentence(self, text, said):
        assert any(said in sentence for sentence in faults(text)), faults(text)

    def test_each_is_told_once_in_the_order_of_the_file(self):
        found = faults("tables:\n- tabel: reviews\n  columns: {}\n  date_order: x\n- {}\n")
        lines = [int(re.search(r"line (\d+)", sentence)[1]) for sentence in found]
        assert lines == sorted(lines) and len(found) == len(set(found)) == 6

    def test_the_line_is_that_of_the_mistake(self):
        text = REVIEWS.replace("started_on: Review", "startd_on: Review")
        line = text.splitlines().index("      startd_on: Review Date") + 1
        assert faults(text) == [f"{WHERE}, line {line}: reviews has no column of this name; did you mean started_on?"]

    def test_nothing_of_the_file_is_quoted(self):
        text = (
            "tables: [{table: reviews, columns: {iro_id: Jane Smith, format: F}, codes: {iro_id: {Jane Smith: {a: b}},"
            " format: {Jane Smith: x, jane  smith: PAPER}}, only_rows: {F: {Jane Smith: 1}}}]"
        )
        assert not any("Smith" in sentence for sentence in faults(text))
        text = text.replace("{Jane Smith: {a: b}}", "{Jane Smith: I1}").replace(
            "{F: {Jane Smith: 1}}", "{F: Jane Smith}"
        )
        assert not any("Smith" in sentence for sentence in faults(text))

    @pytest.mark.parametrize(
        "text",
        [
            "Jane Smith: 1",
            "tables: [{table: Jane Smith, columns: {child_id: a}}]",
            with_reviews(**{"Jane Smith": 1}),
            with_reviews(columns={"Jane Smith": "a"}),
            with_reviews(columns={"Jane Smith": ["a"]}),
            with_reviews(fixed={"format": "Jane Smith"}),
            with_reviews(only_rows={"Jane Smith": []}),
            with_reviews(date_order="Jane Smith"),
            with_reviews(columns={"format": "F"}, codes={"format": {"Online": "Jane Smith"}}),
        ],
    )
    def test_a_name_in_any_place_is_repeated_in_no_sentence(self, text):
        assert not any("Smith" in sentence for sentence in faults(text))

    @pytest.mark.parametrize(
        "text",
        [
            "tables:\n" + "  - {}\n" * 6000,
            "tables:\n" + "  - 1\n" * 8000,
            "".join(f"x{number}:\n" for number in range(7000)),
            "tables:\n- table: reviews\n  columns:\n" + "".join(f"    x{number}: 1\n" for number in range(4000)),
        ],
    )
    def test_thousands_are_not_all_told(self, text):
        assert len(faults(text)) <= 101


class TestHostileFiles:
    @pytest.mark.parametrize(
        "data",
        [
            "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n",
            "tables: &t\n  - *t\n",
            "&a tables: []\n",
            "tables: !!python/object/apply:os.system [ls]\n",
            "tables: !foo x\n",
            "%TAG ! tag:example.org,2000:\n---\n!foo x\n",
            "%YAML 9.9\n---\ntables: []\n",
            "[" * 60_000,
            "[\n" * 30_000,
            "- " * 30_000,
            ("{" * 1_999 + "\n") * 30,
            ("? " * 900 + "\n") * 30,
            "\n".join(" " * depth + "- " for depth in range(300)),
            "\n".join(" " * depth + "a:" for depth in range(300)),
            "\n".join(["tables:"] + ["'" + "x" * 1900] * 30),
            'tables: "\\ud800"\n',
            'tables: "\\U00110000"\n',
            'tables: "\\0"\n',
            'tables: "\\e[2J"\n',
            b"tables: \xed\xa0\x80\n",
            b"tables: \x00\n",
            b"tables: \xff\xfe\n",
            "tables: x".encode("utf-16"),
            "tables: x\n---\ntables: y\n",
            "tables: []\ntables: []\n",
            "? [a]\n: b\n",
            "? {a: b}\n: c\n",
            "<<: {tables: []}\n",
            'tables: "abc\n',
            "tables:\n\t- a\n",
            "tables: @x\n",
            "x" * (SIZE_LIMIT + 1),
            "#" + "\n" * SIZE_LIMIT,
            "a: b: c\n",
            "}",
            "...\n...\n]",
        ],
        ids=range(36),
    )
    def test_end_in_a_sentence_within_a_second(self, data):
        read(REVIEWS)  # what is loaded once is not the file's doing
        assert len(faults(data)) <= 2

    def test_patterns_are_matched_at_once(self):
        mapping, _ = read(with_reviews(file="*a" * 120 + "b"))
        started = time.process_time()
        assert mapping.for_table("a" * 255, None, ["No", "Child", "Date"]) is None
        assert time.process_time() - started < 1

    def test_bytes_at_random_never_raise(self):
        import random

        pieces = [
            b"tables",
            b":",
            b"\n",
            b"  ",
            b"- ",
            b"[",
            b"]",
            b"{",
            b"}",
            b"&a",
            b"*a",
            b"!",
            b"'",
            b'"',
            b"|",
            b">",
        ]
        pieces += [b"table: reviews", b"columns:", b"child_id: A", b"\t", b"#", b"%", b"?", b"\xff", b"\\ud800", b"---"]
        chance = random.Random(7)
        for _ in range(1500):
            read(b"".join(chance.choices(pieces, k=chance.randrange(1, 40))))


class TestSchema:
    def test_it_is_a_schema_and_every_key_is_explained(self):
        schema = json.loads(SCHEMA.read_bytes())
        jsonschema.Draft202012Validator.check_schema(schema)
        page = (REPOSITORY / "docs" / "mapping.md").read_text(encoding="utf-8")
        for key, said in schema["$defs"]["table"]["properties"].items():
            assert "description" in said or "$ref" in said
            assert f"`{key}`" in page

    def test_the_examples_of_the_page_are_right(self):
        page = (REPOSITORY / "docs" / "mapping.md").read_text(encoding="utf-8")
        examples = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
        assert [entry(example).table for example in examples] == ["reviews", "disputes"]

    def test_editors_that_read_yaml_by_its_own_rules_agree_on_what_is_right(self):
        jsonschema.validate(
            yaml.safe_load(REVIEWS.replace("{Yes: Y, No: n,", "{'Yes': Y, 'No': n,")), json.loads(SCHEMA.read_bytes())
        )

    @pytest.mark.parametrize("dataset", DATASETS)
    def test_every_column_of_ours_can_be_mapped(self, dataset):
        for table in table_specs(dataset):
            columns = {name: f"Their {name}" for name in column_specs(dataset, table)}
            mapping = entry(json.dumps({"tables": [{"table": table, "columns": columns}]}), dataset)
            assert mapping.missing(list(columns.values())) == ()
            assert mapping.renamed(list(columns.values())) == list(columns)

    @pytest.mark.parametrize("dataset", [SSDA903, IRO])
    def test_every_code_of_every_list_is_one(self, dataset):
        lists = 0
        for table in table_specs(dataset):
            for column, spec in column_specs(dataset, table).items():
                if spec.code_list is not None:
                    lists += 1
                    codes = {f"theirs {number}": code.lower() for number, code in enumerate(spec.code_list.codes)}
                    text = {"table": table, "columns": {column: "x"}, "codes": {column: codes}}
                    mapping = entry(json.dumps({"tables": [text]}), dataset)
                    assert set(mapping.codes[column].values()) == set(spec.code_list.codes)
                elif spec.type in ("code", "flag"):
                    assert (table, column) == ("episodes", "pl_location")
        assert lists > 15


def test_a_changed_mapping_has_another_fingerprint():
    assert fingerprint(None) == ""
    assert fingerprint(b"a") == fingerprint(b"a") != fingerprint(b"b") != fingerprint(b"")


def test_normal_forms():
    assert normal(" A\u00a0 b\n\tC\u200b ") == "a b c"


def test_dfe_tables_can_be_mapped_too():
    mapping = entry(
        "tables: [{table: episodes, columns: {child: Person ID, ls: Legal}, codes: {ls: {S20: v2}}}]", SSDA903
    )
    assert mapping.codes == {"ls": {"s20": "V2"}}
