"""The charts, as Vega-Lite specifications: labelled where the eye is, told apart by shape and dash as well as colour.

Every number in them is a published value or its display; where a label stands so as not to cover another is all that is
worked out here. `rendered` turns a specification into SVG and PNG without a browser or a network.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.reports.content import Cell, Chart, Table
from orchestration.reports.figures import ENGLAND, NEIGHBOURS, OWN, CurvePoint, Figure, Month, TrendPoint
from orchestration.reports.labels import label
from orchestration.reports.phrases import (
    highest,
    in_words,
    listed,
    lowest,
    rounded,
    shown,
    year_label,
)

VERSION = "5.21"
VEGA_LITE = "https://vega.github.io/schema/vega-lite/v5.json"
"""The name of the language and its version; nothing is fetched from there."""

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
WIDTH, WHOLE, SMALL, MEDIUM = 480, 660, 13, 14
INK, QUIET, RULE = "#1d1d1d", "#595959", "#d0d0d0"
BLUE, ORANGE, GREY, PURPLE = "#12436d", "#a8470b", "#4a4a4a", "#6b3fa0"
PALE = "#c5d7e8"
SHAPES = ("circle", "square", "triangle-up", "diamond")
DASHES = ([1, 0], [7, 3], [2, 2], [9, 3, 2, 3])
AREAS = (OWN, NEIGHBOURS, ENGLAND)
COLOURS = (BLUE, ORANGE, GREY, PURPLE)
"""Of the authority, its neighbours, England, and the region: the same area has the same colour everywhere."""
SHADES = ("#9fb8d0", "#7c9cbd", "#5880a8", "#326391", BLUE)
"""Of the authority's years, the latest last."""
PNG_SCALE = 2.5
FEWEST_BARS = 2
"""Where all but one are suppressed, a chart would show one bar as if it were all there is."""
SEVERAL = 4
"""As many months as a sentence can name."""

Specification = dict[str, Any]


@dataclass(frozen=True)
class Rendered:
    """A chart as an image, in the two forms that documents take."""

    svg: str
    png: bytes
    width: float
    height: float


def area_colour(name: str, comparators: Sequence[str]) -> str:
    """Return the colour of an area by the name that it has in a table."""
    return {**dict.fromkeys(comparators, PURPLE), NEIGHBOURS: ORANGE, ENGLAND: GREY}.get(name, BLUE)


def trend(
    id: str,
    what: str,
    unit: str,
    points: Sequence[TrendPoint],
    la_name: str,
    year: int,
    notice: str,
    status: str = "",
) -> Chart | None:
    """Draw five years of a figure with its comparators, each line named at its end."""
    drawn = [point for point in points if point.value is not None]
    own = [point for point in drawn if point.series == OWN]
    if len(own) < 2:
        return None
    series = [OWN, NEIGHBOURS, ENGLAND, *sorted({p.series for p in drawn} - {OWN, NEIGHBOURS, ENGLAND})]
    series = [name for name in series if any(point.series == name for point in drawn)]
    names = {name: la_name if name == OWN else name for name in series}
    years = list(range(year - 4, year + 1))
    last = {name: max((p for p in drawn if p.series == name), key=lambda p: p.collection_year) for name in series}
    values = [_point(p, names) for p in drawn if p.series in names]
    # The last one is named beside its end. Of the others those with another area's line close above them stand below
    # their point, and so do those in a valley, where the line runs up on both sides; the rest stand above it.
    tallest = max(float(point.value or 0) for point in drawn)
    under = [p for at, p in enumerate(own[:-1]) if _stands_under(own, at, drawn, tallest * 0.2)]
    above, below = [p for p in own[:-1] if p not in under], under
    ends = [
        {
            "year": year_label(years[-1]),
            "series": names[point.series],
            "at": at,
            "text": f"{names[point.series]} {shown(point.display, unit)}"
            + ("" if point.collection_year == year else f" ({year_label(point.collection_year)})"),
        }
        for point, at in _apart(sorted(last.values(), key=lambda p: p.value or 0), gap=tallest * 0.095)
    ]
    x = {"field": "year", "type": "ordinal", "scale": {"domain": [year_label(y) for y in years]}, "axis": _bottom()}
    y = {"field": "value", "type": "quantitative", "axis": _left(unit), "scale": {"domainMin": 0, "nice": True}}
    colour = _by_series({names[name]: name for name in series})
    specification = _specification(
        notice,
        WIDTH,
        205,
        layer=[
            {
                "data": {"values": values},
                "mark": {"type": "line", "strokeWidth": 2},
                "encoding": {"x": x, "y": y, **_only(colour, "color", "strokeDash")},
            },
            {
                "data": {"values": values},
                "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
                "encoding": {"x": x, "y": y, **_only(colour, "color", "shape")},
            },
            *(
                {
                    "data": {"values": [{**_point(p, names), "shown": shown(p.display, unit)} for p in labelled]},
                    "mark": {"type": "text", "dy": shift, "fontSize": SMALL, "fontWeight": "bold", **looks},
                    "encoding": {"x": x, "y": y, "text": {"field": "shown"}},
                }
                for labelled, shift in ((above, -13), (below, 16))
                if labelled
                for looks in (_HALO, {"color": BLUE})
            ),
            {
                "data": {"values": ends},
                "mark": {"type": "text", "align": "left", "dx": 12, "fontSize": SMALL},
                "encoding": {
                    "x": x,
                    "y": {"field": "at", "type": "quantitative"},
                    "text": {"field": "text"},
                    **_only(colour, "color"),
                },
            },
        ],
    )
    first, latest = own[0], own[-1]
    alt = (
        f"Line chart of {what} over five years. {la_name}: {shown(first.display, unit)} in "
        f"{year_label(first.collection_year)}, {shown(latest.display, unit)} in {year_label(latest.collection_year)}."
    )
    others = [point for name, point in last.items() if name != OWN]
    if others:
        beside = [f"{in_words(p.series)} {shown(p.display, unit)} in {year_label(p.collection_year)}" for p in others]
        alt += f" Latest comparators: {listed(beside)}."
    found = {(p.series, p.collection_year): p for p in points}
    rows = []
    for name in series:
        cells = [found.get((name, y)) for y in years]
        rows.append(
            (Cell(names[name]), *(Cell(shown(p.display, unit), p.value) if p else Cell("not available") for p in cells))
        )
    caption = f"{what[:1].upper()}{what[1:]}, five years{status}"
    table = Table(f"{id}-data", caption, ("Area", *(year_label(y) for y in years)), tuple(rows))
    return Chart(id, caption, alt, specification, table)


def profile(
    id: str, caption: str, figures: Sequence[Figure], names: Sequence[str], la_name: str, notice: str, beside: str
) -> Chart | None:
    """Draw the shares of a breakdown as bars, with the comparators as marks of different shapes."""
    drawn = [figure for figure in figures if figure.value is not None]
    if len(drawn) < FEWEST_BARS:
        return None
    present = [name for name in names if any(_has_value(figure, name) for figure in drawn)]
    rows = {figure.key: _row_name(figure) for figure in figures}
    order = [rows[figure.key] for figure in figures]
    bars = [{"row": rows[figure.key], "value": figure.value or 0} for figure in figures]
    marks = [
        {"row": rows[figure.key], "series": name, "value": comparator.value}
        for figure in figures
        for name in present
        if (comparator := figure.comparator(name)) is not None and comparator.value is not None
    ]
    y = {
        "field": "row",
        "type": "nominal",
        "sort": order,
        "axis": {**_names(), "labelLimit": 300},
        "scale": {"paddingInner": 0.35},
    }
    x = {"field": "value", "type": "quantitative", "axis": _left(drawn[0].unit), "title": None}
    layers: list[Specification] = [
        {
            "data": {"values": bars},
            "mark": {"type": "bar", "color": PALE, "stroke": BLUE, "strokeWidth": 1},
            "encoding": {"y": y, "x": x},
        }
    ]
    if marks:
        scale = _by_series({name: name for name in present})
        legend = {"orient": "top", "title": None, "labelFontSize": SMALL, "symbolSize": 80, "symbolOpacity": 1}
        layers += [
            {
                "data": {"values": [mark for mark in marks if mark["series"] == name]},
                "mark": {
                    "type": "point",
                    "filled": True,
                    "size": 70,
                    "opacity": 1,
                    "stroke": "white",
                    "strokeWidth": 1,
                    # One below another, so that areas whose figures are alike do not cover each other.
                    "yOffset": offset,
                },
                "encoding": {
                    "y": y,
                    "x": x,
                    "color": {**scale["color"], "legend": legend},
                    "shape": {**scale["shape"], "legend": legend},
                },
            }
            for name, offset in zip(present, (-9, 0, 9), strict=False)
        ]
    specification = _specification(notice, WHOLE, {"step": 38}, layer=layers, **_FITTED)
    found = _largest(figures)
    largest = found[0]
    alt = (
        f"Bar chart: {caption}. The largest group{_of_those(figures)} is {_named(largest)} with "
        f"{shown(largest.display, largest.unit)}."
        if len(found) == 1
        else f"Bar chart: {caption}. The largest groups{_of_those(figures)} are {listed(map(_named, found))} with "
        f"{shown(largest.display, largest.unit)} each."
    )
    others = [
        f"{in_words(name)} {shown(comparator.display, largest.unit)}"
        for name in present
        if (comparator := largest.comparator(name)) is not None
    ]
    if others and len(found) == 1:
        alt += f" Beside it: {listed(others)}."
    table_rows = tuple(
        (
            Cell(label(figure.breakdown, figure.category)),
            Cell(shown(figure.display, figure.unit), figure.value),
            *(
                Cell(shown(c.display, figure.unit), c.value)
                if (c := figure.comparator(name))
                else Cell("not available")
                for name in present
            ),
        )
        for figure in figures
    )
    table = Table(f"{id}-data", caption, ("Group", la_name, *present), table_rows)
    return Chart(id, caption, alt, specification, table, beside)


def counts(
    id: str, caption: str, first_column: str, figures: Sequence[Figure], notice: str, beside: str
) -> Chart | None:
    """Draw counts of categories as bars with their numbers."""
    drawn = [figure for figure in figures if figure.value is not None]
    if len(drawn) < FEWEST_BARS:
        return None
    # A suppressed one keeps its row, without a bar.
    values = [
        {"row": label(f.breakdown, f.category), "value": f.value or 0, "text": shown(f.display, f.unit)}
        for f in figures
    ]
    specification = _labelled_bars(notice, values)
    found = _largest(figures)
    alt = (
        f"Bar chart: {caption}. The most{_of_those(figures)} are in {listed(map(_named, found))}: "
        f"{shown(found[0].display, found[0].unit)}{' each' if len(found) > 1 else ''}."
    )
    rows = tuple((Cell(label(f.breakdown, f.category)), Cell(shown(f.display, f.unit), f.value)) for f in figures)
    table = Table(f"{id}-data", caption, (first_column, "Number"), rows)
    return Chart(id, caption, alt, specification, table, beside)


def caseloads(id: str, caption: str, figures: Sequence[Figure], notice: str) -> Chart | None:
    """Draw each officer's caseload with the Handbook's 50 to 70 behind it; officers are numbered, never named."""
    drawn = sorted((f for f in figures if f.value is not None), key=lambda f: (-(f.value or 0), f.category))
    if not drawn:
        return None
    values = [{"row": f"IRO {n}", "value": f.value, "text": f.display} for n, f in enumerate(drawn, start=1)]
    band = {
        "data": {"values": [{"from": 50, "to": 70}]},
        "mark": {"type": "rect", "color": "#e9eef3"},
        "encoding": {"x": {"field": "from", "type": "quantitative", "axis": None}, "x2": {"field": "to"}},
    }
    limits = {
        "data": {"values": [{"at": 50, "text": "50"}, {"at": 70, "text": "70 (Handbook)"}]},
        "layer": [
            {
                "mark": {"type": "rule", "color": QUIET, "strokeDash": [4, 3]},
                "encoding": {"x": {"field": "at", "type": "quantitative", "axis": None}},
            },
            {
                "mark": {"type": "text", "y": -7, "color": QUIET, "fontSize": SMALL, "baseline": "bottom"},
                "encoding": {"x": {"field": "at", "type": "quantitative", "axis": None}, "text": {"field": "text"}},
            },
        ],
    }
    specification = _labelled_bars(notice, values, before=[band], after=[limits])
    least, most = drawn[-1], drawn[0]
    alt = (
        f"Bar chart: {caption}. {len(drawn)} officers, from {shown(least.display, least.unit)} to "
        f"{shown(most.display, most.unit)} children for each full-time equivalent; the Handbook expects 50 to 70."
    )
    rows = tuple(
        (
            Cell(f"IRO {n}"),
            Cell(shown(f.display, f.unit), f.value),
            Cell(_count(f.numerator), f.numerator),
        )
        for n, f in enumerate(drawn, start=1)
    )
    columns = ("Officer", "Children per full-time equivalent", "Children")
    return Chart(id, caption, alt, specification, Table(f"{id}-data", caption, columns, rows))


def months(id: str, caption: str, series: dict[str, Sequence[Month]], notice: str) -> Chart | None:
    """Draw counts by month, one panel for each of several things on the same scale."""
    shown_series = {name: found for name, found in series.items() if any(m.value is not None for m in found)}
    if not shown_series:
        return None
    order = [_month(month) for month in next(iter(shown_series.values()))]
    tallest = max(month.value or 0 for found in shown_series.values() for month in found)
    panels = []
    for name, found in shown_series.items():
        x = {"field": "month", "type": "ordinal", "sort": order, "axis": _bottom()}
        y = {
            "field": "value",
            "type": "quantitative",
            "axis": None,
            "scale": {"domain": [0, tallest]},
        }
        panels.append(
            {
                "title": {"text": name, "anchor": "start", "fontSize": MEDIUM, "color": INK, "fontWeight": "bold"},
                "width": WHOLE - 40,
                "height": 110,
                "data": {"values": [{"month": _month(m), "value": m.value or 0, "text": _over(m)} for m in found]},
                "layer": [
                    {
                        "mark": {"type": "bar", "color": BLUE},
                        "encoding": {"x": x, "y": y},
                    },
                    *_over_bars({"x": x, "y": y}),
                ],
            }
        )
    specification = {**_specification(notice, None, None), "vconcat": panels, "spacing": 16}
    peaks = []
    for name, found in shown_series.items():
        most = [found[index] for index in highest([month.display for month in found])]
        each = " each" if len(most) > 1 else ""
        peaks.append(f"{name}: most{_of_those(found)} in {_months(most)}, {most[0].display}{each}.")
    alt = f"Bar chart: {caption}. {' '.join(peaks)}"
    rows = tuple(
        (Cell(name), *(Cell(shown(m.display, "children"), m.value) for m in found))
        for name, found in shown_series.items()
    )
    return Chart(id, caption, alt, specification, Table(f"{id}-data", caption, ("Month", *order), rows))


def parts_by_month(id: str, caption: str, found: Sequence[Month], whole: str, part: str, notice: str) -> Chart | None:
    """Draw a percentage by month as a bar within a bar, the percentage above it."""
    if all(month.value is None for month in found):
        return None
    order = [_month(month) for month in found]
    values = [
        {
            "month": _month(m),
            "whole": m.denominator or 0,
            "part": m.numerator or 0,
            "text": _over(m, "percent"),
        }
        for m in found
    ]
    x = {"field": "month", "type": "ordinal", "sort": order, "axis": _bottom()}
    y = {"type": "quantitative", "axis": _left(), "title": None}
    specification = _specification(
        notice,
        WHOLE - 60,
        190,
        data={"values": values},
        layer=[
            {
                "mark": {"type": "bar", "color": "white", "stroke": INK, "strokeWidth": 1},
                "encoding": {"x": x, "y": {**y, "field": "whole"}},
            },
            {
                "mark": {"type": "bar", "color": BLUE, "stroke": INK, "strokeWidth": 1},
                "encoding": {"x": x, "y": {**y, "field": "part"}},
            },
            *_over_bars({"x": x, "y": {**y, "field": "whole"}}),
        ],
    )
    key = f"{whole} (outline) and {part.lower()} (filled); above each bar the percentage"
    specification["title"] = {"text": [*_lines(notice), key], **_TITLE}
    displays = [month.display for month in found]
    most, least = ([found[index] for index in end(displays)] for end in (highest, lowest))
    alt = (
        f"Bar chart: {caption}. Highest{_of_those(found)} in {_months(most)} with "
        f"{shown(most[0].display, 'percent')}, lowest in {_months(least)} with {shown(least[0].display, 'percent')}."
    )
    rows = (
        (Cell(part), *(Cell(_count(m.numerator), m.numerator) for m in found)),
        (Cell(whole), *(Cell(_count(m.denominator), m.denominator) for m in found)),
        (Cell("Percentage"), *(Cell(shown(m.display, "percent"), m.value) for m in found)),
    )
    return Chart(id, caption, alt, specification, Table(f"{id}-data", caption, ("Month", *order), rows))


def curve(id: str, caption: str, points: Sequence[CurvePoint], notice: str) -> Chart | None:
    """Draw how soon each year's entrants had left to permanence, each line named at its end."""
    lasting = {point.entry_year for point in points if point.months >= 12}
    drawn = [point for point in points if point.entry_year in lasting and point.value is not None]
    if not drawn:
        return None
    years = sorted({point.entry_year for point in drawn})
    names = {y: f"Entered {year_label(y)}" for y in years}
    values = [{"months": p.months, "series": names[p.entry_year], "value": p.value} for p in drawn]
    last = {y: max((p for p in drawn if p.entry_year == y), key=lambda p: p.months) for y in years}
    ends = [
        {
            "months": p.months,
            "value": p.value,
            "series": names[y],
            "text": f"{year_label(y)}: {shown(p.display, 'percent')}",
        }
        for y, p in last.items()
    ]
    longest = max(point.months for point in drawn)
    x = {
        "field": "months",
        "type": "quantitative",
        "axis": {
            **_bottom(),
            "title": "Months since entering care",
            "values": list(range(0, longest + 1, 12)),
            "titleColor": INK,
            "titleFontWeight": "normal",
        },
        "scale": {"domain": [0, longest], "nice": False},
    }
    y = {"field": "value", "type": "quantitative", "axis": _left("percent"), "title": None, "scale": {"domainMin": 0}}
    domain = [names[year] for year in years]
    colour = {
        "color": {
            "field": "series",
            "type": "nominal",
            "scale": {"domain": domain, "range": list(SHADES[-len(domain) :])},
            "legend": None,
        },
        "strokeDash": {
            "field": "series",
            "type": "nominal",
            "scale": {"domain": domain, "range": [[4, 4], [9, 3, 2, 3], [2, 2], [7, 3], [1, 0]][-len(domain) :]},
            "legend": None,
        },
    }
    specification = _specification(
        notice,
        WIDTH + 60,
        250,
        layer=[
            {
                "data": {"values": values},
                "mark": {"type": "line", "strokeWidth": 2, "interpolate": "linear"},
                "encoding": {"x": x, "y": y, **colour},
            },
            {
                "data": {"values": ends},
                "mark": {"type": "point", "filled": True, "size": 45, "opacity": 1},
                "encoding": {"x": x, "y": y, **_only(colour, "color")},
            },
            {
                "data": {"values": ends},
                "mark": {"type": "text", "align": "left", "dx": 7, "dy": -7, "fontSize": SMALL, **_HALO},
                "encoding": {"x": x, "y": y, "text": {"field": "text"}},
            },
            {
                "data": {"values": ends},
                "mark": {"type": "text", "align": "left", "dx": 7, "dy": -7, "fontSize": SMALL, "fontWeight": "bold"},
                "encoding": {"x": x, "y": y, "text": {"field": "text"}, **_only(colour, "color")},
            },
        ],
    )
    alt = f"Line chart: {caption}. " + " ".join(
        f"Of those who entered in {year_label(y)}, {shown(p.display, 'percent')} after {p.months} months."
        for y, p in last.items()
    )
    at = {(p.entry_year, p.months): p for p in points}
    steps = [step for step in range(6, longest + 1, 6) if any(p.months == step for p in points)]
    rows = []
    for entry_year in years:
        entered = next(p for p in drawn if p.entry_year == entry_year)
        cells = [at.get((entry_year, step)) for step in steps]
        rows.append(
            (
                Cell(year_label(entry_year)),
                Cell(_count(entered.denominator), entered.denominator),
                *(Cell(shown(p.display, "percent"), p.value) if p else Cell("not yet known") for p in cells),
            )
        )
    columns = ("Entered care in", "Children", *(f"{step} months" for step in steps))
    return Chart(id, caption, alt, specification, Table(f"{id}-data", caption, columns, tuple(rows)))


def rendered(chart: Chart) -> Rendered:
    """Return a chart as SVG, with ids that depend on nothing but the chart, and as PNG."""
    import vl_convert

    svg = _stable_ids(str(vl_convert.vegalite_to_svg(json.dumps(chart.specification), vl_version=VERSION)), chart.id)
    size = re.search(r'width="([\d.]+)" height="([\d.]+)"', svg)
    width, height = (float(size[1]), float(size[2])) if size else (0.0, 0.0)
    return Rendered(svg, vl_convert.svg_to_png(svg, scale=PNG_SCALE), width, height)


def _stable_ids(svg: str, prefix: str) -> str:
    """Name what Vega numbers through a whole process by chart, so that charts share a page and two builds are alike."""
    for number, old in enumerate(dict.fromkeys(re.findall(r'\bid="([^"]+)"', svg))):
        new = f"{prefix}-{number}"
        svg = svg.replace(f'id="{old}"', f'id="{new}"').replace(f"url(#{old})", f"url(#{new})")
    return svg


_HALO = {"fontWeight": "bold", "color": "white", "stroke": "white", "strokeWidth": 4}
"""White around a label, where a line would run through it."""

_OVER_BAR = {"type": "text", "fontSize": SMALL, "color": INK, "lineBreak": "\n", "baseline": "bottom"}
_ABOVE_BAR = {False: -3, True: -19}
"""How far from the bar a text of one line begins, and one of two, which runs down from there."""


def _over_bars(encoding: Specification) -> list[Specification]:
    return [
        {
            "transform": [{"filter": f"(indexof(datum.text, '\\n') > 0) === {str(has_two).lower()}"}],
            "mark": {**_OVER_BAR, "dy": dy},
            "encoding": {**encoding, "text": {"field": "text"}},
        }
        for has_two, dy in _ABOVE_BAR.items()
    ]


_TITLE = {"anchor": "start", "fontSize": SMALL, "color": QUIET, "fontWeight": "normal", "offset": 10}


_FITTED = {"autosize": {"type": "fit-x", "contains": "padding"}}
"""For charts whose names of rows differ in length: the whole is as wide as is asked, so that all are alike."""


def _specification(notice: str, width: int | None, height: Any, **parts: Any) -> Specification:
    specification: Specification = {"$schema": VEGA_LITE, "background": "white", "padding": 6, **parts}
    if width is not None:
        specification |= {"width": width, "height": height}
    if notice:
        specification["title"] = {"text": _lines(notice), **_TITLE}
    specification["config"] = {
        "aria": False,
        "font": FONT,
        "view": {"stroke": None},
        "axis": {
            "labelFontSize": SMALL,
            "titleFontSize": SMALL,
            "labelColor": INK,
            "domainColor": QUIET,
            "tickColor": QUIET,
        },
        "title": {"font": FONT},
        "text": {"font": FONT},
        # To the left of its end there is room above the names of rows.
        "legend": {"layout": {"top": {"anchor": "end"}}},
    }
    return specification


def _lines(notice: str) -> list[str]:
    return [notice] if notice else []


def _labelled_bars(
    notice: str,
    values: list[dict[str, Any]],
    before: Sequence[Specification] = (),
    after: Sequence[Specification] = (),
) -> Specification:
    order = [value["row"] for value in values]
    y = {
        "field": "row",
        "type": "nominal",
        "sort": order,
        "axis": {**_names(), "labelLimit": 420},
        "scale": {"paddingInner": 0.3},
    }
    x = {"field": "value", "type": "quantitative", "axis": None}
    bars = [
        {"data": {"values": values}, "mark": {"type": "bar", "color": BLUE}, "encoding": {"y": y, "x": x}},
        {
            "data": {"values": values},
            "mark": {"type": "text", "align": "left", "dx": 5, "fontSize": SMALL, "color": INK, "fontWeight": "bold"},
            "encoding": {"y": y, "x": x, "text": {"field": "text"}},
        },
    ]
    padding = {"left": 6, "right": 60, "top": 6, "bottom": 6}
    return _specification(notice, WHOLE, {"step": 28}, layer=[*before, *bars, *after], padding=padding, **_FITTED)


def _by_series(areas: dict[str, str]) -> dict[str, Any]:
    """Return the colours, shapes and dashes of series by their names: an area has the same ones in every chart."""
    places = [AREAS.index(area) if area in AREAS else len(AREAS) for area in areas.values()]
    ranges = {"color": COLOURS, "shape": SHAPES, "strokeDash": DASHES}
    return {
        channel: {
            "field": "series",
            "type": "nominal",
            "scale": {"domain": list(areas), "range": [values[place] for place in places]},
            "legend": None,
        }
        for channel, values in ranges.items()
    }


def _only(encoding: dict[str, Any], *channels: str) -> dict[str, Any]:
    return {channel: encoding[channel] for channel in channels}


def _point(point: TrendPoint, names: dict[str, str]) -> dict[str, Any]:
    return {"year": year_label(point.collection_year), "series": names[point.series], "value": point.value}


def _stands_under(own: Sequence[TrendPoint], at: int, drawn: Sequence[TrendPoint], room: float) -> bool:
    """Say whether the label of a point stands below it: it covers no other area's line there, or fewer of them."""
    gaps = [
        (point.value or 0) - (own[at].value or 0)
        for point in drawn
        if point.series != OWN and point.collection_year == own[at].collection_year
    ]
    over, under = sum(0 <= gap < room for gap in gaps), sum(-room < gap < 0 for gap in gaps)
    return _is_valley(own, at) if over == under else over > under


def _is_valley(points: Sequence[TrendPoint], at: int) -> bool:
    beside = [points[other].value or 0 for other in (at - 1, at + 1) if 0 <= other < len(points)]
    return all(value > (points[at].value or 0) for value in beside)


def _over(month: Month, unit: str = "") -> str:
    """Return what stands over the bar of a month, in two lines where there is no number."""
    return shown(month.display, unit) if month.value is not None else shown(month.display, unit).replace(" ", "\n")


def _apart(points: Sequence[TrendPoint], gap: float) -> list[tuple[TrendPoint, float]]:
    """Return where the labels of line ends stand, none nearer to the one below it than the gap."""
    placed: list[tuple[TrendPoint, float]] = []
    for point in points:
        at = float(point.value or 0)
        if placed:
            at = max(at, placed[-1][1] + gap)
        placed.append((point, at))
    return placed


def _bottom() -> dict[str, Any]:
    return {"title": None, "labelAngle": 0, "grid": False, "labelPadding": 6, "ticks": False}


def _left(unit: str = "") -> dict[str, Any]:
    axis = {"title": None, "grid": True, "gridColor": "#ececec", "domain": False, "ticks": False, "tickCount": 4}
    return {**axis, "labelExpr": "datum.label + '%'"} if unit == "percent" else axis


def _names() -> dict[str, Any]:
    return {"title": None, "domain": False, "ticks": False, "labelPadding": 8}


def _row_name(figure: Figure) -> str:
    return f"{label(figure.breakdown, figure.category)}  {shown(figure.display, figure.unit)}"


def _has_value(figure: Figure, name: str) -> bool:
    comparator = figure.comparator(name)
    return comparator is not None and comparator.value is not None


def _largest(figures: Sequence[Figure]) -> list[Figure]:
    """Return the largest ones: several where a reader sees them as equal."""
    single = [figure for figure in figures if not figure.is_together]
    return [single[index] for index in highest([figure.display for figure in single])] or list(figures[:1])


def _of_those(found: Iterable[Figure | Month]) -> str:
    """Return a reservation where some are suppressed: one of them may be larger than all that are shown."""
    hidden = any(one.display == "c" or (isinstance(one, Figure) and one.is_together) for one in found)
    return " of those shown" if hidden else ""


def _named(figure: Figure) -> str:
    return label(figure.breakdown, figure.category)


def _months(found: Sequence[Month]) -> str:
    return listed(map(_month, found)) if len(found) <= SEVERAL else f"{len(found)} months"


def _month(month: Month) -> str:
    return f"{month.month_ends_on:%b %y}"


def _count(value: float | None) -> str:
    return "not shown" if value is None else rounded(value)
