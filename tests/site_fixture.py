"""The site of the demo, built once for all tests that look at it; they are skipped, and say why, where Node is missing.

It is built beside the demo and never in it: the demo may be somebody's finished folder.
"""

from pathlib import Path

import pytest

from orchestration.errors import UserError
from orchestration.settings import Settings
from orchestration.site.builder import build_site, node_and_npm


@pytest.fixture(scope="session")
def site_settings(demo: tuple[Settings, str], tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data folder with the demo's public publication and no site yet."""
    try:
        node_and_npm()
    except UserError as error:
        pytest.skip(f"no site is built: {error}")
    data_dir = tmp_path_factory.mktemp("site")
    (data_dir / "published_public").symlink_to(demo[0].published_public.resolve(), target_is_directory=True)
    return Settings(data_dir)


@pytest.fixture(scope="session")
def site(site_settings: Settings) -> Path:
    """The folder of the demo's finished site."""
    return build_site(site_settings).folder.resolve()
