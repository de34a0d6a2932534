"""Write the diagrams of docs that are drawn from the dbt models: core model and layers.

Run it after adding or moving a table or a key; running it twice changes nothing, and tests/graph/test_dictionary.py
fails while the pages are behind.
"""

import json

from orchestration.documentation.core_model import core_model_page
from orchestration.documentation.layers import layers_page
from orchestration.settings import REPOSITORY, Settings
from orchestration.transform.manifest import prepare_manifest

CORE_MODEL = REPOSITORY / "docs" / "core-model.md"
LAYERS = REPOSITORY / "docs" / "layers.md"


def main() -> None:
    """Write the pages."""
    manifest = json.loads(prepare_manifest(Settings.from_environment()).read_bytes())
    page = core_model_page(CORE_MODEL.read_text(encoding="utf-8"), manifest)
    CORE_MODEL.write_text(page, encoding="utf-8", newline="\n")
    page = layers_page(LAYERS.read_text(encoding="utf-8"), manifest)
    LAYERS.write_text(page, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
