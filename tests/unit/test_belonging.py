"""Files that say in a column of their own whose children their rows are."""

import pytest

from orchestration.ingest.belonging import reject_those_of_others
from orchestration.ingest.readers import Part, read_file
from orchestration.ingest.recogniser import Recogniser
from orchestration.ingest.tables import IRO, SSDA903

HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,"


def judged(text: str, dataset: str = SSDA903) -> Part:
    (part,) = read_file("all.csv", text.encode(), Recogniser(dataset))
    reject_those_of_others([part], dataset, "812")
    return part


@pytest.mark.parametrize(
    ("heading", "others"),
    [
        ("LA", "811"),
        ("LA_Code", "E06000011"),
        ("Local Authority", "East Riding of Yorkshire"),
        ("LA name", "EAST RIDING OF YORKSHIRE"),
    ],
)
def test_a_file_that_a_region_pooled_is_rejected_whole(heading: str, others: str):
    """Each of the others would be one more child in our care."""
    part = judged(f"{HEADER}{heading}\n1,F,01/02/2012,WBRI,UN1,North East Lincolnshire\n2,F,,,,{others}\n")
    assert (part.rule_id, part.rows_parsed, part.rows_unparsed) == ("other_authority", 0, 2)
    assert others not in str(part.message)


def test_a_column_of_our_own_authority_or_of_none_that_is_known_is_passed_over():
    assert judged(f"{HEADER}LA\n1,F,,,,812\n2,F,,,,NEL\n3,F,,,,\n").rule_id is None
    assert judged(f"{HEADER}Team\n1,F,,,,811\n").rule_id is None


def test_where_a_child_has_two_authorities_the_column_says_where_it_is_placed():
    episodes = "CHILD,DECOM,RNE,LS,CIN,PLACE,DEC,REC,LA\n1,01/05/2024,S,C2,N1,U6,01/06/2024,X1,812\n"
    assert judged(episodes + "1,01/06/2024,P,C2,N1,U6,,,811\n").rule_id is None
    assert judged(episodes + "2,01/06/2024,P,C2,N1,U6,,,811\n").rule_id == "other_authority"


def test_the_services_own_tables_may_name_other_authorities():
    assert judged("child_id,rating,rated_on,reason,local authority\n1,RED,,,811\n", IRO).rule_id is None
