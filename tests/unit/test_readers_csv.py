"""CSV files as suppliers, spreadsheets and accidents leave them."""

import csv
import io
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.ingest.readers import Part, read_file
from orchestration.ingest.readers.csv_file import LINE_LIMIT
from orchestration.ingest.recogniser import Recogniser
from orchestration.ingest.tables import IRO, SSDA903

REVIEWS = "CHILD,DOB,REVIEW,REVIEW_CODE\r\n"


def read(text: str | bytes, name: str = "reviews.csv") -> Part:
    (part,) = read_file(name, text.encode() if isinstance(text, str) else text, Recogniser(SSDA903))
    assert part.rows_delivered == part.rows_parsed + part.rows_unparsed
    return part


def rejected(part: Part) -> list[tuple[int, str]]:
    return [(line.row_number, line.rule_id) for line in part.rejected_lines]


def test_a_plain_file_is_read_as_text_with_row_numbers_from_two():
    part = read(REVIEWS + "007,01/02/2012,05/06/2024,PN1\r\n008,, 05/06/2024 ,pn2\r\n")
    assert (part.table, part.encoding, part.rows_delivered, part.rule_id) == ("reviews", "utf-8", 2, None)
    assert list(part.row_numbers) == [2, 3]
    assert list(part.columns["child"]) == ["007", "008"], "leading zeros survive"
    assert list(part.columns["dob"]) == ["01/02/2012", ""]
    assert list(part.columns["review"]) == ["05/06/2024", " 05/06/2024 "], "nothing is trimmed here"


@pytest.mark.parametrize(
    "header",
    [
        "\ufeffchild , Dob,REVIEW_code,  review",
        '"REVIEW","CHILD","REVIEW_CODE","DOB"',
        "\tCHILD,DOB,REVIEW,\xa0REVIEW_CODE",
    ],
)
def test_headers_match_in_any_case_and_order_with_blanks_and_a_bom(header: str):
    assert read(header + "\n1,1,1,1\n").table == "reviews"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("Zoë".encode(), "utf-8"),
        (b"Zo\xeb", "windows-1252"),
        (b"Zo\xeb \x81", "windows-1252"),
    ],
)
def test_utf8_and_windows_1252_both_work(data: bytes, encoding: str):
    part = read(REVIEWS.encode() + data + b",,,\r\n")
    assert part.encoding == encoding
    assert str(part.columns["child"][0]).startswith("Zoë")


def test_a_bom_and_utf16_work():
    text = REVIEWS + "Zoë,,,\r\n"
    assert read(text.encode("utf-8-sig")).encoding == "utf-8-sig"
    part = read(text.encode("utf-16"))
    assert (part.encoding, part.columns["child"][0]) == ("utf-16", "Zoë")


def test_blank_lines_are_no_rows_but_are_counted_as_excel_counts_them():
    part = read("\r\n" + REVIEWS + "1,,,\r\n\r\n , ,,\r\n,,,\r\n2,,,\r\n\r\n")
    assert list(part.row_numbers) == [3, 7]
    assert part.rows_delivered == 2


def test_headers_only_is_an_accepted_table_without_rows():
    part = read(REVIEWS)
    assert (part.table, part.rows_delivered, part.rule_id) == ("reviews", 0, None)


@pytest.mark.parametrize("data", [b"", b"\r\n\r\n", b"\xef\xbb\xbf", b",,,\n"])
def test_an_empty_file_is_rejected(data: bytes):
    assert read(data).rule_id == "empty_file"


@pytest.mark.parametrize("delimiter, word", [(";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars")])
def test_another_delimiter_is_named(delimiter: str, word: str):
    part = read((REVIEWS + "1,2,3,4\n5,6,7,8\n").replace(",", delimiter))
    assert (part.rule_id, part.rows_delivered, part.rows_unparsed) == ("wrong_delimiter", 2, 2)
    assert word in (part.message or "") and "reviews.csv" in (part.message or "")


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" * 20, b"PK\x03\x04" + bytes(500), bytes(range(256)) * 4]
)
def test_binary_junk_is_an_unreadable_file(data: bytes):
    assert read(data).rule_id == "unreadable_file"


def test_columns_of_no_table_and_missing_columns_are_told_apart():
    assert read("NAME,AGE\nAnn,3\n").rule_id == "unrecognised_columns"
    part = read("CHILD,DOB,REVIEW\n1,2,3\n")
    assert (part.rule_id, part.table) == ("missing_columns", "reviews")
    assert "REVIEW_CODE" in (part.message or "")
    assert "Ann" not in (read("NAME,AGE\nAnn,3\n").message or "")


def test_unknown_columns_are_kept_and_named_by_their_place_alone():
    part = read("CHILD,DOB,REVIEW,REVIEW_CODE,Team,,CHILD,\n1,2,3,4,North,x,1,\n5,6,7,8,,,5 ,\n")
    assert part.unknown_columns == ("column 5", "column 6", "column 7")
    assert part.extra_columns is not None
    assert json.loads(str(part.extra_columns[0])) == {"team": "North", "column 6": "x", "child (7)": "1"}
    assert list(part.columns["child"]) == ["1", "5"]


def test_a_wrong_number_of_fields_rejects_the_row_but_not_trailing_blanks():
    part = read(REVIEWS + "1,2,3,4,,\n1,2,3\n1,2,3,4,5\n6,7,8,9\n")
    assert list(part.row_numbers) == [2, 5]
    assert rejected(part) == [(3, "wrong_column_count"), (4, "wrong_column_count")]
    assert part.rejected_lines[0].message == "reviews.csv row 3 has 3 fields where the header has 4."


def test_a_file_cut_off_in_its_last_row_keeps_the_others():
    part = read(REVIEWS + "1,2,3,4\n1,2,0")
    assert list(part.row_numbers) == [2]
    assert rejected(part) == [(3, "wrong_column_count")]


def test_quoted_values_may_hold_commas_quotes_and_line_ends():
    part = read('CHILD,DOB,REVIEW,REVIEW_CODE,NOTE\n1,2,3,4,"a, ""b""\n\nsecond line"\n5,6,7,8,c\n')
    assert part.rejected_lines == []
    assert list(part.row_numbers) == [2, 3], "Excel shows the first record in one row"
    assert part.extra_columns is not None
    assert json.loads(str(part.extra_columns[0]))["note"] == 'a, "b"\n\nsecond line'


def test_an_unclosed_quote_costs_its_own_line_only():
    part = read(REVIEWS + '1,"2,3,4\n5,6,7,8\n9,10,"11",12\n13,14,15,"16\n')
    assert list(part.row_numbers) == [3, 4]
    assert rejected(part) == [(2, "unreadable_line"), (5, "unreadable_line")]
    assert list(part.columns["child"]) == ["5", "9"]


def test_two_unclosed_quotes_do_not_swallow_the_row_between_them():
    part = read(REVIEWS + '1,"2,3,4\n5,6,7,8\n9,10",11,12\n')
    assert "5" in part.columns["child"]
    assert part.rows_delivered == 3


def test_a_stray_quote_inside_a_value_is_no_fault():
    part = read(REVIEWS + '1,5" x,3,4\n2,"a"b,3,4\n')
    assert list(part.columns["child"]) == ["1", "2"]


def test_a_line_of_20_mb_is_rejected_quickly_and_the_rest_is_read():
    started = time.monotonic()
    part = read(REVIEWS + "1,2,3,4\n" + "x" * 20_000_000 + "\n5,6,7,8\n")
    assert time.monotonic() - started < 5
    assert list(part.row_numbers) == [2, 4]
    assert rejected(part) == [(3, "line_too_long")]
    assert len(part.rejected_lines[0].raw_content) <= 10_000


def test_a_20_mb_first_line_is_an_unreadable_file():
    assert read("CHILD," + "x" * 20_000_000).rule_id == "unreadable_file"


def test_a_long_value_below_the_limit_is_kept():
    long = "x" * (LINE_LIMIT - 100)
    part = read(REVIEWS + f'1,"{long}",3,4\n')
    assert part.columns["dob"][0] == long
    assert read(f"CHILD,DOB,REVIEW,REVIEW_CODE,{'y' * 200_000}\n1,2,3,4,5\n").table == "reviews"


def test_zero_bytes_inside_a_value_cost_their_line_only():
    part = read(REVIEWS + "1,2,3,4\n" * 2000 + "1,2\x0002,3,4\n6,7,8,9\n")
    assert rejected(part) == [(2002, "unreadable_line")]
    assert part.rows_parsed == 2001


def test_zero_bytes_alone_in_a_field_are_how_bcp_writes_nothing():
    part = read(REVIEWS + '1,\0,3,"\0"\n\0,2,3,4\n')
    assert (rejected(part), part.rows_parsed) == ([], 2)


RATINGS = "child_id,rating,reason,rated_on\n"


def test_a_text_with_commas_and_no_quotation_marks_is_put_together():
    """Traps figures that lean because rows are lost by what somebody wrote in them."""
    (part,) = read_file(
        "rag_ratings.csv",
        (RATINGS + "1,RED,No school, no health plan, and no contact,01/05/2024\n2,RED,none,02/05/2024\n").encode(),
        Recogniser(IRO),
    )
    assert list(part.columns["reason"]) == ["No school, no health plan, and no contact", "none"]
    assert list(part.columns["rated_on"]) == ["01/05/2024", "02/05/2024"]
    assert part.spelling == {("reason", "text_joined"): 1}


@pytest.mark.parametrize(
    "row",
    [
        "1,RED,,No school,01/05/2024",
        "1,RED,No school,02/05/2024,01/05/2024",
        "1,RED,No school, 02/05/2024,01/05/2024",
        "1,RED,AMBER,No school,01/05/2024",
        "1,RED, on paper,No school, and more",
        "1,RED,No school, no plan,a day",
    ],
)
def test_what_might_be_something_else_is_not_put_together(row: str):
    (part,) = read_file("rag_ratings.csv", (RATINGS + row + "\n").encode(), Recogniser(IRO))
    assert rejected(part) == [(2, "wrong_column_count")]


def test_beside_a_column_that_nobody_knows_no_text_is_put_together():
    """The comma may be in that one."""
    data = "child_id,rating,reason,rated_on,note\n1,RED,No school, no plan,01/05/2024,x\n"
    (part,) = read_file("rag_ratings.csv", data.encode(), Recogniser(IRO))
    assert rejected(part) == [(2, "wrong_column_count")]


@pytest.mark.parametrize(
    "above",
    [
        "sep=,\n",
        "Reviews held in the year\nOfficial - sensitive\n\n",
        "Textbox1,Textbox2,Textbox3\n2024-25,Reviews,North\n\n",
        '"A title, with a comma"\n',
    ],
)
def test_lines_above_the_column_names_are_passed_over_and_counted(above: str):
    part = read(above + REVIEWS + "1,2,3,4\n5,6,7,8\n")
    lines = above.count("\n")
    assert (part.table, part.rows_delivered, part.rows_parsed) == ("reviews", 2, 2)
    assert list(part.row_numbers) == [lines + 2, lines + 3]
    assert part.spelling == {("", "lines_above_header"): len([line for line in above.splitlines() if line])}


@pytest.mark.parametrize(
    "below",
    [
        "Total,2,,\n",
        "Total,2\n",
        "(2 rows affected)\n",
        "\n2 records\n",
        "\nEnd of report\n",
        "Grand total,,,\nPrinted 1 May\n",
    ],
)
def test_lines_below_the_table_are_named_and_no_records(below: str):
    part = read(REVIEWS + "1,2,3,4\n5,6,7,8\n" + below)
    lines = len([line for line in below.splitlines() if line])
    assert list(part.columns["child"]) == ["1", "5"]
    assert {rule for _, rule in rejected(part)} == {"line_below_table"}
    assert (part.rows_delivered, part.spelling["", "lines_below_table"]) == (2 + lines, lines)


def test_a_record_that_only_resembles_a_total_stays_a_record():
    part = read(REVIEWS + "1,2,3,4\nTOTAL1,01/02/2012,05/06/2024,PN1\n")
    assert part.rows_parsed == 2


def test_other_extensions_are_no_data():
    (part,) = read_file("notes.pdf", b"%PDF-1.7", Recogniser(SSDA903))
    assert part.rule_id == "unreadable_file"


def test_no_message_quotes_a_value():
    part = read(REVIEWS + 'SECRET,"2,3,4\nSECRET,1\nSEC\x00RET,2,3,4\n')
    assert part.rows_unparsed == 3
    assert not any("SECRET" in line.message for line in part.rejected_lines)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_raise_an_error(data: bytes):
    for name in ("a.csv", "a.xlsx", "a.xml"):
        for part in read_file(name, data, Recogniser(SSDA903)):
            assert part.rows_delivered == part.rows_parsed + part.rows_unparsed


SOUP = st.text(alphabet='ab1,"\r\n \0\x1aë\u2028\ufeff', max_size=80)


@settings(max_examples=500, deadline=None)
@given(st.lists(SOUP, max_size=8).map("\n".join))
def test_no_row_is_lost_whatever_follows_the_header(soup: str):
    part = read(REVIEWS + soup)
    numbers = [*part.row_numbers, *(line.row_number for line in part.rejected_lines)]
    assert len(set(numbers)) == len(numbers) == part.rows_delivered
    assert all(len(values) == part.rows_parsed for values in part.columns.values())
    kept = "".join(str(value) for values in part.columns.values() for value in values)
    kept += "".join(line.raw_content for line in part.rejected_lines)
    for character in "ab1ë":
        # Below the limits every letter delivered is either in a column or in a rejected line.
        assert kept.count(character) == soup.count(character)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.text(alphabet='xyz",\n ', max_size=5), min_size=4, max_size=4), max_size=6), st.booleans())
def test_what_a_csv_writer_wrote_comes_back(rows: list[list[str]], quote_all: bool):
    # A first value with a line end in it looks like a row in its own right; no child's id has one.
    rows = [[f"id{number}", *row[1:]] for number, row in enumerate(rows)]
    buffer = io.StringIO()
    quoting = csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL
    csv.writer(buffer, quoting=quoting).writerows([["CHILD", "DOB", "REVIEW", "REVIEW_CODE"], *rows])
    part = read(buffer.getvalue())
    # Text that looks like a row in its own right is not swallowed into a value, so its record is given up instead.
    if not part.rejected_lines:
        assert [list(values) for values in zip(*part.columns.values(), strict=True)] == rows


# Lines between the rows, and column names that are not what they seem.


@pytest.mark.parametrize(
    "between",
    [
        "CHILD,DOB,REVIEW,REVIEW_CODE\n",
        " child ,Dob,Review,Review Code\n",
        "-----,----------,----------,-----------\n",
        "Team North,,,\n",
        "Sub-total North,2,,\n",
        "Total,2,2,2\n",
        "* Provisional\n",
        "Note: short breaks are left out,,,\n",
        "Data extracted 30/04/2025,,,\n",
        "Please contact the performance team\n",
    ],
)
@pytest.mark.parametrize("is_last", [False, True])
def test_lines_between_the_rows_are_no_records(between: str, is_last: bool):
    part = read(REVIEWS + "1,2,3,4\n" + ("5,6,7,8\n" + between if is_last else between + "5,6,7,8\n"))
    assert list(part.columns["child"]) == ["1", "5"]
    assert [rule for _, rule in rejected(part)] == ["line_below_table"]


@pytest.mark.parametrize("row", ["AB 1002,,,\n", "9,,,\n", "TOTAL1,2,3,4\n", "S1001,2,3,4\n", "-1,2,3,4\n"])
def test_a_sparse_row_with_a_number_is_a_record(row: str):
    assert read(REVIEWS + "1,2,3,4\n" + row + "5,6,7,8\n").rows_parsed == 3


@pytest.mark.parametrize("below", ["CHILD,DOB,DUC\n9,10,11\n", "REVIEW,CHILD,DOB,REVIEW_CODE\n3,9,2,4\n"])
def test_another_table_below_the_first_rejects_the_file(below: str):
    part = read(REVIEWS + "1,2,3,4\n\n" + below)
    assert part.rule_id == "columns_ambiguous" and "row 4" in (part.message or "")


@pytest.mark.parametrize(
    "header",
    [
        "Child,dob,Review,Review Code",
        "[CHILD],[DOB],[REVIEW],[REVIEW_CODE]",
        "Reviews[CHILD],Reviews[DOB],Reviews[REVIEW],Reviews[REVIEW_CODE]",
        "CHILDID,DOB,REVIEW,REVIEW-CODE",
        "\u00ef\u00bb\u00bfCHILD,DOB,REVIEW,REVIEW_CODE",
        "\u200bCHILD,DOB\u00a0,RE\u00adVIEW,REVIEW_CODE*",
        'CHILD,DOB,REVIEW,"REVIEW\nCODE"',
    ],
)
def test_signs_in_column_names_do_not_matter(header: str):
    part = read(header + "\n1,2,3,4\n")
    assert (part.table, list(part.columns), part.unknown_columns) == (
        "reviews",
        [*REVIEWS.strip().lower().split(",")],
        (),
    )
    assert list(part.row_numbers) == [2]


def test_a_column_of_our_own_name_goes_before_one_that_resembles_it():
    part = read("Child ID,CHILD,DOB,REVIEW,REVIEW_CODE\n9,1,2,3,4\n")
    assert (list(part.columns["child"]), part.unknown_columns) == (["1"], ("column 1",))


def test_a_column_that_stands_twice_and_says_different_things_rejects_the_file():
    part = read("CHILD,DOB,REVIEW,REVIEW_CODE,REVIEW\n1,2,3,4,\n")
    assert part.rule_id == "columns_ambiguous" and "REVIEW" in (part.message or "")
    assert read("CHILD,DOB,REVIEW,REVIEW_CODE,CHILD\n1,2,3,4,1 \n").rule_id is None


def test_header_and_episodes_in_one_file_are_no_table():
    part = read("CHILD,DECOM,RNE,LS,CIN,PLACE,DEC,REC,PLACE_PROVIDER,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN,"
                "SEX,DOB,ETHNIC,UPN\n" + "1," * 16 + "1\n")  # fmt: skip
    assert part.rule_id == "columns_ambiguous" and "header" in (part.message or "")


def test_a_file_without_column_names_is_told_so():
    assert "lack the line of column names" in (read("1,01/02/2012,05/06/2024,PN1\n").message or "")


def test_utf16_without_a_mark_and_lines_quoted_as_a_whole_work():
    assert read((REVIEWS + "Zo\u00eb,,,\r\n").encode("utf-16-le")).columns["child"][0] == "Zo\u00eb"
    lines = "".join(f'"{line}"\r\n' for line in (REVIEWS + '1,2,""a, b"",4').splitlines())
    part = read(lines)
    assert (part.rows_parsed, part.columns["review"][0]) == (1, "a, b")


def test_a_comma_within_a_text_does_not_push_days_into_other_columns():
    header = (
        "review_id,child_id,started_on,completed_on,cancelled,participation_code,late_reason,invitations_sent_on,note\n"
    )
    (part,) = read_file(
        "r.csv",
        (
            header
            + "R1,1,1/4/2024,1/4/2024,N,PN1,Carer ill,1/3/2024,,\nR2,1,1/4/2024,1/4/2024,N,PN1,Ill, moved,1/3/2024,\n"
        ).encode(),
        Recogniser("iro"),
    )
    assert (list(part.columns["review_id"]), rejected(part)) == (["R1"], [(3, "wrong_column_count")])


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.csv", b"<html><table><tr><td>CHILD</td></tr></table></html>", "web page"),
        ("a.csv", b"PK\x03\x04" + bytes(500), "workbook or an archive"),
        ("a.xlsx", b"CHILD,DOB,REVIEW,REVIEW_CODE\n", "is no workbook"),
        ("a.xls", b"x", "save it as XLSX"),
        ("a.txt", b"x", "Export it as CSV"),
        ("a.zip", b"x", "Unpack it"),
    ],
)
def test_a_file_of_another_kind_is_told_what_to_do(name: str, data: bytes, said: str):
    (part,) = read_file(name, data, Recogniser(SSDA903))
    assert part.rule_id == "unreadable_file" and said in (part.message or "")


@pytest.mark.parametrize(
    ("flags", "children"),
    [
        (("0", "1", "0"), ["2"]),
        (("", "Yes", ""), ["2"]),
        (("FALSE", "1.0", "former"), ["2", "3"]),
        (("", "", ""), ["1", "2", "3"]),
    ],
)
def test_a_child_that_uasc_itself_calls_none_is_none(flags: tuple[str, ...], children: list[str]):
    """The XML has a 0 or 1 for every child; in a CSV made like it every child would be an unaccompanied one."""
    rows = "".join(f"{number},1,01/02/2010,{flag},\n" for number, flag in enumerate(flags, start=1))
    part = read("CHILD,SEX,DOB,UASC,DUC\n" + rows, "uasc.csv")
    assert list(part.columns["child"]) == children
    assert rejected(part) == [(int(n) + 1, "line_below_table") for n in "123" if n not in children]


def test_sums_that_excel_puts_in_and_months_between_the_rows_are_no_records():
    """Counted among the rows, a few of them would hold the extract."""
    text = (
        "event_id,held_on,name,children_attended,carers_attended\nApril,,,,\nE1,03/04/2024,Summer,10,3\n"
        ",,Summer Total,10,3\nMay 2024,,,,\nQ1 2024/25,,,,\nE2,03/05/2024,Grand Total,12,3\nSummer Total,,,22,6\n"
        "E3,,,,\n"
    )
    (part,) = read_file("events.csv", text.encode(), Recogniser(IRO))
    assert list(part.columns["event_id"]) == ["E1", "E2", "E3"], "an event may be called so, and a lone number is told"
    assert [number for number, _ in rejected(part)] == [2, 4, 5, 6, 8]
