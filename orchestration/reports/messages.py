"""What a reader is told first of a figure, before the number: that reviews are on time more often, or less often.

Which of the sentences holds, the marts say (`direction`, and the word that they judge it by); none of them says more
than that. Of a share it is never said that more children do something: their number may have fallen while it rose. The
last sentence of each is for a figure without a year before to set it beside.
"""

from typing import NamedTuple

from orchestration.reports.figures import Figure
from orchestration.reports.phrases import is_little, movement, stated


class Message(NamedTuple):
    """The sentences of one figure, each to be followed by a colon and the figure."""

    rose: str
    fell: str
    same: str
    alone: str


def message(figure: Figure) -> str:
    """Return what is told first of a figure: of one that nobody has a message for, its name."""
    found = MESSAGES.get((figure.metric_id, figure.category))
    if found is None:
        return figure.name
    if figure.direction is None:
        return found.alone
    if figure.direction == "same" or is_little(figure):
        return found.same
    return found.rose if figure.direction == "higher" else found.fell


def highlight(figure: Figure, *, has_previous: bool = True) -> str:
    """Return the headline of a figure that is good or bad beside others: what it is beside them is told first.

    So it is where the year before has no word in it, and every area that has one says the same.
    """
    words = [comparator.position for comparator in figure.comparators if comparator.direction]
    here = HERE.get(figure.metric_id)
    if here and figure.category == ALL and figure.position not in ("better", "worse"):
        for side in ("better", "worse"):
            if words and set(words) == {side}:
                is_more = all(c.direction == "higher" for c in figure.comparators if c.direction)
                return _headline(here[0 if is_more else 1], figure, has_previous=has_previous)
    return headline(figure, has_previous=has_previous)


def headline(figure: Figure, *, has_previous: bool = True) -> str:
    """Return the message of a figure, the figure itself, and how it moved, as one sentence."""
    return _headline(message(figure), figure, has_previous=has_previous)


def _headline(first: str, figure: Figure, *, has_previous: bool) -> str:
    said = stated(figure, WHOM.get(figure.metric_id, "") if figure.category == ALL else "")
    return f"{first}: {said}{movement(figure) if has_previous else ''}."


def _often(what: str, alone: str) -> Message:
    """Return the sentences on how often something happens."""
    return Message(f"{what} more often", f"{what} less often", f"{what} as often as before", alone)


def _common(what: str, verb: str = "has") -> Message:
    """Return the sentences on how common something is."""
    return Message(
        f"{what} {verb} become more common",
        f"{what} {verb} become rarer",
        f"{what} {'is' if verb == 'has' else 'are'} as common as before",
        what,
    )


def _part(what: str, of: str, verb: str = "are") -> Message:
    """Return the sentences on a part of a whole."""
    return Message(
        f"{what} {verb} a larger part of {of}",
        f"{what} {verb} a smaller part of {of}",
        f"{what} {verb} the same part of {of} as before",
        what,
    )


def _counted(what: str, plain: str) -> Message:
    """Return the sentences on a number of children or records, of whom the clause says what they did."""
    return Message(f"More {what}", f"Fewer {what}", f"About as many {what} as the year before", plain)


WITH_PARENTS = "Placed with parents or other person with parental responsibility"
ALL = "all"

MESSAGES: dict[tuple[str, str], Message] = {
    ("children_looked_after", ALL): _counted("children are in our care", "Children in our care"),
    ("children_looked_after_rate", ALL): Message(
        "The rate has risen", "The rate has fallen", "The rate has held", "The rate"
    ),
    ("children_looked_after", WITH_PARENTS): _counted(
        "children in our care are placed with their parents", "Children placed with their parents"
    ),
    ("children_looked_after_share", "5 to 9 years"): Message(
        "The group aged 5 to 9 has grown",
        "The group aged 5 to 9 has become smaller",
        "The group aged 5 to 9 is as large as before",
        "Children aged 5 to 9",
    ),
    ("children_looked_after_share", "16 years and over"): _part("Young people of 16 and over", "those in our care"),
    ("children_looked_after_share", "UASC"): _part("Unaccompanied asylum-seeking children", "the whole"),
    ("children_looked_after_share", "Foster placements"): Message(
        "Foster care is home to a larger share of our children",
        "Foster care is home to a smaller share of our children",
        "Foster care is home to the same share of our children as before",
        "Living in foster care",
    ),
    ("children_looked_after_share", "Own provision (by the LA)"): Message(
        "Our own provision has gained ground",
        "Our own provision has lost ground",
        "Our own provision has kept its share",
        "Our own provision",
    ),
    ("children_looked_after_share", "Private provision"): Message(
        "We rely more on independent or private provision",
        "We rely less on independent or private provision",
        "We rely on independent or private provision as much as before",
        "Independent or private provision",
    ),
    ("children_looked_after_share", "Full care order"): _common("Full care orders", "have"),
    ("children_looked_after_share", "Voluntary agreements under S20 CA 1989"): Message(
        "Section 20 of the Children Act 1989 is used more",
        "Section 20 of the Children Act 1989 is used less",
        "Section 20 of the Children Act 1989 is used as much as before",
        "Accommodated under section 20 of the Children Act 1989",
    ),
    ("placed_over_20_miles_outside_authority", ALL): _common("Living far from home"),
    ("three_or_more_placements", ALL): _common("Frequent moves", "have"),
    ("long_term_placement_stability", ALL): Message(
        "Long-term placements have become more stable",
        "Long-term placements have become less stable",
        "Long-term placements are as stable as before",
        "Long-term placements",
    ),
    ("started_looked_after", ALL): _counted("children came into our care", "Children who came into our care"),
    ("started_looked_after_rate", ALL): Message(
        "The rate of entry has risen", "The rate of entry has fallen", "The rate of entry has held", "The rate of entry"
    ),
    ("started_looked_after_share", "Under 1 year"): _part("Babies under the age of 1", "those who came"),
    ("started_looked_after_share", "16 years and over"): Message(
        "The share of young people of 16 and over has risen",
        "The share of young people of 16 and over has fallen",
        "The share of young people of 16 and over has held",
        "Young people of 16 and over",
    ),
    ("ceased_looked_after", ALL): _counted("children left our care", "Children who left our care"),
    ("left_to_permanence", ALL): _common("Leaving for a permanent home"),
    ("missing_from_placement", ALL): _common("Going missing"),
    ("convicted", ALL): _common("Convictions, final warnings and reprimands", "have"),
    ("long_term_matched", ALL): _counted(
        "children were matched with their foster carers for the long term", "Children matched for the long term"
    ),
    ("iro_caseload", ALL): Message(
        "Caseloads have grown", "Caseloads have come down", "Caseloads have held", "Caseloads"
    ),
    ("consistent_iro", ALL): _often("Children keep the same IRO", "Children who kept the same IRO"),
    ("invitations_on_time", ALL): _often("Invitations go out in time", "Invitations that went out in time"),
    ("review_records_distributed_on_time", ALL): _often(
        "Records of reviews reach people in time", "Records of reviews that went out in time"
    ),
    ("reviews_on_time", ALL): _often("Reviews are held on time", "Reviews held on time"),
    ("children_reviewed_on_time", ALL): Message(
        "A child can count on every review being on time more than before",
        "A child can count on every review being on time less than before",
        "A child can count on every review being on time as much as before",
        "Children whose reviews were all on time",
    ),
    ("oversight_on_time", ALL): _often("Cases are tracked on time", "Cases tracked on time"),
    ("review_participation", ALL): _often(
        "Children are heard in their reviews", "Reviews in which the child was heard"
    ),
    ("children_participating", ALL): _common("Taking part in every review"),
    ("review_attendance", ALL): _often("Children come to their own reviews", "Reviews that the child attended"),
    ("reviews_with_advocate", ALL): _often("An advocate spoke or was briefed for a child", "Reviews with an advocate"),
    ("disputes_raised", ALL): _counted("disputes were raised", "Dispute resolutions raised"),
    ("disputes_resolved_early", ALL): _often("Disputes are settled early", "Disputes settled early"),
    ("disputes_resolved_within_20_working_days", ALL): _often(
        "The 20 working days allowed for a dispute are kept", "Disputes settled within 20 working days"
    ),
}

HERE = {
    "placed_over_20_miles_outside_authority": (
        "Living far from home is more common here than elsewhere",
        "Living far from home is rarer here than elsewhere",
    ),
    "three_or_more_placements": (
        "Frequent moves are more common here than elsewhere",
        "Frequent moves are rarer here than elsewhere",
    ),
    "long_term_placement_stability": (
        "Long-term placements are more stable here than elsewhere",
        "Long-term placements are less stable here than elsewhere",
    ),
    "missing_from_placement": (
        "Going missing is more common here than elsewhere",
        "Going missing is rarer here than elsewhere",
    ),
    "convicted": (
        "Convictions, final warnings and reprimands are more common here than elsewhere",
        "Convictions, final warnings and reprimands are rarer here than elsewhere",
    ),
}
"""What is told of a figure that lies higher, or lower, than those of all areas beside it."""

WHOM = {
    "placed_over_20_miles_outside_authority": "live more than 20 miles from home and outside the authority",
    "long_term_placement_stability": (
        "of children under 16 who had been in our care for at least two and a half years had lived in the same "
        "placement for two years or more"
    ),
    "three_or_more_placements": "had three or more placements within the year",
    "missing_from_placement": "of those in our care at any time in the year",
    "convicted": "of those in our care for the whole year",
    "started_looked_after": "children",
    "ceased_looked_after": "children",
    "left_to_permanence": "of those who left",
    "consistent_iro": "of those who were in our care all year",
    "reviews_on_time": "of the reviews that were due",
    "children_reviewed_on_time": "of the children who were due a review",
    "oversight_on_time": "of children with a rating had been tracked on time at the year end",
    "review_participation": "of reviews of children aged four and over",
    "children_participating": "of those aged four and over",
    "review_attendance": "of reviews of children aged four and over",
    "reviews_with_advocate": "reviews",
    "disputes_resolved_within_20_working_days": "of disputes",
    "disputes_resolved_early": "of dispute resolutions were resolved informally or by a practice supervisor",
    "iro_caseload": "children for each full-time equivalent at the year end",
    "long_term_matched": "children",
    "invitations_on_time": "of reviews",
    "review_records_distributed_on_time": "of reviews",
}
"""What stands after the figure: of whom it is, or what they did."""
