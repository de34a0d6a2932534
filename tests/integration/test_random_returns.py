"""Two hundred invented authorities, full of odd cases, through the real pipeline and through the recomputation.

Every figure of every authority has to agree, and no data test may fail: what is wrong with a delivery is reported, and
never stops the figures of the others.
"""

import csv
import os
import random
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from orchestration.ingest.bank_holidays import build_bank_holidays
from orchestration.ingest.postcodes import build_postcodes
from orchestration.ingest.published.run import ingest_published
from orchestration.ingest.run import ingest_all
from orchestration.settings import REPOSITORY, Settings
from tests.integration.test_recompute import differences, published_figures
from tests.recompute.random_returns import la_codes, make_random_returns

SEED = 20250331
# Real authorities too: they have population estimates, and postcodes that lie inside them.
REAL_AUTHORITIES = ["812", "813", "383"]

pytestmark = pytest.mark.slow


def rows_of(seed: str) -> list[dict[str, str]]:
    with (REPOSITORY / "seeds" / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_grid(raw: Path) -> dict[str, tuple[float | None, float | None, str | None]]:
    """Postcode to easting, northing and English authority, for a sample of 400 near and far."""
    authorities = {row["district_code"]: row["la_code"] for row in rows_of("reference/districts")}
    table = pq.read_table(raw / "postcodes" / "postcodes.parquet")
    postcodes, districts = table["postcode"].to_pylist(), table["district_code"].to_pylist()
    eastings, northings = table["easting"].to_pylist(), table["northing"].to_pylist()
    near = [n for n, district in enumerate(districts) if district in ("E06000012", "E06000013")]
    draw = random.Random(SEED)
    chosen = draw.sample(near, 200) + draw.sample(range(len(postcodes)), 200)
    grid = {}
    for n in chosen:
        has_grid = eastings[n] is not None and not str(districts[n]).startswith("N")
        grid[postcodes[n]] = (
            eastings[n] if has_grid else None,
            northings[n] if has_grid else None,
            authorities.get(districts[n]),
        )
    return grid


@pytest.fixture(scope="module")
def random_build(tmp_path_factory):
    """Everything built from the random returns, with every data test; the settings, the codes and the postcodes."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("random"))
    settings.warehouse.parent.mkdir(parents=True)
    build_postcodes(settings.raw)
    build_bank_holidays(settings.raw)
    grid = read_grid(settings.raw)
    codes = make_random_returns(settings.landing, SEED, [*la_codes(120), *REAL_AUTHORITIES], list(grid))
    ingest_all(settings)
    ingest_published(settings)
    run = subprocess.run(
        [sys.executable, "-m", "dbt.cli.main", "build", "--exclude-resource-type", "unit_test", "--quiet"],
        cwd=REPOSITORY,
        env=os.environ | settings.dbt_environment(),
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout[-4000:]
    return settings, codes, grid


def test_every_figure_agrees_with_the_recomputation(random_build):
    settings, codes, grid = random_build
    populations = {
        (row["la_code"], int(row["mid_year"])): int(row["population_0_17"])
        for row in rows_of("reference/population_estimates")
    }
    compared, found = 0, []
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        for la_code in codes:  # one after another: all at once would not fit into a small machine
            published = published_figures(connection, [la_code])
            compared += len(published[la_code])
            found += differences(settings.landing, published, populations, None, grid)
    assert compared > 1_400_000
    assert not found, "\n".join(found[:40])


def test_distances_are_measured_both_sides_of_twenty_miles(random_build):
    settings, _, _ = random_build
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        near, far = connection.execute(
            """
            select count(*) filter (where computed_pl_distance <= 20), count(*) filter (where computed_pl_distance > 20)
            from intermediate.int_episodes__located
            """
        ).fetchone()
    assert near > 100
    assert far > 100


def test_localities_follow_from_the_authority_that_a_file_states(random_build):
    settings, _, _ = random_build
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        found = dict(
            connection.execute(
                """
                select located.locality, count(*)
                from intermediate.int_episodes__located as located
                inner join intermediate.int_episodes__in_care as episodes using (la_code, child, started_on)
                where not located.is_temporary and located.pl_la is not null and not episodes.carries_pl_location
                group by located.locality
                """
            ).fetchall()
        )
    assert found["Inside the authority"] > 5
    assert found["Outside the authority"] > 50
