"""Write the seeds of DfE's figures that come with the project, from files of DfE's that were landed and read.

    python scripts/generate_published_figures.py WAREHOUSE LAIT_FILE

WAREHOUSE is the DuckDB file of a build with the releases and the lists of statistical neighbours in landing/published;
LAIT_FILE the name there of an extract of the Local Authority Interactive Tool with every authority, made after the
later release. Source of all of it: Department for Education, "Children looked after in England including adoptions",
Open Government Licence v3.0; nothing is of a child.

The tool's figures are those of the latest release when the extract was made: in all that it shares with the release
of 2025 it says the same, or a dash. It fills in what no landed file of that release has. The release of 2024 gives what
the later one has not, and all that the printed report of 2024/25 compares itself with; of it England, the regions and
the authorities of its files alone are there. Only shares, rates and averages are taken: other areas' counts compare
with nothing.
"""

import csv
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb

from orchestration.settings import REPOSITORY

FOLDER = REPOSITORY / "seeds" / "dfe"
YEARS = tuple(range(2020, 2026))

_FIGURES = """
with figures as (
    select
        '2025' as release, figures.collection_year, figures.geographic_level, figures.la_code, figures.geography_code,
        figures.metric_id, figures.breakdown, figures.category, figures.unit, figures.value, figures.symbol,
        'DfE, file of the release of November 2025' as source
    from intermediate.int_dfe__figures as figures
    where release = '2025' and not is_withheld
    union all
    select
        '2025', collection_year, geographic_level, la_code, geography_code, metric_id, breakdown, category, unit, value,
        -- The tool shows one dash for all symbols.
        case when symbol = '-' then 'x' else symbol end,
        'DfE, Local Authority Interactive Tool, April 2026'
    from marts.published_values
    where
        file_name like '%' || $lait and metric_id is not null
        and (metric_id, breakdown, category) not in (
            select (metric_id, breakdown, category) from intermediate.int_dfe__figures where release = '2025'
        )
    union all
    select
        '2024', collection_year, geographic_level, la_code, geography_code, metric_id, breakdown, category, unit, value,
        symbol, 'DfE, file of the release of November 2024'
    from intermediate.int_dfe__figures
    where release = '2024' and not is_withheld
),
placed as (
    select
        figures.*,
        case geographic_level
            when 'Local authority' then la_code
            when 'Regional' then geography_code
            else 'England'
        end as area_code,
        definitions.decimals
    from figures
    inner join seeds.metric_definitions as definitions
        on figures.metric_id = definitions.metric_id
        and definitions.unit in ('percent', 'mean', 'rate_per_10000')
        and figures.unit = case definitions.unit when 'rate_per_10000' then 'rate' else definitions.unit end
    where value is not null or symbol is not null
),
-- Of the release of 2024 one year of what the later release has too, and five of the rest.
needed as (
    select placed.*
    from placed
    left join (select distinct metric_id, breakdown from placed where release = '2025') as later
        on placed.metric_id = later.metric_id and placed.breakdown = later.breakdown
    where
        collection_year between $first and $last
        and area_code is not null
        -- Inner and Outer London are no authority's region.
        and area_code not like 'E13%'
        and (release = '2025' or collection_year = 2024 or later.metric_id is null)
        -- Authorities that are no more, and of the national tables of 2024 those that the other files have not.
        and (
            geographic_level <> 'Local authority'
            or (la_code in (select la_code from seeds.authorities where valid_to is null) and (
                release = '2025' or la_code in (
                    select distinct la_code from intermediate.int_dfe__figures
                    where release = '2024' and metric_id = 'three_or_more_placements'
                )
            ))
        )
)
select
    release, metric_id, breakdown, category, source, area_code, collection_year,
    case when value is not null then printf('%.' || decimals || 'f', value) else symbol end as figure
from needed
qualify row_number() over (
    partition by release, metric_id, breakdown, category, area_code, collection_year
    order by value is null, geography_code
) = 1
order by all
"""

_NEIGHBOURS = """
select la_code, neighbour_model, rank, neighbour_la_code
from intermediate.int_dfe__neighbours
order by la_code, neighbour_model, rank
"""


def main(arguments: Sequence[str]) -> None:
    """Write the three seeds from a warehouse and the name of an extract of the interactive tool."""
    warehouse, lait_file = arguments
    with duckdb.connect(warehouse, read_only=True) as db:
        rows = db.execute(_FIGURES, {"lait": lait_file, "first": YEARS[0], "last": YEARS[-1]}).fetchall()
        neighbours = db.execute(_NEIGHBOURS).fetchall()
    measures = {measure: f"D{number:03}" for number, measure in enumerate(sorted({row[:5] for row in rows}), start=1)}
    figures: dict[tuple[str, str], dict[int, str]] = {}
    for row in rows:
        figures.setdefault((measures[row[:5]], row[5]), {})[row[6]] = row[7]
    write(
        "published_measures.csv",
        ("measure", "release", "metric_id", "breakdown", "category", "source"),
        ((number, *measure) for measure, number in measures.items()),
    )
    write(
        "published_figures.csv",
        ("measure", "area_code", *(f"year_{year}" for year in YEARS)),
        ((*key, *(of_years.get(year, "") for year in YEARS)) for key, of_years in sorted(figures.items())),
    )
    lists: dict[tuple[str, str], list[str]] = {}
    for la_code, model, _, neighbour in neighbours:
        lists.setdefault((la_code, model), []).append(neighbour)
    write(
        "statistical_neighbours.csv",
        ("la_code", "neighbour_model", *(f"neighbour_{rank}" for rank in range(1, 11))),
        ((*key, *ranked) for key, ranked in sorted(lists.items()) if len(ranked) == 10),
    )


def write(name: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a seed."""
    with Path(FOLDER / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


if __name__ == "__main__":
    main(sys.argv[1:])
