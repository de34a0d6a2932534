"""What cells are read as: every kind of column, and the order of day and month as a delivery's own dates show it."""

import io
import json
from datetime import date

import openpyxl
import pytest

from orchestration.ingest.readers import Part, read_file
from orchestration.ingest.recogniser import Recogniser
from orchestration.ingest.spelling.dates import DAY_FIRST, MONTH_FIRST, read_date
from orchestration.ingest.spelling.delivery import spell
from orchestration.ingest.spelling.values import code_list, spell_code, spell_flag, spell_id, spell_number
from orchestration.ingest.tables import IRO, SSDA903, table_specs

EXTRACTED = date(2025, 4, 30)
EPISODES = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC\n"
HEADER = "CHILD,SEX,DOB,ETHNIC,UPN\n"
REVIEWS = "CHILD,DOB,REVIEW,REVIEW_CODE\n"


def delivered(dataset: str = SSDA903, **files: str | bytes) -> dict[str, Part]:
    """The files of a delivery by name, read and spelt."""
    parts: dict[str, Part] = {}
    for name, content in files.items():
        kind = "xlsx" if isinstance(content, bytes) and content.startswith(b"PK") else "csv"
        data = content if isinstance(content, bytes) else content.encode()
        (parts[name],) = read_file(f"{name}.{kind}", data, Recogniser(dataset))
    spell(list(parts.values()), dataset, 2025, EXTRACTED)
    return parts


@pytest.mark.parametrize(
    "text",
    [
        *("10/07/2024", "2024-07-10", "2024-07-10 00:00:00", "2024-07-10T23:59:59.9999999", "2024-07-10T00:00:00Z"),
        *("2024-07-10 00:00", "2024-07-10 13:15:00 +01:00", "10/07/2024 00:00", "10/07/2024 12:00:00 AM", "2024/07/10"),
        *("10/07/24", "10.07.24", "10-Jul-24", "10-Jul-2024", "10 July 2024", "10th July 2024", "10.07.2024"),
        *("10-07-2024", "20240710", "20240710T000000", "Jul 10 2024 12:00AM", "July 10, 2024", "Wed 10 Jul 2024"),
        *("Wednesday, 10 July 2024", "2024-Jul-10", "10Jul2024", "10 Sept 2024".replace("Sept", "JUL")),
        *("Wed 10/07/2024", "Wednesday 10/07/24", "Wed Jul 10 00:00:00 BST 2024", "10JUL2024:00:00:00"),
        *("Wed Jul 10 2024 00:00:00 GMT+0100 (British Summer Time)", "10/07/2024 2pm", "10/07/2024 at 2.30pm"),
    ],
)
def test_every_form_of_one_day_is_that_day(text: str):
    reading = read_date(text, DAY_FIRST, 2035)
    assert reading is not None and reading.day == date(2024, 7, 10)


@pytest.mark.parametrize(
    "text",
    [
        "45483",
        "10-07-24",
        "31/02/2024",
        "2024-13-01",
        "07/2024",
        "July 2024",
        "10/July",
        "1007",
        "10072024",
        "n.d.",
        "10/7",
        "10/07/2024 14",
        "10/07/2024 (virtual)",
        "10/07/2024 - 12/07/2024",
        "w/c 10/07/2024",
    ],
)
def test_what_has_no_one_meaning_is_no_date(text: str):
    assert read_date(text, DAY_FIRST, 2035) is None


def test_a_year_of_two_digits_is_at_most_ten_years_after_the_extract():
    assert [read_date(f"01/02/{year}", DAY_FIRST, 2035).day.year for year in ("24", "35", "36", "98")] == [
        *(2024, 2035, 1936, 1998)
    ]


@pytest.mark.parametrize(
    "blank",
    ["NULL", "null", "(null)", "None", "N/A", "#N/A", "nan", "-", "\0", "\xa0", "\u200b", " \u2007\ufeff", "1900-01-01",
     "01/01/1900", "1899-12-30 00:00:00.000", "1753-01-01", "0001-01-01T00:00:00", "31/12/9999", "2300-01-01"],
)  # fmt: skip
def test_what_stands_for_no_end_is_blank_and_counted(blank: str):
    parts = delivered(episodes=EPISODES + f"1,01/05/2024,S,C2,N1,U6,PR1,{blank},\n2,01/05/2024,S,C2,N1,U6,PR1,,\n")
    assert parts["episodes"].columns["dec"] == ["", ""]
    (counted,) = [(key, cells) for key, cells in parts["episodes"].spelling.items() if key[0] == "dec"]
    assert counted[1] == 1
    assert json.loads(parts["episodes"].as_delivered[0])["dec"] == blank
    assert parts["episodes"].as_delivered[1] is None


def test_the_far_future_stands_for_no_end_in_ends_alone():
    parts = delivered(episodes=EPISODES + "1,31/12/9999,S,C2,N1,U6,PR1,31/12/9999,\n")
    columns = parts["episodes"].columns
    assert (columns["decom"], columns["dec"]) == (["31/12/9999 (no such year)"], [""])


def test_an_error_of_excel_is_not_blank():
    parts = delivered(episodes=EPISODES + "1,01/05/2024,S,C2,N1,U6,PR1,#VALUE!,\n")
    assert list(parts["episodes"].columns["dec"]) == ["#VALUE!"], "nobody knows what stood there, so staging rejects it"


@pytest.mark.parametrize(
    ("table", "column", "texts"),
    [
        ("oc2", "convicted", {"1": "TRUE true Yes Y 1 1.0 yes", "0": "FALSE No N 0 0.0"}),
        ("reviews", "cancelled", {"Y": "Y yes TRUE 1 Cancelled", "N": "N no FALSE 0 Held"}),
    ],
)
def test_yes_and_no_in_any_spelling(table: str, column: str, texts: dict[str, str]):
    spec = table_specs(SSDA903 if table == "oc2" else IRO)[table].specs[column]
    for meant, spellings in texts.items():
        assert {spell_flag(text, spec)[0] for text in spellings.split()} == {meant}
        assert spell_flag(f"{spellings.split()[0]} - agreed with the carer", spec)[0] == meant
    for unreadable in ("Perhaps", "2", "Cancelled in error", "Not known", "Y/N"):
        assert spell_flag(unreadable, spec) == (unreadable, None)


@pytest.mark.parametrize(
    ("code_set", "column", "text", "code"),
    [
        ("participation", "review_code", "pn1", "PN1"),
        ("participation", "review_code", "PN 1", "PN1"),
        ("participation", "review_code", "PN1 - Child attends and speaks", "PN1"),
        ("participation", "review_code", "PN6 Child absent", "PN6"),
        ("participation", "review_code", "Under 4 on the review date", "PN0"),
        ("legal_status", "ls", "C2: Full care order", "C2"),
        ("legal_status", "ls", "Full care order", "C2"),
        ("rec", "rec", "e 4a", "E4A"),
        ("rne", "rne", "S - Started to be looked after", "S"),
        ("sex", "sex", "Female", "F"),
        ("sex", "sex", "2.0", "2"),
        ("placement_la", "pl_la", "333.0", "333"),
        ("placement_la", "pl_la", "Sandwell", "333"),
        ("review_format", "format", "Face to face", "FACE_TO_FACE"),
        ("dispute_stage", "stage", "Stage 2: service lead", "STAGE_2"),
    ],
)
def test_codes_with_words_and_words_for_codes(code_set: str, column: str, text: str, code: str):
    assert spell_code(text, code_list(code_set, column, 2025))[0] == code


@pytest.mark.parametrize(
    ("code_set", "column", "text"),
    [
        ("participation", "review_code", "PN1 or PN2"),
        ("participation", "review_code", "PN1/PN2"),
        ("participation", "review_code", "Attends"),
        ("consulted", "consulted", "Child and parent"),
        ("placement_type", "place", "Retired pre-2015 code still present in case systems"),
        ("legal_status", "ls", "C9"),
    ],
)
def test_what_may_be_two_codes_is_left_to_the_rules(code_set: str, column: str, text: str):
    assert spell_code(text, code_list(code_set, column, 2025)) == (text, None)


def test_a_list_that_allows_a_blank_makes_no_code_of_the_word():
    parts = delivered(episodes=EPISODES + "1,01/05/2024,S,C2,N1,T1,(blank),,\n")
    assert parts["episodes"].columns["place_provider"] == [""]


def test_of_two_codes_with_the_same_words_the_collection_years_is_meant():
    assert [spell_code("Male", code_list("sex", "sex", year))[0] for year in (2024, 2025)] == ["1", "M"]


@pytest.mark.parametrize(
    ("text", "number"),
    [("ab1002", "AB1002"), ("AB 1002", "AB1002"), ("1002.0", "1002"), ('="01002"', "01002"), ("'01002", "01002")],
)
def test_a_number_of_a_person_has_one_spelling(text: str, number: str):
    assert spell_id(text) == (number, "id_form")
    assert spell_id(number) == (number, None)


def test_numbers_with_separators():
    assert [spell_number(text)[0] for text in ("1,200", "1,204.5", "12 000", "12.0", "1,20", "12.5")] == [
        *("1200", "1204.5", "12000", "12", "1,20", "12.5")
    ]


@pytest.mark.parametrize("text", ["30", "c. 30", "30+", "approx 30", "~30", "about 30 people", "30 children", "30.0"])
def test_how_many_came_is_read_as_people_tell_it(text: str):
    """A head count that is not read would be nobody in the sum of all."""
    workshops = "workshop_id,held_on,title,audience,attendees\n"
    part = delivered(IRO, workshops=workshops + f"W1,01/05/2024,,,{text}\n")["workshops"]
    assert list(part.columns["attendees"]) == ["30"]


@pytest.mark.parametrize("text", ["12 (3 online)", "10-12", "12 or so", "many", "c. 1,20"])
def test_a_head_count_with_two_numbers_or_none_is_not(text: str):
    workshops = "workshop_id,held_on,title,audience,attendees\n"
    part = delivered(IRO, workshops=workshops + f'W1,01/05/2024,,,"{text}"\n')["workshops"]
    assert not part.columns["attendees"][0].isdigit()
    assert spell_number("c. 30") == ("c. 30", None), "and no other number is told so"


def test_numbers_that_excel_shortened_reject_the_file_and_no_other():
    parts = delivered(
        episodes=EPISODES + "1.00235E+11,01/05/2024,S,C2,N1,U6,PR1,,\n", header=HEADER + "100235000001,1,,,\n"
    )
    assert (parts["episodes"].rule_id, parts["header"].rule_id) == ("ids_destroyed", None)
    assert "scientific notation" in str(parts["episodes"].message) and "1.00235" not in str(parts["episodes"].message)
    assert "1E10" in delivered(header=HEADER + "1E10,1,,,\n")["header"].columns["child"], "may be a number of its own"


def workbook(rows: list[list[object]], epoch: object = None) -> bytes:
    book = openpyxl.Workbook()
    if epoch is not None:
        book.epoch = epoch
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_serial_numbers_of_a_workbook_are_days_in_its_own_date_system():
    heading = ["CHILD", "DOB", "REVIEW", "REVIEW_CODE"]
    for epoch, serial in ((None, 45483), (openpyxl.utils.datetime.CALENDAR_MAC_1904, 44021)):
        parts = delivered(reviews=workbook([heading, ["1", 0, serial, "PN1"], ["2", None, 2024, "PN1"]], epoch))
        assert list(parts["reviews"].columns["review"]) == ["2024-07-10", "2024"], "a year is no serial number"
        assert parts["reviews"].spelling["review", "excel_serial"] == 1
    assert list(delivered(reviews=REVIEWS + "1,,45483,PN1\n")["reviews"].columns["review"]) == ["45483"]


def test_a_number_beyond_excels_digits_rejects_the_workbook():
    heading = ["CHILD", "DOB", "REVIEW", "REVIEW_CODE"]
    parts = delivered(reviews=workbook([heading, [1002350000000001, None, "10/07/2024", "PN1"]]))
    assert parts["reviews"].rule_id == "ids_destroyed"


# Day first or month first.


def reviews(*days: str, births: tuple[str, ...] = ()) -> str:
    births = births or ("",) * len(days)
    return REVIEWS + "".join(
        f"{n},{birth},{day},PN1\n" for n, (day, birth) in enumerate(zip(days, births, strict=True))
    )


def test_a_column_that_can_only_be_month_first_is_read_so_as_a_whole():
    part = delivered(reviews=reviews("8/19/2024", "7/3/2024", "12/25/2024 9:30 AM"))["reviews"]
    assert list(part.columns["review"]) == ["2024-08-19", "2024-07-03", "2024-12-25"]
    assert part.spelling == {("review", "month_first"): 3}


def test_an_undecided_column_follows_its_file_and_an_undecided_file_the_dates_of_birth():
    header = HEADER + "0,1,5/14/2013,,\n1,1,1/20/2016,,\n2,1,3/4/2014,,\n"
    parts = delivered(header=header, reviews=reviews("7/3/2024", births=("3/4/2014",)).replace("\n0,", "\n2,"))
    assert list(parts["header"].columns["dob"]) == ["2013-05-14", "2016-01-20", "2014-03-04"]
    assert list(parts["reviews"].columns["review"]) == ["2024-07-03"]


def test_an_undecided_file_beside_month_first_ones_is_rejected_where_nothing_tells():
    parts = delivered(header=HEADER + "0,1,5/14/2013,,\n1,1,1/20/2016,,\n", reviews=reviews("7/3/2024", "3/7/2024"))
    assert (parts["header"].rule_id, parts["reviews"].rule_id) == (None, "dates_ambiguous")


def test_a_column_of_both_orders_is_rejected_and_a_slip_is_no_date():
    both = delivered(reviews=reviews("19/08/2024", "8/19/2024", "7/3/2024", "20/08/2024", "8/21/2024"))["reviews"]
    assert both.rule_id == "dates_ambiguous"
    slip = delivered(reviews=reviews(*(f"{day}/08/2024" for day in range(13, 23)), "8/24/2024"))["reviews"]
    assert (slip.rule_id, slip.columns["review"][-1]) == (None, "8/24/2024"), "staging rejects the row"


def test_a_slip_in_one_file_leaves_the_others_of_the_delivery_alone():
    header = HEADER + "".join(f"{n},1,{n + 13}/03/2013,,\n" for n in range(9)) + "9,1,3/25/2013,,\n"
    parts = delivered(header=header, reviews=reviews("07/03/2024", "03/07/2024"))
    assert [part.rule_id for part in parts.values()] == [None, None]
    assert list(parts["reviews"].columns["review"]) == ["07/03/2024", "03/07/2024"]


def test_a_handful_with_a_slip_is_read_as_the_rest_of_its_delivery():
    header = HEADER + "".join(f"{n},1,{n + 13}/03/2013,,\n" for n in range(9))
    parts = delivered(header=header, reviews=reviews("19/08/2024", "8/20/2024", "21/08/2024"))
    assert parts["reviews"].rule_id is None
    assert list(parts["reviews"].columns["review"]) == ["19/08/2024", "8/20/2024", "21/08/2024"]


def test_a_column_that_is_likely_month_first_in_a_day_first_delivery_is_not_read_in_halves():
    header = HEADER + "".join(f"{n},1,{n + 13}/03/2013,,\n" for n in range(9))
    days = [f"{month}/{day}/2024" for month, day in ((8, 20), (9, 25), (1, 2), (3, 4), (5, 6), (7, 8))]
    assert delivered(header=header, reviews=reviews(*days))["reviews"].rule_id == "dates_ambiguous"


def test_month_first_dates_of_birth_that_other_files_contradict_reject_the_file():
    iso = HEADER + "".join(f"{n},1,2012-0{n + 1}-05,,\n" for n in range(4))
    births = tuple(f"5/{n + 13}/2012" for n in range(4))
    parts = delivered(header=iso, reviews=reviews("8/19/2024", "8/20/2024", "8/21/2024", "8/22/2024", births=births))
    assert parts["reviews"].rule_id == "dates_ambiguous"


def test_a_day_first_delivery_stays_as_it_is():
    part = delivered(reviews=reviews("19/08/2024", "03/07/2024"), header=HEADER + "0,1,03/04/2013,,\n")["reviews"]
    assert (part.spelling, part.as_delivered) == ({}, None)


def test_the_order_that_a_mapping_gives_needs_no_evidence():
    (part,) = read_file("r.csv", reviews("7/3/2024").encode(), Recogniser(SSDA903))
    part.date_orders = {"review": MONTH_FIRST}
    spell([part], SSDA903, 2025, EXTRACTED)
    assert list(part.columns["review"]) == ["2024-07-03"]


def test_no_sentence_quotes_a_value():
    mark = "KEEPME"
    parts = delivered(
        reviews=REVIEWS + f"{mark},19/08/2024,8/19/2024,PN1\n{mark},8/20/2012,20/08/2024,{mark}\n",
        header=HEADER + f"1.00235E+11,1,,,{mark}\n",
    )
    assert all(part.rule_id and mark not in str(part.message) for part in parts.values())


# Kinds of spelling that other programs bring.


@pytest.mark.parametrize(
    "blank",
    ["NA", ".", "&nbsp;", "'NULL'", '"="""""', "Not applicable", "0", "00:00:00", "00/01/1900", "00-Jan-00", "1/0/1900",
     "01/01/1970", "1601-01-01", "31/12/2999", "01/01/3000", "31/12/2049", "2079-06-06", "ongoing", "Current",
     "to present", "still open", "Not ended"],
)  # fmt: skip
def test_what_other_programs_write_for_no_end_is_blank(blank: str):
    parts = delivered(episodes=EPISODES + f"1,01/05/2024,S,C2,N1,U6,PR1,{blank},\n")
    assert parts["episodes"].columns["dec"] == [""]


@pytest.mark.parametrize("text", ["TBC", "unknown", "31/12/2031", "########", "?"])
def test_what_may_be_an_end_all_the_same_is_none_that_is_blank(text: str):
    parts = delivered(episodes=EPISODES + f"1,01/05/2024,S,C2,N1,U6,PR1,{text},\n")
    assert list(parts["episodes"].columns["dec"]) == [text]


def test_a_year_that_no_life_has_is_no_date():
    """Taken at its word an end in 2204 would keep the child in care, and nobody would miss a review of 1024."""
    parts = delivered(
        episodes=EPISODES + "1,01/05/1024,S,C2,N1,U6,PR1,01/05/2204,\n", reviews=REVIEWS + "1,,0024-07-10,PN1\n"
    )
    assert list(parts["episodes"].columns["decom"]) == ["01/05/1024 (no such year)"], "staging reads no date in it"
    assert list(parts["episodes"].columns["dec"]) == ["01/05/2204 (no such year)"]
    assert parts["reviews"].spelling == {("review", "impossible_year"): 1}


@pytest.mark.parametrize("blank", ["  /  /    ", "-- -", "..", "{null}", "(none)", "[blank]"])
def test_a_mask_without_a_letter_is_blank_in_every_column(blank: str):
    columns = delivered(episodes=EPISODES + f"1,01/05/2024,S,C2,N1,U6,{blank},{blank},{blank}\n")["episodes"].columns
    assert [list(columns[name]) for name in ("place_provider", "dec", "rec")] == [[""]] * 3


@pytest.mark.parametrize("nobody", ["Unallocated", "TBC", "ditto", "as above", "Vacant", "?", "N/K"])
def test_a_word_for_nobody_is_no_officers_number(nobody: str):
    """A child `allocated` to Unallocated within five days would count as allocated in time."""
    part = delivered(
        IRO,
        allocations=f"child_id,iro_id,allocated_on,ended_on\n1,{nobody},01/05/2024,\n2,IRO9,01/05/2024,\n",
    )["allocations"]
    assert list(part.columns["iro_id"]) == ["", "IRO9"]


def test_a_word_for_nobody_is_no_childs_number_and_may_be_part_of_a_records():
    part = delivered(IRO, ratings="child_id,rating,rated_on,reason\nditto,RED,01/05/2024,\n7,RED,01/05/2024,\n")
    assert list(part["ratings"].columns["child_id"]) == ["", "7"]
    plans = "plan_id,child_id,plan_type,agreed_on,achieved_on,ended_on\nTBC,7,SGO,01/05/2024,,\n"
    assert list(delivered(IRO, plans=plans)["plans"].columns["plan_id"]) == ["TBC"]


@pytest.mark.parametrize("text", ["Green -> Red", "Amber - Red", "Red (Amber)", "Green \u2192 Red"])
def test_from_one_rating_to_another_is_neither(text: str):
    assert spell_code(text, code_list("rag_rating", "rating", 2025)) == (text, None)
    assert spell_code("Red (previously Green)", code_list("rag_rating", "rating", 2025))[0] == "RED"


@pytest.mark.parametrize(
    ("tick", "meant"), [("\u2713", "1"), ("\u2714", "1"), ("\u2717", "0"), ("x", "x"), ("-1", "-1")]
)
def test_a_tick_is_yes_and_a_cross_that_may_be_a_tick_is_neither(tick: str, meant: str):
    assert spell_flag(tick, table_specs(SSDA903)["oc2"].specs["teeth_check"])[0] == meant


@pytest.mark.parametrize("form", ["'{}", "'{}'", '"=""{}"""'])
def test_what_protects_a_value_is_no_part_of_it_in_any_column(form: str):
    values = ",".join(
        form.format(value) for value in ("ab1", "01/05/2024", "S", "C2", "N1", "U6", "PR1", "01/06/2024", "E8")
    )
    columns = delivered(episodes=EPISODES + values + "\n")["episodes"].columns
    assert [columns[name][0] for name in ("child", "decom", "ls", "dec", "rec")] == [
        *("AB1", "01/05/2024", "C2", "01/06/2024", "E8")
    ]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("100,234", "100234"),
        ("ab\u20131001", "AB-1001"),
        ("\uff21\uff221", "AB1"),
        ("'1002'", "1002"),
        ("1,23", "1,23"),
    ],
)
def test_a_number_of_a_person_from_other_programs(text: str, number: str):
    assert spell_id(text)[0] == number


@pytest.mark.parametrize(
    ("code_set", "column", "text", "code"),
    [
        ("legal_status", "ls", "Full care order (C2)", "C2"),
        ("legal_status", "ls", "Full care order - C2", "C2"),
        ("legal_status", "ls", "[C2]", "C2"),
        ("legal_status", "ls", "c2.", "C2"),
        ("sex", "sex", "Female (F)", "F"),
        ("sex", "sex", "Not the words of it (F)", None),
        ("rec", "rec", "Adopted - E11 or E12", None),
        ("legal_status", "ls", "Carer C2 left", None),
    ],
)
def test_a_code_behind_its_words(code_set: str, column: str, text: str, code: str | None):
    assert spell_code(text, code_list(code_set, column, 2025))[0] == (code or text)


def test_english_midnights_told_as_utc_are_days_in_england():
    def days(*texts: str) -> list[str | None]:
        return list(delivered(reviews=reviews(*texts))["reviews"].columns["review"])

    midnights = ("2024-03-31T00:00:00Z", "2024-03-31T23:00:00Z", "2024-10-26T23:00:00.000Z", "2024-10-28T00:00:00Z")
    assert days(*midnights) == ["2024-03-31", "2024-04-01", "2024-10-27", "2024-10-28"]
    assert days("2024-07-09T23:00:00Z", "2024-07-09T09:30:00Z") == ["2024-07-09", "2024-07-09"], "they are times"
    assert days("2024-07-09T00:00:00Z") == ["2024-07-09"]


def test_a_column_in_words_of_ones_own_is_counted_so_that_the_delivery_is_held():
    header = HEADER + "1,Boy,01/02/2012,WBRI,UN3\n2,Girl,01/02/2012,WBRI,UN3\n3,M,01/02/2012,Martian,UN3\n"
    assert delivered(header=header)["header"].spelling == {("sex", "not_understood"): 2}
    sw = "CHILD,DOB,SW_ID,SW_DECOM,SW_DEC,SW_REASON\n" + "1,01/02/2012,SW1,01/05/2024,,ours\n" * 3
    assert delivered(sw=sw)["sw"].spelling == {}, "no figure asks for it"
    leavers = "CHILD,DOB,IN_TOUCH,ACTIV,ACCOM\n1,01/02/2005,YES,At college,B1\n2,01/02/2005,YES,Has a job,B1\n"
    assert delivered(leavers=leavers + "3,01/02/2005,NO,0,0\n")["leavers"].spelling == {("activ", "not_understood"): 2}
    staff = "iro_id,role,fte,started_on,ended_on\nI1,IRO,37,01/05/2024,\nI2,IRO,18.5,01/05/2024,\n"
    assert delivered(IRO, staff=staff)["staff"].spelling == {("fte", "not_understood"): 2}
    part = delivered(IRO, staff=staff.replace("37", "100%").replace("18.5", "50 %"))["staff"]
    assert list(part.columns["fte"]) == ["1", "0.5"]
