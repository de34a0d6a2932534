"""Several authorities of the benchmark's kind, to the public variant: what one authority's demo cannot show."""

from pathlib import Path

import duckdb
import pytest

from orchestration.filesystem import private_directory
from orchestration.publish.publication import DATABASE
from orchestration.synthetic.scale import write_scale
from tests.integration.running import cla

pytestmark = [pytest.mark.slow, pytest.mark.ci]
AUTHORITIES = 5


def test_five_authorities_with_their_services_are_published_for_everybody(tmp_path: Path) -> None:
    """A check over several authorities once held back all that was for the public."""
    write_scale(private_directory(tmp_path / "landing"), AUTHORITIES, with_iro=True)
    code, output = cla(tmp_path, "build")
    assert code == 0, output
    with duckdb.connect(str(tmp_path / "published" / DATABASE), read_only=True) as internal:
        audit = internal.execute(
            "select file_name, rows_rejected, rows_delivered from marts.delivery_audit "
            "where rows_rejected > 0.2 * rows_delivered and rows_delivered > 50"
        ).fetchall()
    assert audit == []  # what is timed is work on records that count
    with duckdb.connect(str(tmp_path / "published_public" / DATABASE), read_only=True) as public:
        ((found,),) = public.execute("select count(distinct la_code) from marts.metric_values").fetchall()
    assert found == AUTHORITIES
