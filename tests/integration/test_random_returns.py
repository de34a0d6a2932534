"""A hundred and more invented authorities, full of odd cases, through the real pipeline and through the recomputation.

Every figure of every authority has to agree, and no data test may fail: what is wrong with a delivery is reported, and
never stops the figures of the others.
"""

import duckdb
import pytest

from tests.integration.test_recompute import differences, published_figures
from tests.respelling.base import rows_of

pytestmark = [pytest.mark.slow, pytest.mark.thorough]


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
