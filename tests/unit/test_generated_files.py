"""Generated files are never edited by hand and never behind the specification."""

import runpy
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def test_source_yaml_is_what_the_specification_gives():
    script = runpy.run_path(str(REPOSITORY / "scripts" / "generate_from_specification.py"))
    assert script["SOURCES"].read_text(encoding="utf-8") == script["sources_yaml"]()
