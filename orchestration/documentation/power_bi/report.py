"""The report as JSON files of the format PBIR: three pages that show the model's measures."""

import json
from collections.abc import Iterable
from typing import Any

from orchestration.documentation.power_bi.measures import TABLE, headline_name

SCHEMAS = "https://developer.microsoft.com/json-schemas/fabric/item/report/definition"
WIDTH, HEIGHT, MARGIN = 1280, 720, 16
SLICER_HEIGHT = 76
"""Less, and Power BI may cut the heading off."""

Json = dict[str, Any]

CARDS = ("children_looked_after", "three_or_more_placements", "reviews_on_time", "iro_caseload")
"""The metrics whose headlines stand in large figures on the first page."""

FINANCIAL_YEAR, LATEST, HEADLINE = "financial_year", "Latest", "all"


def report_files() -> dict[str, str]:
    """Return the files of the report's folder `definition` by their paths."""
    pages = {"overview": _overview(), "trend": _trend(), "breakdown": _breakdown()}
    names = {"overview": "Overview", "trend": "Trend and comparison", "breakdown": "Breakdown"}
    files: dict[str, Json] = {
        "version.json": {"$schema": f"{SCHEMAS}/versionMetadata/1.0.0/schema.json", "version": "2.0.0"},
        "report.json": {
            "$schema": f"{SCHEMAS}/report/3.0.0/schema.json",
            "themeCollection": {},
            "filterConfig": {"filters": [_is("delivered", "dim_authority", "has_delivered", "true")]},
            "settings": {"useStylableVisualContainerHeader": True, "exportDataMode": "AllowSummarized"},
        },
        "pages/pages.json": {
            "$schema": f"{SCHEMAS}/pagesMetadata/1.0.0/schema.json",
            "pageOrder": list(pages),
            "activePageName": "overview",
        },
    }
    for page, visuals in pages.items():
        files[f"pages/{page}/page.json"] = {
            "$schema": f"{SCHEMAS}/page/2.0.0/schema.json",
            "name": page,
            "displayName": names[page],
            "displayOption": "FitToPage",
            "height": HEIGHT,
            "width": WIDTH,
            **({"filterConfig": {"filters": [_years()]}} if page == "trend" else {}),
        }
        for order, visual in enumerate(visuals):
            visual["position"] |= {"z": order * 1000, "tabOrder": order * 1000}
            for one in visual.get("filterConfig", {}).get("filters", []):
                one["name"] = f"{page}_{one['name']}"  # unique in the report
            files[f"pages/{page}/visuals/{visual['name']}/visual.json"] = visual
    return {path: as_text(content) for path, content in files.items()}


def as_text(content: Json) -> str:
    """Return a file's text, as Power BI Desktop writes it."""
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _overview() -> list[Json]:
    width = (WIDTH - MARGIN * 5) / 4
    cards = [
        _card(f"card_{metric}", headline_name(metric), (MARGIN + (width + MARGIN) * place, 132, width, 96))
        for place, metric in enumerate(CARDS)
    ]
    return [
        _banner(),
        _authority((MARGIN, 48, 380, SLICER_HEIGHT)),
        _period_type((412, 48, 220, SLICER_HEIGHT)),
        _period((648, 48, 220, SLICER_HEIGHT)),
        _period_shown((884, 48, 380, SLICER_HEIGHT)),
        *cards,
        _table(
            "headlines",
            "Headline figures",
            "A table: each headline figure beside last year, England and the statistical neighbours.",
            (MARGIN, 240, WIDTH - 2 * MARGIN, 464),
            [
                ("metric_headlines", "name"),
                (TABLE, "Figure as shown"),
                (TABLE, "Last year as shown"),
                (TABLE, "Better or worse than last year"),
                (TABLE, "England as shown"),
                (TABLE, "Verdict against England"),
                (TABLE, "Neighbours as shown"),
            ],
            filters=[_is_something("named", "metric_headlines", "name")],
        ),
    ]


def _trend() -> list[Json]:
    line = _visual(
        "line",
        "lineChart",
        (MARGIN, 132, WIDTH - 2 * MARGIN, 308),
        title="By year, beside the comparators",
        description="A line for the authority and for each comparator, by the year that ends in March.",
        query={
            "Category": [_field("metric_trends", "collection_year", active=True)],
            "Series": [_field("metric_trends", "series_name")],
            "Y": [_field(TABLE, "Trend")],
        },
        objects={
            "categoryAxis": [_properties(axisType=_text("Categorical"), showAxisTitle=_literal("false"))],
            "valueAxis": [_properties(showAxisTitle=_literal("false"))],
            "lineStyles": [_properties(showMarker=_literal("true"))],
        },
        sort=("metric_trends", "collection_year", "Ascending"),
    )
    return [
        _banner(),
        _authority((MARGIN, 48, 300, SLICER_HEIGHT)),
        _metric((332, 48, 420, SLICER_HEIGHT)),
        _slicer(
            "breakdown", "Breakdown", "dim_category", "breakdown", (768, 48, 240, SLICER_HEIGHT), HEADLINE, filled=True
        ),
        _slicer(
            "category", "Category", "dim_category", "category", (1024, 48, 240, SLICER_HEIGHT), HEADLINE, filled=True
        ),
        line,
        _table(
            "comparators",
            "The comparators of each financial year",
            "A table: what DfE publishes of each comparator, and how the authority stands against it.",
            (MARGIN, 452, WIDTH - 2 * MARGIN, 252),
            [
                ("dim_period", "period_end"),
                ("metric_comparison", "comparator"),
                (TABLE, "Comparator as shown"),
                (TABLE, "Difference from the comparator"),
                (TABLE, "Verdict against the comparator"),
            ],
            sort=("dim_period", "period_end", "Descending"),
        ),
    ]


def _breakdown() -> list[Json]:
    bars = _visual(
        "bars",
        "clusteredBarChart",
        (MARGIN, 132, 616, 452),
        title="By category",
        description="A bar for each category of the breakdown picked.",
        query={
            "Category": [_field("dim_category", "category", active=True)],
            "Y": [_field(TABLE, "Figure")],
        },
        objects={
            "categoryAxis": [_properties(showAxisTitle=_literal("false"))],
            "valueAxis": [_properties(showAxisTitle=_literal("false"))],
            "labels": [_properties(show=_literal("true"))],
        },
        sort=("dim_category", "category", "Ascending"),
    )
    return [
        _banner(),
        _authority((MARGIN, 48, 260, SLICER_HEIGHT)),
        _period_type((292, 48, 170, SLICER_HEIGHT)),
        _period((478, 48, 150, SLICER_HEIGHT)),
        _metric((644, 48, 360, SLICER_HEIGHT)),
        _slicer(
            "breakdown",
            "Breakdown",
            "dim_category",
            "breakdown",
            (1020, 48, 244, SLICER_HEIGHT),
            "age_band",
            filled=True,
        ),
        bars,
        _table(
            "categories",
            "The figures",
            "A table: the figure of each category, what it counts and out of what, and last year's.",
            (648, 132, 616, 452),
            [
                ("dim_category", "category"),
                (TABLE, "Figure as shown"),
                (TABLE, "Counted"),
                (TABLE, "Out of"),
                (TABLE, "Last year as shown"),
                (TABLE, "Better or worse than last year"),
            ],
            sort=("dim_category", "category", "Ascending"),
        ),
        _table(
            "meaning",
            "What it means",
            "The definition of the metric picked.",
            (MARGIN, 596, WIDTH - 2 * MARGIN, 108),
            [("metric_catalogue", "name"), (TABLE, "What it means"), (TABLE, "Period shown")],
        ),
    ]


def _banner() -> Json:
    visual = _card("banner", "Banner", (0, 0, WIDTH, 44), size=11)
    visual["visual"]["visualContainerObjects"]["general"] = [
        _properties(altText=_text("Who the page is for, and whether the data is invented."))
    ]
    return visual


def _period_shown(box: tuple[float, float, float, float]) -> Json:
    return _card("period_shown", "Period shown", box, size=12)


def _authority(box: tuple[float, float, float, float]) -> Json:
    return _slicer("authority", "Authority", "dim_authority", "la_name", box, synced=True)


def _period_type(box: tuple[float, float, float, float]) -> Json:
    return _slicer("period_type", "Period type", "dim_period", "period_type", box, FINANCIAL_YEAR, synced=True)


def _period(box: tuple[float, float, float, float]) -> Json:
    return _slicer("period", "Period", "dim_period", "period", box, LATEST, synced=True)


def _metric(box: tuple[float, float, float, float]) -> Json:
    return _slicer(
        "metric", "Metric", "metric_catalogue", "short_name", box, headline_name(CARDS[0]), synced=True, filled=True
    )


def _visual(
    name: str,
    kind: str,
    box: tuple[float, float, float, float],
    *,
    query: dict[str, list[Json]],
    title: str = "",
    description: str = "",
    objects: Json | None = None,
    sort: tuple[str, str, str] | None = None,
    filters: Iterable[Json] = (),
) -> Json:
    x, y, width, height = box
    state = {role: {"projections": projections} for role, projections in query.items()}
    ordered = {}
    if sort:
        table, column, direction = sort
        ordered = {
            "sortDefinition": {
                "sort": [{"field": _reference(table, column), "direction": direction}],
                "isDefaultSort": False,
            }
        }
    container: Json = {"title": [_properties(show=_literal("true" if title else "false"), text=_text(title))]}
    if description:
        container["general"] = [_properties(altText=_text(description))]
    visual: Json = {
        "$schema": f"{SCHEMAS}/visualContainer/2.0.0/schema.json",
        "name": name,
        "position": {"x": x, "y": y, "z": 0, "height": height, "width": width, "tabOrder": 0},
        "visual": {
            "visualType": kind,
            "query": {"queryState": state, **ordered},
            "objects": objects or {},
            "visualContainerObjects": container,
            "drillFilterOtherVisuals": True,
        },
    }
    wanted = list(filters)
    if wanted:
        visual["filterConfig"] = {"filters": wanted}
    return visual


def _card(name: str, measure: str, box: tuple[float, float, float, float], size: int = 24) -> Json:
    return _visual(
        name,
        "card",
        box,
        query={"Values": [_field(TABLE, measure)]},
        objects={
            "labels": [_properties(fontSize=_literal(f"{size}D"))],
            "categoryLabels": [_properties(show=_literal("true" if size > 20 else "false"))],
            "wordWrap": [_properties(show=_literal("true"))],
        },
    )


def _table(
    name: str,
    title: str,
    description: str,
    box: tuple[float, float, float, float],
    fields: list[tuple[str, str]],
    *,
    sort: tuple[str, str, str] | None = None,
    filters: Iterable[Json] = (),
) -> Json:
    return _visual(
        name,
        "tableEx",
        box,
        title=title,
        description=description,
        query={"Values": [_field(table, field) for table, field in fields]},
        # A total would be a figure that is none.
        objects={"total": [_properties(totals=_literal("false"))]},
        sort=sort,
        filters=filters,
    )


def _slicer(
    name: str,
    title: str,
    table: str,
    column: str,
    box: tuple[float, float, float, float],
    picked: str | None = None,
    *,
    synced: bool = False,
    filled: bool = False,
) -> Json:
    """Return a list to pick one value from: `synced` over the pages, `filled` with what has a figure alone."""
    objects: Json = {
        "data": [_properties(mode=_text("Dropdown"))],
        "selection": [_properties(strictSingleSelect=_literal("true"))],
        "header": [_properties(show=_literal("true"), text=_text(title))],
    }
    if picked is not None:
        chosen = _is(name, table, column, f"'{_escaped(picked)}'")["filter"]
        objects["general"] = [{"properties": {"filter": {"filter": chosen}}}]
    visual = _visual(
        name,
        "slicer",
        box,
        description=f"Pick one: {title.lower()}.",
        query={"Values": [_field(table, column, active=True)]},
        objects=objects,
        filters=[_has_rows(name)] if filled else [],
    )
    if synced:
        visual["visual"]["syncGroup"] = {"groupName": name, "fieldChanges": True, "filterChanges": True}
    return visual


def _reference(table: str, field: str, source: str | None = None) -> Json:
    kind = "Measure" if table == TABLE else "Column"
    of = {"Source": source} if source else {"Entity": table}
    return {kind: {"Expression": {"SourceRef": of}, "Property": field}}


def _field(table: str, field: str, *, active: bool = False) -> Json:
    projection: Json = {
        "field": _reference(table, field),
        "queryRef": f"{table}.{field}",
        "nativeQueryRef": field,
    }
    return projection | {"active": True} if active else projection


def _literal(value: str) -> Json:
    return {"expr": {"Literal": {"Value": value}}}


def _text(value: str) -> Json:
    return _literal(f"'{_escaped(value)}'")


def _escaped(value: str) -> str:
    return value.replace("'", "''")


def _properties(**properties: Json) -> Json:
    return {"properties": properties}


def _filter(name: str, kind: str, table: str, field: str, condition: Json) -> Json:
    return {
        "name": f"filter_{name}",
        "field": _reference(table, field),
        "type": kind,
        "filter": {
            "Version": 2,
            "From": [{"Name": "t", "Entity": table, "Type": 0}],
            "Where": [{"Condition": condition}],
        },
    }


def _is(name: str, table: str, column: str, literal: str) -> Json:
    values = [[{"Literal": {"Value": literal}}]]
    condition = {"In": {"Expressions": [_reference(table, column, "t")], "Values": values}}
    return _filter(name, "Categorical", table, column, condition)


def _years() -> Json:
    return _is("years", "dim_period", "period_type", f"'{FINANCIAL_YEAR}'")


def _is_something(name: str, table: str, column: str) -> Json:
    nothing = {"Left": _reference(table, column, "t"), "Right": {"Literal": {"Value": "null"}}, "ComparisonKind": 0}
    return _filter(name, "Advanced", table, column, {"Not": {"Expression": {"Comparison": nothing}}})


def _has_rows(name: str) -> Json:
    more = {"Left": _reference(TABLE, "Rows", "t"), "Right": {"Literal": {"Value": "0L"}}, "ComparisonKind": 1}
    return _filter(f"{name}_filled", "Advanced", TABLE, "Rows", {"Comparison": more})
