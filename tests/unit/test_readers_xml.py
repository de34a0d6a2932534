"""XML returns: the element names that differ, what a blank tag means, damage and attacks."""

import json

import pytest

from orchestration.ingest.readers import Part, read_file
from orchestration.ingest.recogniser import Recogniser
from orchestration.ingest.tables import SSDA903

RETURN = """<?xml version="1.0" encoding="utf-8"?>
<EXPSSDA903>
  <CHILD>
    <HEADER>
      <AREVIEW><REVIEW>2024-05-01</REVIEW><REVIEW_CODE>PN1</REVIEW_CODE></AREVIEW>
      <AREVIEW><REVIEW>2024-11-01</REVIEW><REVIEW_CODE /></AREVIEW>
      <CHILDID>007</CHILDID>
      <SEX>M</SEX><DOB>2012-02-01</DOB><ETHNIC>WBRI</ETHNIC><UPN>UN1</UPN>
      <UASC>1</UASC><DUC/>
      <IN_TOUCH /><ACTIV></ACTIV><ACCOM> </ACCOM>
      <DATE_INT>2024-01-01</DATE_INT><NB_ADOPTR>2</NB_ADOPTR>
      <AMISSING><MISSING>M</MISSING><MIS_START>2024-05-02</MIS_START><MIS_END/></AMISSING>
      <AD_PLACED><DATE_PLACED>2024-05-02</DATE_PLACED></AD_PLACED>
      <OC2><CONVICTED>0</CONVICTED></OC2>
      <PERMANENCE><PREV_PERM>Z1</PREV_PERM></PERMANENCE>
      <TEAM>North</TEAM>
      <VISIT><DOB>2030-01-01</DOB><WHO>a</WHO></VISIT><VISIT><WHO>b</WHO></VISIT>
    </HEADER>
    <EPISODE><DECOM>2024-04-01</DECOM><RNE>S</RNE><PL>U1</PL><DEC /></EPISODE>
    <EPISODE><DECOM>2024-05-01</DECOM><RNE>P</RNE><PL>U2</PL></EPISODE>
  </CHILD>
  <CHILD>
    <HEADER>
      <CHILDID>008</CHILDID><SEX>F</SEX><DOB>2005-02-01</DOB>
      <UASC>0</UASC><IN_TOUCH>YES</IN_TOUCH>
    </HEADER>
  </CHILD>
</EXPSSDA903>
"""


def read(text: str | bytes) -> dict[str | None, Part]:
    return {
        part.table: part
        for part in read_file("return.xml", text.encode() if isinstance(text, str) else text, Recogniser(SSDA903))
    }


def rows(part: Part) -> list[dict[str, str | None]]:
    return [dict(zip(part.columns, values, strict=True)) for values in zip(*part.columns.values(), strict=True)]


def test_each_table_gets_its_rows():
    parts = read(RETURN)
    assert {table: part.rows_delivered for table, part in parts.items()} == {
        "header": 2, "episodes": 2, "uasc": 1, "reviews": 2, "oc2": 1, "oc3": 1, "ad1": 1,
        "placed_adoption": 1, "prev_perm": 1, "missing": 1,
    }  # fmt: skip
    assert all(part.rows_parsed == part.rows_delivered for part in parts.values())


def test_childid_and_pl_become_child_and_place_and_dob_comes_from_the_header():
    parts = read(RETURN)
    assert [(row["child"], row["decom"], row["place"], row["dec"]) for row in rows(parts["episodes"])] == [
        ("007", "2024-04-01", "U1", None),
        ("007", "2024-05-01", "U2", None),
    ]
    assert [(row["child"], row["dob"], row["review_code"]) for row in rows(parts["reviews"])] == [
        ("007", "2012-02-01", "PN1"),
        ("007", "2012-02-01", None),
    ]
    assert list(parts["header"].columns["dob"]) == ["2012-02-01", "2005-02-01"]


def test_uasc_is_a_row_only_where_the_flag_is_one_and_care_leavers_only_where_a_field_is_filled():
    parts = read(RETURN)
    assert rows(parts["uasc"]) == [{"child": "007", "sex": "M", "dob": "2012-02-01", "duc": None}]
    assert list(parts["oc3"].columns["child"]) == ["008"]
    assert list(parts["ad1"].columns["child"]) == ["007"]


def test_row_numbers_are_lines_of_the_file_or_the_order_of_the_rows():
    assert list(read(RETURN)["episodes"].row_numbers) == [19, 20]
    assert list(read(RETURN.replace("\n", ""))["episodes"].row_numbers) == [1, 2]


def test_unknown_elements_are_kept():
    header = read(RETURN)["header"]
    assert header.unknown_columns == ("element 1", "element 2", "element 3")
    assert header.extra_columns is not None
    assert json.loads(str(header.extra_columns[0])) == {"team": "North", "dob": "2030-01-01", "who": "a; b"}


def test_a_return_without_children_has_every_table_without_rows():
    parts = read("<EXPSSDA903></EXPSSDA903>")
    assert len(parts) == 10
    assert not any(part.rows_delivered or part.rule_id for part in parts.values())
    assert not {"sw_episodes", "dolo"} & parts.keys()


def test_namespaces_and_other_encodings_are_tolerated():
    spaced = RETURN.replace("<EXPSSDA903>", '<r:EXPSSDA903 xmlns:r="urn:x" xmlns="urn:y">').replace("</EXP", "</r:EXP")
    assert read(spaced)["header"].rows_parsed == 2
    other = RETURN.replace("utf-8", "windows-1252").replace("North", "Zoë").encode("cp1252")
    assert "Zoë" in str(read(other)["header"].extra_columns)
    assert read(RETURN.replace("utf-8", "utf-16").encode("utf-16"))["header"].rows_parsed == 2
    assert read("\ufeff" + RETURN)["header"].rows_parsed == 2


@pytest.mark.parametrize(
    "text",
    [RETURN[:900], RETURN.replace("</HEADER>", "", 1), "not xml", "<a", RETURN.replace("utf-8", "no-such-code")],
)
def test_damaged_xml_is_one_unreadable_file(text: str):
    (part,) = read_file("return.xml", text.encode(), Recogniser(SSDA903))
    assert (part.rule_id, part.rows_delivered) == ("unreadable_file", 0)


def test_another_document_is_no_return():
    (part,) = read_file("page.xml", b"<html><body/></html>", Recogniser(SSDA903))
    assert part.rule_id == "unrecognised_columns"


def test_entities_are_not_expanded():
    bomb = '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><EXPSSDA903><CHILD>&b;</CHILD></EXPSSDA903>'
    outside = '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/hostname">]><EXPSSDA903><CHILD>&a;</CHILD></EXPSSDA903>'
    for text in (bomb, outside):
        (part,) = read_file("return.xml", text.encode(), Recogniser(SSDA903))
        assert part.rule_id == "unreadable_file"
