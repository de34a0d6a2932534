"""One authority of many is built by itself in a folder of its own: only its part is read, and its rows are the same."""

import shutil
from pathlib import Path

import pytest

from orchestration.settings import Settings
from tests.parity import differences
from tests.respelling.build import build, prepare

LA_CODE = "812"


@pytest.mark.slow
@pytest.mark.thorough
def test_an_authority_alone_has_the_rows_that_it_has_among_many(
    random_build: tuple[Settings, list[str], object], tmp_path: Path
) -> None:
    """As docs/scaling.md says: its deliveries, the keys and the decisions are copied, and the folder is built."""
    many, codes, _ = random_build
    alone = Settings(data_dir=tmp_path)
    prepare(alone, many)
    shutil.copytree(many.landing / LA_CODE, alone.landing / LA_CODE)
    shutil.copytree(many.decisions, alone.decisions)
    build(alone, with_tests=False)
    read = {folder.name.split("=")[1][:3] for folder in alone.raw.glob("*/*/delivery_id=*")}
    assert read == {LA_CODE} < set(codes)
    # Not those of suppression, which number cells and sums over all authorities.
    compared = ["marts", "public_marts", "restricted"]
    assert differences(many.warehouse, alone.warehouse, compared, LA_CODE) == []
