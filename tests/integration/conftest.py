"""What several test modules look at and what takes minutes to build, built once."""

import pytest

from orchestration.settings import Settings
from tests.respelling.base import AUTHORITIES, SEED, Grid, english_codes, make_plain, worth_accepting
from tests.respelling.build import build


@pytest.fixture(scope="session")
def random_build(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, list[str], Grid]:
    """Everything built from the random returns, with every data test; the settings, the codes and the postcodes."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("random"))
    codes = english_codes(AUTHORITIES)
    grid = make_plain(settings, SEED, codes)
    build(settings, worth_accepting(settings.landing, codes), with_tests=True)
    return settings, codes, grid
