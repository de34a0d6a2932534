"""The site of the demo, built once for all tests that look at it; they are skipped, and say why, where Node is missing.

It is built beside the demo and never in it: the demo may be somebody's finished folder.
"""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.errors import UserError
from orchestration.publish.publication import INTERNAL
from orchestration.settings import Settings
from orchestration.site.builder import build_site, node_and_npm

PATH = "/care"
"""Links to /care-leavers/ begin with it too."""


@pytest.fixture(scope="session")
def site_settings(demo: tuple[Settings, str], tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data folder with the demo's publications and no site yet; both sites are built with what is installed once."""
    try:
        node_and_npm()
    except UserError as error:
        pytest.skip(f"no site is built: {error}")
    # `tests/run.py` names a folder, so that its processes install what builds the sites once between them.
    data_dir = Path(os.environ.get("CLA_TEST_SITE") or tmp_path_factory.mktemp("site"))
    data_dir.mkdir(exist_ok=True)
    for name in ("published_public", "published"):
        if not (data_dir / name).is_symlink():
            (data_dir / name).symlink_to((demo[0].data_dir / name).resolve(), target_is_directory=True)
    return Settings(data_dir)


@pytest.fixture(scope="session")
def site(site_settings: Settings) -> Path:
    """The folder of the demo's finished site."""
    return build_site(site_settings).folder.resolve()


@pytest.fixture(scope="session")
def internal_site(site_settings: Settings) -> Path:
    """The folder of the demo's finished internal site, built to stand below a path: one build shows both."""
    return build_site(replace(site_settings, site_path=PATH), variant=INTERNAL).folder.resolve()
