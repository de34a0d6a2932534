"""The annual report from hand-made figures: what it says, and how Word, the page and the workbook say it."""

import ast
import csv
import html.parser
import itertools
import re
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm

from orchestration.errors import UserError
from orchestration.reports.annual_report import AnnualReport
from orchestration.reports.board_pack import headlines, write_board_pack
from orchestration.reports.charts import _stands_under, months, rendered
from orchestration.reports.content import (
    Bullets,
    Chart,
    FigureTable,
    Line,
    Narrative,
    Note,
    Paragraph,
    Report,
    Table,
    walk,
)
from orchestration.reports.figures import (
    ENGLAND,
    NEIGHBOURS,
    OWN,
    Comparator,
    CurvePoint,
    Figure,
    HeadlineFigure,
    Metric,
    Month,
    Revision,
    TrendPoint,
    YearFigures,
)
from orchestration.reports.highlights import QUESTIONS, Highlights, highlights, questions
from orchestration.reports.markdown import as_html, parts
from orchestration.reports.messages import HERE, MESSAGES, WHOM
from orchestration.reports.narrative import NarrativeFolder, narrative_folder, slots
from orchestration.reports.page import write_page
from orchestration.reports.tables import flattened
from orchestration.reports.word_document import HOW, words_of, write_word
from orchestration.reports.workbook import SHEETS, write_workbook
from orchestration.reports.write import _without_times
from orchestration.settings import REPOSITORY
from tests.figures_as_told import figure_as_told

REPORTS = Path(__file__).resolve().parents[2] / "orchestration" / "reports"
REGION = "Yorkshire and The Humber"
UNITS = {
    "children_looked_after": "children",
    "children_looked_after_rate": "rate_per_10000",
    "children_looked_after_share": "percent",
    "three_or_more_placements": "percent",
    "ceased_looked_after": "children",
    "ceased_looked_after_share": "percent",
    "reviews_on_time": "percent",
    "review_participation_codes": "reviews",
    "iro_caseload": "mean",
    "disputes_raised": "disputes",
    "missing_from_placement": "percent",
    "started_looked_after": "children",
    "disputes_resolved_early": "percent",
    "disputes_resolved_within_20_working_days": "percent",
    "consistent_iro": "percent",
    "reviews_with_advocate": "reviews",
    "participation_events_held": "events",
    "cafcass_referrals": "referrals",
    "reviews_late_reasons": "reviews",
    "oversight_on_time": "percent",
    "convicted": "percent",
}


def seed(name: str) -> list[dict[str, str]]:
    with (REPOSITORY / "seeds" / "metrics" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def figure(metric_id: str, display: str, *category: str, **changes: object) -> Figure:
    breakdown, name = category or ("all", "all")
    given: dict[str, object] = {
        "metric_id": metric_id,
        "breakdown": breakdown,
        "category": name,
        "name": metric_id.replace("_", " ").capitalize(),
        "unit": UNITS[metric_id],
        "value": float(display) if display[0].isdigit() else None,
        "display": display,
        "previous_display": None,
        "status": "provisional",
        "as_known_at": date(2025, 4, 30),
    }
    return figure_as_told({**given, **changes}, "lower" if metric_id == "three_or_more_placements" else "none")


def year_figures(*changed: Figure, **changes: object) -> YearFigures:
    comparators = (
        Comparator(NEIGHBOURS, 100.4, "100", 2024, "2024", "2021-04", "mean", 10, 0),
        Comparator(ENGLAND, 70.0, "70", 2024, "2024"),
        Comparator(REGION, 80.0, "80", 2024, "2024"),
    )
    shares = [
        figure("children_looked_after_share", display, "age_band", age, numerator=float(number), denominator=438.0)
        for age, display, number in (
            ("Under 1 year", "4", 19),
            ("1 to 4 years", "12", 53),
            ("5 to 9 years", "23", 102),
            ("10 to 15 years", "41", 180),
            ("16 years and over", "19", 84),
        )
    ]
    figures = [
        figure("children_looked_after", "438", previous_display="469", change=-31.0, relative_change=-6.6),
        figure(
            "children_looked_after_rate",
            "132",
            previous_value=141.4,
            previous_display="141",
            change=-9.3,
            numerator=438.0,
            denominator=33257.0,
            denominator_source="ONS mid-2023",
            comparators=comparators,
        ),
        *shares,
        figure("three_or_more_placements", "6", previous_display="8", change=-2.0, numerator=26.0, denominator=438.0),
        figure("reviews_on_time", "97", previous_display="95", change=2.1, numerator=1071.0, denominator=1102.0),
        *(
            figure("review_participation_codes", number, "participation_code", code, numerator=float(number))
            for code, number in (("PN1", "359"), ("PN0", "178"), ("PN7", "42"))
        ),
        figure("iro_caseload", "62.6", numerator=438.0, denominator=7.0),
        *(
            figure("iro_caseload", load, "iro", key, numerator=62.0)
            for load, key in (("62.0", "a1b2"), ("63.0", "c3d4"))
        ),
        figure("disputes_raised", "114", previous_display="303", change=-189.0, relative_change=-62.4),
    ]
    replaced = {item.key: item for item in [*figures, *changed]}
    given: dict[str, object] = {
        "la_code": "812",
        "la_name": "North East Lincolnshire",
        "year": 2025,
        "region": REGION,
        "figures": replaced.values(),
        "metrics": [
            Metric(
                row["metric_id"],
                row["name"],
                row["short_name"],
                row["unit"],
                "none",
                "",
                "",
                f"What {row['metric_id']} means.",
                "official",
            )
            for row in seed("metric_definitions")
        ],
        "headlines": [
            HeadlineFigure(row["metric_id"], row["breakdown"], row["category"], row["name"], row["means"])
            for row in seed("headline_figures")
        ],
        "is_synthetic": True,
        "published_at": "2025-05-01T09:00:00+00:00",
        "run_id": "20250501T090000Z",
        "trends": {
            ("children_looked_after_rate", "all", "all"): [
                TrendPoint(OWN, 2024, 141.0, "141", None),
                TrendPoint(OWN, 2025, 131.7, "132", None),
                TrendPoint(ENGLAND, 2024, 70.0, "70", "2024"),
            ]
        },
        "months": {
            "started_looked_after": [
                Month(date(2024, 4, 30), 3.0, None, 3.0, "3"),
                Month(date(2024, 5, 31), None, None, None, "c"),
            ],
            "reviews_on_time": [
                Month(date(2024, 4, 30), 78.0, 79.0, 98.7, "99"),
                Month(date(2024, 5, 31), 0.0, 0.0, None, "z"),
            ],
        },
        "curve": [CurvePoint(2024, 0, 0.0, 100.0, 0.0, "0"), CurvePoint(2024, 12, 34.0, 100.0, 34.0, "34")],
    }
    return YearFigures(**{**given, **changes})  # type: ignore[arg-type]  # put together from names


def words(tmp_path: Path, *, is_public: bool = False) -> NarrativeFolder:
    return narrative_folder(tmp_path, "812", 2025, "2024/25", is_public=is_public)


def annual_report(tmp_path: Path, figures: YearFigures | None = None, *, is_public: bool = False) -> Report:
    return AnnualReport(figures or year_figures(), words(tmp_path, is_public=is_public), is_public=is_public).report()


def said(report: Report) -> str:
    found = []
    for _, section in walk(report.sections):
        for block in section.blocks:
            if isinstance(block, Paragraph | Note):
                found.append(block.text)
            elif isinstance(block, Bullets):
                found += block.items
    return "\n".join(found)


def blocks(report: Report, kind: type) -> list:
    return [block for _, section in walk(report.sections) for block in section.blocks if isinstance(block, kind)]


def images(report: Report) -> dict:
    return {chart.id: rendered(chart) for chart in blocks(report, Chart)}


# --- what it says ----------------------------------------------------------------------------------------------------


def test_the_sections_are_those_of_the_printed_report_in_its_order(tmp_path: Path) -> None:
    report = annual_report(tmp_path)
    assert [
        (level, section.title) for level, section in walk(report.sections) if not section.id.startswith("sources")
    ] == [
        (1, "Executive summary"),
        (1, "Introduction"),
        (1, "Legal context"),
        (1, "Overview of the IRO role and responsibilities"),
        (1, "Progress of IRO service recommendations for 2024/25"),
        (1, "Summary of the children in our care population"),
        (2, "Children in our care as at the year end"),
        (2, "Placement types"),
        (2, "Placement providers and location"),
        (2, "Placement stability"),
        (2, "Legal status"),
        (2, "Children entering our care"),
        (2, "Children leaving our care"),
        (2, "Children in our care outcomes"),
        (1, "Development of the IRO service"),
        (1, "Timeliness of reviews, monitoring and quality assurance"),
        (1, "Children's participation in reviews"),
        (1, "Procedures for resolving concerns"),
        (1, "Good practice and issues for further development"),
        (1, "IRO service recommendations for 2025/26"),
        (1, "Sign-off"),
        (1, "Annex: definitions and sources"),
    ]


def test_sentences_carry_the_figure_its_counts_its_past_and_its_comparators(tmp_path: Path) -> None:
    text = said(annual_report(tmp_path))
    for sentence in (
        "On 31 March 2025, 438 children were in our care, down by 31 (7%) from 469.",
        "The rate has fallen: 132 per 10,000 children, down from 141. Statistical neighbours (100), the England "
        "average (70) and Yorkshire and The Humber (80) are lower.",
        "The largest age group is 10 to 15 years, with 41% of children (180 of 438)",
        "Frequent moves have become rarer: 6% had three or more placements within the year (26 of 438), down by 2 "
        "percentage points from 8%.",
        "Reviews are held on time more often: 97% of the reviews that were due (1,071 of 1,102), up by 2 percentage "
        "points from 95%.",
        "The figures for 2024/25, or as at 31 March 2025, are provisional",
        "the mean of the neighbours' published figures, with the list of neighbours of April 2021",
    ):
        assert sentence in text


def test_what_was_not_delivered_is_said_to_be_missing_and_never_nought(tmp_path: Path) -> None:
    text = said(annual_report(tmp_path))
    assert "Dental" not in text
    assert "The make-up of the team: not available, because the records needed were not delivered." in text
    no_disputes = year_figures()
    no_disputes._figures.pop(("disputes_raised", "all", "all"))
    assert "Dispute resolutions: not available" in said(annual_report(tmp_path, no_disputes))


def test_a_first_year_has_nothing_to_compare_with(tmp_path: Path) -> None:
    first = year_figures(figure("children_looked_after", "438"))
    assert "438 children were in our care; there is no figure for the year before." in said(
        annual_report(tmp_path, first)
    )


def test_a_first_year_at_all_says_so_once(tmp_path: Path) -> None:
    alone = year_figures(figures=[figure("children_looked_after", "438"), figure("reviews_on_time", "97")])
    text = said(annual_report(tmp_path, alone))
    assert "On 31 March 2025, 438 children were in our care." in text
    assert text.count("to compare with") == text.count("There are no figures for 2023/24 to compare with.") == 1


def test_a_final_return_is_not_called_provisional(tmp_path: Path) -> None:
    final = [figure("reviews_on_time", "97", status="final")]
    figures = year_figures(figures=final)
    report = annual_report(tmp_path, figures)
    assert "provisional" not in said(report)
    assert report.vintage == "Final figures, extracted up to 30 April 2025"
    provisional = annual_report(tmp_path)
    assert "(provisional)" in next(t.caption for t in blocks(provisional, FigureTable))
    counted = next(t for t in blocks(provisional, Table) if t.id == "table-participation-codes")
    assert counted.caption == "Children's participation codes, 2024/25 (provisional)"
    drawn = {chart.id: chart.caption for chart in blocks(provisional, Chart)}
    assert all("provisional)" in drawn[id] for id in ("trend-rate", "profile-age", "caseloads", "participation-codes"))
    assert "The figures for 2024/25, or as at 31 March 2025, are final. They rest on" in said(report)


def test_without_comparators_the_report_says_that_none_were_loaded(tmp_path: Path) -> None:
    alone = year_figures(figure("children_looked_after_rate", "132", numerator=438.0, denominator=33257.0))
    text = said(annual_report(tmp_path, alone))
    assert "No published comparators have been loaded" in text
    assert "No published figure is available" not in text


def test_suppressed_figures_are_words_in_the_public_report(tmp_path: Path) -> None:
    hidden = year_figures(
        figure("children_looked_after_share", "c", "uasc", "UASC", previous_display="c"),
        figure("ceased_looked_after", "123"),
        figure("ceased_looked_after", "c", "exit_group", "Adopted"),
        figure("ceased_looked_after_share", "c", "exit_group", "Adopted"),
        figure("ceased_looked_after", "0", "exit_group", "Returned home"),
        figure("missing_from_placement", "c"),
    )
    report = annual_report(tmp_path, hidden, is_public=True)
    text = said(report)
    for untold in ("not shown.", "suppressed", "Adopted:", "asylum", "missing at least once"):
        assert untold not in text
    assert "Returned home to their parents: no children" in text
    rows = {line.label: line.figure.display for t in blocks(report, FigureTable) for line in t.lines if line.figure}
    assert rows["Unaccompanied asylum-seeking children"] == "c"
    assert "Numbers from 1 to 5" in text


def test_where_some_are_suppressed_no_other_is_called_the_largest(tmp_path: Path) -> None:
    """PN6 with 490 reviews may be hidden to protect PN3 with 1: PN1 with 359 is the most of those shown alone."""
    hidden = year_figures(
        figure("review_participation_codes", "c", "participation_code", "PN6"),
        figure("children_looked_after_share", "c", "age_band", "5 to 9 years"),
        months={
            "started_looked_after": [
                Month(date(2024, 4, 30), 7.0, None, 7.0, "7"),
                Month(date(2024, 5, 31), None, None, None, "c"),
            ]
        },
    )
    report = annual_report(tmp_path, hidden, is_public=True)
    charts = {chart.id: chart for chart in blocks(report, Chart)}
    assert "The most of those shown are in PN1: attends and speaks for themselves: 359." in (
        charts["participation-codes"].alt
    )
    assert "The largest group of those shown is 10 to 15 years with 41%." in charts["profile-age"].alt
    assert "Entered care: most of those shown in Apr 24, 7." in charts["months-flows"].alt
    assert "The largest age group of those shown is 10 to 15 years" in said(report)


def test_equals_are_named_together(tmp_path: Path) -> None:
    ties = year_figures(
        figure("children_looked_after_share", "41", "age_band", "5 to 9 years"),
        figure("review_participation_codes", "359", "participation_code", "PN0"),
        months={
            "started_looked_after": [Month(date(2024, month, 28), 12.0, None, 12.0, "12") for month in (4, 5)],
            "ceased_looked_after": [Month(date(2024, month, 28), 9.0, None, 9.0, "9") for month in range(4, 10)],
            "reviews_on_time": [
                Month(date(2024, 4, 30), 78.0, 79.0, 98.7, "99"),
                Month(date(2024, 5, 31), 77.0, 78.0, 98.72, "99"),
            ],
        },
    )
    report = annual_report(tmp_path, ties)
    assert "The largest age groups are 5 to 9 years and 10 to 15 years, each with 41% of" in (said(report))
    charts = {chart.id: chart.alt for chart in blocks(report, Chart)}
    assert "The largest groups are 5 to 9 years and 10 to 15 years with 41% each." in charts["profile-age"]
    assert (
        "are in PN0: under four years old and PN1: attends and speaks for themselves: 359 each."
        in (charts["participation-codes"])
    )
    assert (
        "Entered care: most in Apr 24 and May 24, 12 each. Left care: most in 6 months, 9 each."
        in (charts["months-flows"])
    )
    assert "Highest in Apr 24 and May 24 with 99%, lowest in Apr 24 and May 24 with 99%." in charts["months-reviews"]


def test_a_sentence_begins_with_a_capital_and_none_is_made_of_what_is_not_shown(tmp_path: Path) -> None:
    hidden = year_figures(
        *(
            figure(metric_id, "c")
            for metric_id in (
                "children_looked_after",
                "disputes_resolved_early",
                "disputes_resolved_within_20_working_days",
                "consistent_iro",
                "reviews_with_advocate",
                "participation_events_held",
                "cafcass_referrals",
                "iro_caseload",
            )
        )
    )
    text = said(annual_report(tmp_path, hidden, is_public=True))
    for word in ("not shown.", "not shown of", "event", "Cafcass to", "advocate", "Caseloads", "same IRO"):
        assert word not in text
    for one in (hidden, year_figures()):
        told = [block.text for block in blocks(annual_report(tmp_path, one), Paragraph)]
        assert [text for text in told if text[0].islower() or text[0].isdigit()] == []
        assert [text for text in told if re.search(r"\. [0-9a-z]", text)] == []


def test_the_summary_celebrates_worries_and_names_what_changed_by_the_words_of_the_marts(tmp_path: Path) -> None:
    figures = year_figures(
        figure("disputes_resolved_early", "89", previous_display="46", change=43.0),
        figure("missing_from_placement", "8", previous_display="6", change=2.0),
        figure("convicted", "3", previous_display="5", change=-2.0, relative_change=-40.0),
    )
    judged = {"disputes_resolved_early": "better", "missing_from_placement": "worse", "convicted": "little change"}
    for key, word in judged.items():
        figures._figures[key, "all", "all"] = replace(figures._figures[key, "all", "all"], position=word)
    found = highlights(figures)
    assert [figure.metric_id for figure in found.celebrated] == ["disputes_resolved_early", "three_or_more_placements"]
    assert [figure.metric_id for figure in found.worrying] == ["missing_from_placement"]
    assert [figure.metric_id for figure in found.changed] == ["disputes_raised"]
    assert "What do return-home interviews say about why children go missing?" in questions(found)
    summary = annual_report(tmp_path, figures).sections[0]
    assert summary.title == "Executive summary"
    assert "Going missing has become more common: 8%" in said(annual_report(tmp_path, figures))
    (table,) = [block for block in summary.blocks if isinstance(block, FigureTable)]
    assert [line.label for line in table.lines] == [
        one.name for one in figures.headlines if figures.get(one.metric_id, one.breakdown, one.category)
    ]
    assert "Counted" not in flattened(table, annual_report(tmp_path, figures)).columns
    quiet = year_figures(figures=[figure("reviews_on_time", "c")])
    assert highlights(quiet) == Highlights((), (), ())
    assert "Executive summary" not in [section.title for section in annual_report(tmp_path, quiet).sections]


def test_no_residual_is_the_largest_or_the_most_frequent(tmp_path: Path) -> None:
    gathered = year_figures(
        figure("reviews_late_reasons", "40"),
        figure("reviews_late_reasons", "30", "late_reason", "Other, each fewer than 6"),
        figure("reviews_late_reasons", "10", "late_reason", "Court"),
    )
    text = said(annual_report(tmp_path, gathered, is_public=True))
    assert "The reason given most often: court (10)." in text
    assert "each fewer than" not in text


def test_every_metric_with_a_message_or_a_question_is_in_the_catalogue() -> None:
    known = {row["metric_id"] for row in seed("metric_definitions")}
    assert {metric_id for metric_id, _ in MESSAGES} | set(HERE) | set(WHOM) | set(QUESTIONS) <= known
    assert all(len(set(one)) >= 3 and not any(text.endswith((".", ":")) for text in one) for one in MESSAGES.values())


def test_the_public_report_calls_nothing_missing_that_is_withheld(tmp_path: Path) -> None:
    def names(*, is_public: bool) -> set[str]:
        figures = year_figures(figure("consistent_iro", "94"))
        tables = blocks(annual_report(tmp_path, figures, is_public=is_public), FigureTable)
        return {line.label for table in tables for line in table.lines}

    withheld = "IROs with a caseload of 50 to 70 per full-time equivalent"
    assert (withheld in names(is_public=False), withheld in names(is_public=True)) == (True, False)


def test_the_reasons_given_most_often_leave_no_equal_out(tmp_path: Path) -> None:
    reasons = year_figures(
        figure("reviews_late_reasons", "20"),
        *(
            figure("reviews_late_reasons", number, "late_reason", reason)
            for reason, number in (("Illness", "9"), ("Snow", "4"), ("Court", "2"), ("Move", "2"), ("Other", "1"))
        ),
    )
    assert "The reasons given most often: illness (9), snow (4), court (2) and move (2)." in (
        said(annual_report(tmp_path, reasons))
    )


def test_areas_with_like_figures_do_not_cover_each_other(tmp_path: Path) -> None:
    alike = tuple(Comparator(name, 41.0, "41", 2024, "2024") for name in (NEIGHBOURS, ENGLAND, REGION))
    figures = year_figures(figure("children_looked_after_share", "41", "age_band", "10 to 15 years", comparators=alike))
    chart = next(c for c in blocks(annual_report(tmp_path, figures), Chart) if c.id == "profile-age")
    offsets = [layer["mark"]["yOffset"] for layer in chart.specification["layer"][1:]]
    assert len(set(offsets)) == 3
    svg = rendered(chart).svg
    assert all(name in svg for name in (NEIGHBOURS, ENGLAND, REGION))


def test_a_chart_of_one_bar_among_suppressed_ones_is_not_drawn(tmp_path: Path) -> None:
    alone = year_figures(
        *(figure("review_participation_codes", "c", "participation_code", code) for code in ("PN1", "PN7"))
    )
    assert "participation-codes" not in {chart.id for chart in blocks(annual_report(tmp_path, alone), Chart)}


def test_what_does_not_apply_to_anybody_has_no_row_beside_what_does(tmp_path: Path) -> None:
    tracked = year_figures(
        figure("oversight_on_time", "90", "rag_rating", "RED"),
        figure("oversight_on_time", "z", "rag_rating", "UNRATED", previous_display="z"),
    )
    names = {line.label for t in blocks(annual_report(tmp_path, tracked), FigureTable) for line in t.lines}
    assert "Case tracking on time: Red" in names
    assert "Case tracking on time: Not rated" not in names


def test_a_chart_of_nothing_but_suppressed_months_is_not_drawn(tmp_path: Path) -> None:
    hidden = [Month(date(2024, month, 28), None, None, None, "c") for month in (4, 5)]
    charts = {chart.id for chart in blocks(annual_report(tmp_path), Chart)}
    assert {"months-flows", "months-reviews"} <= charts
    nothing = year_figures(months={"started_looked_after": hidden, "reviews_on_time": hidden}, curve=[], trends={})
    assert not {"months-flows", "months-reviews"} & {
        chart.id for chart in blocks(annual_report(tmp_path, nothing), Chart)
    }


def test_officers_are_numbered_in_the_internal_report_and_absent_from_the_public_one(tmp_path: Path) -> None:
    charts = {chart.id: chart for chart in blocks(annual_report(tmp_path), Chart)}
    assert [row[0].text for row in charts["caseloads"].table.rows] == ["IRO 1", "IRO 2"]
    assert "a1b2" not in str(charts["caseloads"])
    public = annual_report(tmp_path, is_public=True)
    assert "caseloads" not in {chart.id for chart in blocks(public, Chart)}
    assert public.classification.startswith("For publication")


def test_the_annex_says_what_has_changed_since_it_was_published_and_why(tmp_path: Path) -> None:
    since = date(2025, 5, 27)
    revisions = [
        Revision("Children who started", since, "95", "97", "delivery", "812-ssda903-2025-2025-06-30"),
        Revision("Reviews on time", since, "97", None, "version", None),
    ]
    found = annual_report(tmp_path, year_figures(revisions=revisions))
    table = {table.id: table for table in blocks(found, Table)}["revisions"]
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["Children who started", "27 May 2025", "95", "97", "Delivered since: 812-ssda903-2025-2025-06-30"],
        ["Reviews on time", "27 May 2025", "97", "no longer given", "The program counts otherwise."],
    ]
    assert "revisions" not in {table.id for table in blocks(annual_report(tmp_path), Table)}


def test_every_figure_has_its_definition_numbers_vintage_and_comparators_in_the_annex(tmp_path: Path) -> None:
    report = annual_report(tmp_path)
    tables = {table.id: table for table in blocks(report, Table)}
    rows = [[cell.text for cell in row] for row in tables["sources-population-table"].rows]
    rate = next(row for row in rows if row[0] == "children_looked_after_rate")
    assert rate[1:] == [
        "Children in our care per 10,000 children: 438",
        "33,257 (ONS mid-2023)",
        "provisional, 30 April 2025",
        "Statistical neighbours: 2023/24, mean by the list of April 2021, 10 neighbours counted; England: 2023/24; "
        "Yorkshire and The Humber: 2023/24; DfE's release of 2024",
    ]
    ages = next(row for row in rows if row[0] == "children_looked_after_share by age_band")
    assert ages[1].startswith("Aged: Under 1 year: 19; Aged: 1 to 4 years: 53; Aged: 5 to 9 years: 102")
    codes = [[cell.text for cell in row] for row in tables["sources-participation-table"].rows]
    assert codes[0][:2] == [
        "review_participation_codes by participation_code",
        "PN0: under four years old: 178; PN1: attends and speaks for themselves: 359; "
        "PN7: does not attend or contribute: 42",
    ]
    defined = {row[2].text.split(" ")[0] for row in tables["definitions"].rows}
    used = {line.figure.metric_id for table in blocks(report, FigureTable) for line in table.lines if line.figure}
    assert used <= defined


def test_charts_say_what_they_show_and_mark_invented_data(tmp_path: Path) -> None:
    for chart in blocks(annual_report(tmp_path), Chart):
        assert chart.alt.endswith(".")
        assert chart.caption
        assert chart.table.rows
        assert "Synthetic data" in str(chart.specification["title"])


# --- the authority's own words ---------------------------------------------------------------------------------------


def test_a_place_without_words_has_a_prompt_that_names_its_file(tmp_path: Path) -> None:
    places = {block.slot: block for block in blocks(annual_report(tmp_path), Narrative)}
    assert sorted(places) == slots()
    assert all(place.prompt and place.markdown is None for place in places.values())
    assert places["timeliness"].file == "narrative/812/2025/timeliness.md"


def test_words_are_read_again_each_time_and_the_public_report_has_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "narrative" / "812" / "2025"
    (folder / "public").mkdir(parents=True)
    (folder / "timeliness.md").write_text("Two children **waited**.\n", encoding="utf-8-sig")
    (folder / "legal_context.md").write_text("Our own law, {year}.\n", encoding="utf-8")
    report = annual_report(tmp_path)
    places = {block.slot: block.markdown for block in blocks(report, Narrative)}
    assert places["timeliness"] == "Two children **waited**."
    assert "Our own law, 2024/25." in str(report.sections[2].blocks)
    public = annual_report(tmp_path, is_public=True)
    (folder / "introduction.md").write_text("This year was long.", encoding="utf-8")
    assert str(annual_report(tmp_path).sections[1]).count("This year was long.") == 1
    assert blocks(public, Narrative) == []
    assert "waited" not in str(public)
    (folder / "public" / "timeliness.md").write_text("All went well.", encoding="utf-8")
    assert [b.markdown for b in blocks(annual_report(tmp_path, is_public=True), Narrative)] == ["All went well."]


def test_words_that_are_no_text_are_one_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "narrative" / "812" / "2025"
    folder.mkdir(parents=True)
    (folder / "timeliness.md").write_bytes(b"caf\xe9")
    with pytest.raises(UserError, match=r"timeliness\.md cannot be read as text in UTF-8"):
        annual_report(tmp_path)


def test_markdown_holds_no_html_no_image_and_no_script() -> None:
    page = as_html("# Title\n\n<script>alert(1)</script> ![x](http://x.test/a.png) [y](javascript:alert(1)) **b**\n")
    assert "<script" not in page
    assert "<img" not in page
    assert 'href="javascript' not in page
    assert "<h4>Title</h4>" in page
    kinds = [
        (part.kind, part.level)
        for part in parts("# A\n\ntext\n\n- one\n  - two\n\n1. three\n\n| a | b |\n|--|--|\n| 1 | 2 |\n")
    ]
    assert kinds == [("heading", 1), ("paragraph", 0), ("bullet", 0), ("bullet", 1), ("number", 0), ("table", 0)]


WRITTEN = """Reviews were late because of **one** thing:

- a door
- a *key*

1. first
1. second

## What next

| What | Who |
| --- | --- |
| Paint | All |"""


def test_words_go_into_word_and_come_back(tmp_path: Path) -> None:
    folder = tmp_path / "narrative" / "812" / "2025"
    folder.mkdir(parents=True)
    (folder / "timeliness.md").write_text(WRITTEN, encoding="utf-8")
    report = annual_report(tmp_path)
    write_word(report, images(report), tmp_path / "a.docx")
    found = words_of(tmp_path / "a.docx", words(tmp_path).prompt)
    assert found["timeliness"] == WRITTEN
    assert found["participation"] == ""  # the prompt is nobody's words
    assert set(found) == set(slots())


def test_words_written_over_a_prompt_are_words(tmp_path: Path) -> None:
    """Whoever types over a prompt keeps its style."""
    report = annual_report(tmp_path)
    write_word(report, images(report), tmp_path / "a.docx")
    document = docx.Document(str(tmp_path / "a.docx"))
    paragraphs = [docx.text.paragraph.Paragraph(p, document) for p in document.element.body.iter(qn("w:p"))]
    prompt = next(p for p in paragraphs if p.text.startswith("Why placements held or broke down"))
    prompt.runs[0].text = "They held."
    document.save(str(tmp_path / "b.docx"))
    found = words_of(tmp_path / "b.docx", words(tmp_path).prompt)
    assert {slot: text for slot, text in found.items() if text} == {"stability": "They held."}


def test_every_numbered_list_begins_at_1(tmp_path: Path) -> None:
    folder = tmp_path / "narrative" / "812" / "2025"
    folder.mkdir(parents=True)
    for slot in ("timeliness", "recommendations"):
        (folder / f"{slot}.md").write_text("1. one\n2. two\n", encoding="utf-8")
    report = annual_report(tmp_path)
    write_word(report, images(report), tmp_path / "a.docx")
    document = docx.Document(str(tmp_path / "a.docx"))
    numbers = [
        p.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}").get(qn("w:val"))
        for p in document.element.body.iter(qn("w:p"))
        if docx.text.paragraph.Paragraph(p, document).style.name == "List Number"
    ]
    assert len(numbers) == 4
    assert numbers[0] == numbers[1] != numbers[2] == numbers[3]


# --- Word ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def word(tmp_path: Path):
    report = annual_report(tmp_path)
    write_word(report, images(report), tmp_path / "report.docx")
    return docx.Document(str(tmp_path / "report.docx"))


def test_word_has_real_styles_captions_and_a_table_of_contents(word) -> None:
    styles = [paragraph.style.name for paragraph in word.paragraphs]
    assert styles.count("Heading 1") == 14
    assert "Heading 2" in styles
    instructions = [element.text.strip() for element in word.element.body.iter(qn("w:instrText"))]
    assert instructions[0].startswith("TOC ")
    captions = [p.text for p in word.paragraphs if p.style.name == "Caption"]
    tables = [text for text in captions if text.startswith("Table ")]
    assert [text.partition(":")[0] for text in tables] == [f"Table {n}" for n in range(1, len(tables) + 1)]
    assert len(tables) == len(word.tables)
    assert instructions.count("SEQ Table \\* ARABIC") == len(tables)
    anchors = {link.get(qn("w:anchor")) for link in word.element.body.iter(qn("w:hyperlink"))}
    bookmarks = {mark.get(qn("w:name")) for mark in word.element.body.iter(qn("w:bookmarkStart"))}
    assert anchors <= bookmarks


def test_word_repeats_header_rows_describes_charts_and_marks_every_page(word) -> None:
    for table in word.tables:
        assert table.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None
        assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val"))
    described = [shape._inline.docPr for shape in word.inline_shapes]
    assert described
    assert all(properties.get("descr") and properties.get("title") for properties in described)
    for section in word.sections:
        assert "SYNTHETIC DATA" in section.header.paragraphs[0].text
        assert "OFFICIAL-SENSITIVE" in section.footer.paragraphs[0].text
    for table in word.tables:
        if not {"Definition", "Signature"} & {cell.text for cell in table.rows[0].cells}:
            sides = [cell.paragraphs[0].alignment for cell in table.rows[0].cells]
            assert sides == [None, *[WD_ALIGN_PARAGRAPH.RIGHT] * (len(sides) - 1)]
    assert word.core_properties.title == "Annual Report: Independent Reviewing Officer Service 2024/25"


def test_columns_are_as_wide_as_their_cells_and_break_no_word(word) -> None:
    """Word goes by the cells, LibreOffice by the columns; a column for each month is the narrowest there is."""
    for table in word.tables:
        widths = [column.width for column in table.columns]
        assert widths == [cell.width for cell in table.rows[0].cells]
        assert sum(widths) <= Cm(25.8)
        if "Definition" in [cell.text for cell in table.rows[0].cells]:
            continue  # its names are broken anywhere
        for row in table.rows:
            for cell, width in zip(row.cells, widths, strict=True):
                words = re.split(r"[\s-]", cell.text)
                thin = [len(re.findall("[ijlt.,/()]", word)) for word in words]
                needed = [Cm(0.24 + 0.16 * len(word) - 0.07 * n) for word, n in zip(words, thin, strict=True)]
                assert max(needed) <= width, cell.text


def test_comparators_of_another_year_are_marked_and_the_year_is_named_once_below_the_table(tmp_path: Path) -> None:
    report = annual_report(tmp_path)
    usual, older = (
        figure("three_or_more_placements", "6", comparators=(Comparator(ENGLAND, 10.0, "10", year),))
        for year in (report.comparator_year, report.comparator_year - 1)
    )
    at = 5 + report.comparator_names.index(ENGLAND)

    def told(*figures: Figure) -> tuple[list[str], str]:
        table = flattened(FigureTable("a", "A", tuple(Line("One", one) for one in figures)), report)
        return [row[at].text for row in table.rows], table.note

    year = f"{report.comparator_year - 2}/{str(report.comparator_year - 1)[2:]}"
    assert told(usual) == (["10%"], "")
    assert told(usual, older) == (["10%", "10%*"], f"* Of {year}, the latest published.")
    assert told(older, older) == (["10%", "10%"], f"All comparators are of {year}, the latest published.")


def test_the_name_of_a_point_stands_where_it_covers_no_other_line() -> None:
    def points(*values: float, series: str = OWN) -> list[TrendPoint]:
        return [TrendPoint(series, 2021 + at, value, str(value), None) for at, value in enumerate(values)]

    own, above, below = points(60, 60, 60), points(66, 80, 66, series=ENGLAND), points(55, 59, 20, series=NEIGHBOURS)
    assert [_stands_under(own, at, [*own, *above], 12) for at in range(3)] == [True, False, True]
    assert [_stands_under(own, at, [*own, *below], 12) for at in range(3)] == [False, False, False]
    valley = points(60, 40, 60)
    assert [_stands_under(valley, at, valley, 12) for at in range(3)] == [False, True, False]


def test_a_month_that_is_not_shown_says_so_above_the_names_of_the_months() -> None:
    """Two lines run down from where they begin; that must be a line higher than the text of one line."""
    found = [Month(date(2025, 1, 31), 5.0, None, 5.0, "5"), Month(date(2025, 2, 28), None, None, None, "c")]
    specification = months("m", "A", {"Entered": found}, "").specification
    one, two = specification["vconcat"][0]["layer"][1:]
    assert one["mark"]["dy"] - two["mark"]["dy"] > one["mark"]["fontSize"]
    assert ["=== false" in one["transform"][0]["filter"], "=== true" in two["transform"][0]["filter"]] == [True, True]


def test_how_words_are_taken_over_is_told_at_the_first_place_alone(word) -> None:
    text = "".join(element.text or "" for element in word.element.body.iter(qn("w:t")))
    assert text.count(HOW.strip()) == 1
    assert text.count("They are kept in ") > 5


# --- the page --------------------------------------------------------------------------------------------------------


class Reader(html.parser.HTMLParser):
    """Reads a page as an assistive program would look at it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def all(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag in names]


@pytest.fixture
def page(tmp_path: Path) -> tuple[str, Reader]:
    report = annual_report(tmp_path)
    write_page(report, images(report), tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    reader = Reader()
    reader.feed(text)
    return text, reader


def test_the_page_needs_no_script_and_nothing_from_elsewhere(page: tuple[str, Reader]) -> None:
    text, reader = page
    assert reader.all("script", "link", "iframe", "img") == []
    assert not re.search(r'(?:href|src)="https?:', text)
    assert "url(http" not in text
    assert len(text) < 2_000_000


def test_the_page_has_landmarks_a_skip_link_and_headings_in_order(page: tuple[str, Reader]) -> None:
    text, reader = page
    assert reader.all("html")[0]["lang"] == "en-GB"
    assert {tag for tag, _ in reader.tags} >= {"header", "nav", "main", "footer", "title"}
    assert reader.all("a")[0] == {"class": "skip", "href": "#main"}
    levels = [int(tag[1]) for tag, _ in reader.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    ids = [attributes["id"] for _, attributes in reader.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = {a["href"][1:] for a in reader.all("a") if (a.get("href") or "").startswith("#")}
    assert targets <= set(ids)
    assert "SYNTHETIC DATA" in text


def test_tables_have_captions_and_scopes_and_charts_have_titles_and_descriptions(page: tuple[str, Reader]) -> None:
    text, reader = page
    assert len(reader.all("caption")) == len([table for table in reader.all("table") if "id" in table])
    assert all(attributes.get("scope") in ("col", "row") for attributes in reader.all("th"))
    charts = reader.all("svg")
    assert charts
    for chart in charts:
        assert chart["role"] == "img"
        for id in (chart["aria-labelledby"] or "").split():
            assert f'id="{id}"' in text


def test_what_is_read_is_escaped(tmp_path: Path) -> None:
    odd = year_figures(la_name="<b>& Sons</b>")
    report = annual_report(tmp_path, odd)
    write_page(report, images(report), tmp_path / "odd.html")
    write_board_pack(report, odd, tmp_path / "board.html")
    for name in ("odd.html", "board.html"):
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert "<b>&" not in text
        assert "&lt;b&gt;&amp; Sons" in text


# --- the workbook and the board pack ---------------------------------------------------------------------------------


def test_the_workbook_has_a_sheet_per_section_with_figures_as_numbers(tmp_path: Path) -> None:
    report, figures = annual_report(tmp_path), year_figures()
    write_workbook(report, figures, tmp_path / "report.xlsx")
    workbook = openpyxl.load_workbook(tmp_path / "report.xlsx")
    assert workbook.sheetnames[0] == "About"
    assert workbook.sheetnames[-1] == "Definitions"
    assert workbook.sheetnames[1] == "Summary"
    assert set(workbook.sheetnames[2:-3]) <= set(SHEETS.values())
    assert workbook.sheetnames[-3:-1] == ["Data", "Behind the charts"]
    sheet = workbook["Children in our care"]
    heading = next(row for row in sheet.iter_rows() if row[0].value == "Figure")
    at = {cell.value: cell.column - 1 for cell in heading}
    rate = next(row for row in sheet.iter_rows() if row[0].value == "Children in our care per 10,000 children")
    # What is printed says on one line what the report says, without the year that its columns name.
    assert (rate[at["Table"]].value, rate[at["Change"]].value) == ("Children in our care", "▼\u00a0fell")
    assert sheet.row_dimensions[rate[0].row].height is None
    last = at[sheet[sheet.print_area.split("$")[-2] + str(heading[0].row)].value]
    assert last < at["As displayed"]
    assert (rate[at["2023/24"]].value, rate[at["2023/24, as displayed"]].value) == (141.4, "141")
    compared = ("2024/25", "2023/24", "Statistical neighbours", "England")
    assert {rate[at[column]].number_format for column in compared} == {"#,##0.0"}, "all as exact"
    assert rate[at["Numerator"]].number_format == "#,##0"
    assert sheet.freeze_panes == f"B{heading[0].row + 1}"
    assert workbook["Definitions"].freeze_panes
    assert rate[at["2024/25"]].value == 132
    assert rate[at["Numerator"]].value == 438
    assert rate[at["Statistical neighbours"]].value == pytest.approx(100.4)
    assert rate[at["Against England"]].value == "above"
    assert rate[at["Definition"]].value == "children_looked_after_rate"
    assert rate[at["Extracted up to"]].value.date() == date(2025, 4, 30)
    assert "2021" in rate[at["Comparators from"]].value
    codes = next(row for row in workbook["Participation"].iter_rows() if str(row[0].value)[:3] == "PN0")
    assert (codes[at["2024/25"]].value, codes[at["Definition"]].value) == (178, "review_participation_codes")
    assert codes[at["Category"]].value == "participation_code: PN0"
    for each in workbook.worksheets:
        assert "SYNTHETIC DATA" in each.oddHeader.center.text
        assert any("SYNTHETIC DATA" in str(row[0].value) for row in each.iter_rows(max_row=4))


def test_the_board_pack_has_direction_by_word_and_shape_and_plain_words(tmp_path: Path) -> None:
    figures = year_figures()
    report = annual_report(tmp_path, figures)
    rows = {row.name: row for row in headlines(report, figures)}
    assert rows["Three or more placements in the year"].change == "▼\u00a0fell (better)"
    assert rows["Children in our care"].change == "▼\u00a0fell"
    assert rows["Children in our care per 10,000 children"].beside[ENGLAND] == ("70", "above")
    assert rows["Children who went missing"].now == "not available"
    assert all(row.means.endswith(".") for row in rows.values())
    write_board_pack(report, figures, tmp_path / "board.html")
    text = (tmp_path / "board.html").read_text(encoding="utf-8")
    assert "<script" not in text
    assert "SYNTHETIC DATA" in text
    assert len(rows) == len(seed("headline_figures")) <= 16  # one page


# --- the same every time, and computed nowhere -----------------------------------------------------------------------


def test_two_builds_of_the_same_figures_are_the_same_bytes(tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        figures = year_figures()
        report = annual_report(tmp_path, figures)
        drawn = images(report)
        write_word(report, drawn, folder / "r.docx")
        write_workbook(report, figures, folder / "r.xlsx")
        write_page(report, drawn, folder / "r.html")
        for zipped in ("r.docx", "r.xlsx"):
            _without_times(folder / zipped, report)
        made.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert made[0] == made[1]
    with zipfile.ZipFile(tmp_path / "one" / "r.docx") as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2025-05-01T09:00:00Z" in archive.read("docProps/core.xml")


MAY_CALCULATE = {
    ("phrases.py", "rounded"): "the display helper",
    ("phrases.py", "_size"): "whether a change says what the two displayed figures say",
    ("word_document.py", "_widths"): "the widths of columns",
    ("word_document.py", "_chart"): "the width of a picture",
    ("charts.py", "trend"): "the room between labels",
    ("charts.py", "_apart"): "the room between labels",
    ("charts.py", "_stands_under"): "the lines that a label would cover",
    ("board_pack.py", "_at"): "where a mark stands in a small picture",
    ("branding.py", "_contrast_to_white"): "whether a colour can be read",
    ("workbook.py", "_append"): "the height of a row",
    ("workbook.py", "summary"): "the height of a row",
    ("workbook.py", "_about"): "the height of a row",
    ("pivot.py", "_show"): "the totals of counts, until Excel works them out itself",
    ("pivot_tables.py", "_about"): "the height of a row",
    ("word_document.py", "*"): "inches to centimetres",
    ("site.py", "build_site"): "the size of the finished files",
    ("site.py", "_after"): "the minutes of a time limit",
}


def test_nothing_is_computed_in_a_report() -> None:
    """Figures come from the marts: no quotient, no product, no rounding and no sum of figures on the way to a page."""
    found = []
    for path in sorted(REPORTS.glob("*.py")):
        for function, node in _nodes(ast.parse(path.read_text(encoding="utf-8"))):
            is_sum = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("round", "sum")
            is_product = isinstance(node, ast.BinOp) and isinstance(
                node.op, ast.Div | ast.Mult | ast.FloorDiv | ast.Pow
            )
            if (is_sum or (is_product and not _is_text(node))) and (path.name, function) not in MAY_CALCULATE:
                found.append(f"{path.name}: {function}: {ast.unparse(node)}")
    assert found == []
    for template in (REPORTS / "templates").glob("*.j2"):
        for expression in re.findall(r"\{[{%](.*?)[%}]\}", template.read_text(encoding="utf-8"), re.S):
            assert not re.search(r"\|\s*(round|sum|float|int)\b|[*/]", expression), f"{template.name}: {expression}"


def _nodes(tree: ast.Module):
    for top in tree.body:
        members = top.body if isinstance(top, ast.ClassDef) else [top]
        for member in members:
            name = member.name if isinstance(member, ast.FunctionDef) else "*"
            for node in ast.walk(member):
                yield name, node


def _is_text(node: ast.BinOp) -> bool:
    """Say whether it is a path put together, or a text or list repeated, and no calculation."""
    sides = (node.left, node.right)
    if any(
        isinstance(side, ast.JoinedStr | ast.List) or (isinstance(side, ast.Constant) and isinstance(side.value, str))
        for side in sides
    ):
        return True
    names = {side.id for side in sides if isinstance(side, ast.Name)} | {
        side.attr for side in sides if isinstance(side, ast.Attribute)
    }
    return bool(
        names & {"folder", "folder_of_last_year", "publication", "data_dir", "docs", "workspace"}
        | names & {"FOLDER", "DATABASE", "MANIFEST", "PUBLIC", "chosen", "name"}
    )
