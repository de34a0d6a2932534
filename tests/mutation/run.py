"""Changes definitions on purpose, one at a time, in a copy of the project, and shows that a test notices.

`python -m tests.mutation.run` prints a line per mutation and ends with exit code 1 if one survives. A build of every
model without rows gives the unit tests their schemas once; after that each mutation runs only the tests it touches.
"""

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import yaml
from dbt.cli.main import dbtRunner

from orchestration.ingest.bank_holidays import build_bank_holidays
from orchestration.ingest.dfe.run import ingest_dfe
from orchestration.ingest.postcodes import build_postcodes
from orchestration.ingest.run import ingest_all
from orchestration.settings import REPOSITORY, Settings

PROJECT_PARTS = ["dbt_project.yml", "dbt_project", "models", "seeds", "macros", "tests/dbt"]
MUTATIONS = Path(__file__).with_name("mutations.yml")


def copy_project(target: Path) -> None:
    """Copy what dbt reads; the original is never touched."""
    for part in PROJECT_PARTS:
        source = REPOSITORY / part
        (target / part).parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target / part)
        else:
            shutil.copy(source, target / part)


def dbt(project: Path, *arguments: str) -> tuple[bool, int]:
    """Run dbt in this process, quietly; whether everything passed, and how much there was to run."""
    result = dbtRunner().invoke([*arguments, "--project-dir", str(project), "--quiet", "--log-level", "none"])
    return bool(result.success), len(getattr(result.result, "results", None) or [])


def selected(selection: str) -> list[str]:
    """Unit tests of models, or singular tests by their own name."""
    return [name if name.startswith("assert_") else f"{name},test_type:unit" for name in selection.split()]


def main() -> int:
    """Run every mutation; 0 if each was noticed."""
    mutations = yaml.safe_load(MUTATIONS.read_text(encoding="utf-8"))
    survivors = []
    with tempfile.TemporaryDirectory() as scratch:
        project, data = Path(scratch) / "project", Path(scratch) / "data"
        copy_project(project)
        settings = Settings(data_dir=data)
        (settings.warehouse.parent).mkdir(parents=True)
        ingest_all(settings)
        ingest_dfe(settings)
        build_postcodes(settings.raw)
        build_bank_holidays(settings.raw)
        os.environ.update(settings.dbt_environment() | {"DBT_PROFILES_DIR": str(project / "dbt_project")})
        started = time.monotonic()
        if not (dbt(project, "seed")[0] and dbt(project, "run", "--empty")[0]):
            print("The project does not build without rows; no mutation was tried.")
            return 1
        print(f"built without rows in {time.monotonic() - started:.0f} s")
        for number, mutation in enumerate(mutations, start=1):
            started = time.monotonic()
            path = project / mutation["file"]
            original = path.read_text(encoding="utf-8")
            selection = selected(mutation["tests"])
            if original.count(mutation["from"]) != 1:
                verdict = "NOT APPLIED: the text to change does not stand exactly once in the file"
            else:
                path.write_text(original.replace(mutation["from"], mutation["to"]), encoding="utf-8")
                passed, tests = dbt(project, "test", "--select", *selection)
                # A selection that holds no test would pass, and prove nothing.
                verdict = "SURVIVED" if passed and tests else "noticed" if tests else "NOT TESTED"
                path.write_text(original, encoding="utf-8")
            if verdict != "noticed":
                survivors.append(mutation["name"])
            print(
                f"{number:2}/{len(mutations)}  {verdict:9} {mutation['name']} ({time.monotonic() - started:.1f} s)",
                flush=True,
            )
        untouched, _ = dbt(project, "test", "--select", *sorted({t for m in mutations for t in selected(m["tests"])}))
    if not untouched:
        print("The tests fail on the definitions as they are, so their noticing proves nothing.")
        return 1
    print(f"{len(mutations) - len(survivors)} passed, {len(survivors)} failed")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
