"""Whatever was published on a day is published again, to the row, by `cla build --as-known-at` that day."""

import random
import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.publish.publication import DATABASE
from orchestration.settings import Settings
from tests.integration.running import cla
from tests.integration.test_case_system_migration import change_numbers, compared, write_crosswalks

DELIVERIES, MOMENTS, SEED = 10, 3, 20261128


@pytest.mark.thorough
def test_ten_deliveries_in_any_order_are_published_as_they_were_known(
    demo: tuple[Settings, str], tmp_path: Path
) -> None:
    """Returns, extracts and both crosswalks of an authority that changed its case system twice.

    They are put into the landing zone in a random order between three publications, none before its day; a folder of an
    earlier day may come later than one of a later day, as long as both are there on the day of the publication.
    """
    chance = random.Random(SEED)
    delivered, data_dir = tmp_path / "delivered", tmp_path / "data"
    shutil.copytree(demo[0].landing, delivered)
    write_crosswalks(delivered, change_numbers(delivered))
    shutil.copytree(demo[0].data_dir / "keys", data_dir / "keys")
    folders = sorted(delivered.glob("812/*/*/*"))
    crosswalks = [folder for folder in folders if folder.parts[-3] == "crosswalk"]
    others = [folder for folder in folders if folder not in crosswalks]
    chosen = [*crosswalks, *chance.sample(others, DELIVERIES - len(crosswalks))]
    chance.shuffle(chosen)
    days = sorted({date.fromisoformat(folder.name) for folder in chosen if folder.parts[-3] == "ssda903"})
    moments = sorted(chance.sample(days, MOMENTS))

    settings, seen = Settings(data_dir), tmp_path / "seen"
    for moment in moments:
        for folder in chosen:
            to = settings.landing / folder.relative_to(delivered)
            if date.fromisoformat(folder.name) <= moment and not to.exists():
                shutil.copytree(folder, to)
        shutil.copy(published_on(settings, moment), seen.with_name(f"{moment}.duckdb"))
    for folder in chosen:
        shutil.copytree(folder, settings.landing / folder.relative_to(delivered), dirs_exist_ok=True)

    for moment in chance.sample(moments, MOMENTS):
        assert differences(seen.with_name(f"{moment}.duckdb"), published_on(settings, moment)) == [], moment


def published_on(settings: Settings, moment: date) -> Path:
    """Publish as on a day: later releases of DfE and ONS are not known either, so the clock is set both times."""
    code, output = cla(settings.data_dir, "build", "--as-known-at", moment.isoformat())
    assert code in (0, 3), output
    return settings.data_dir / "as_known_at" / moment.isoformat() / "published" / DATABASE


def differences(before: Path, after: Path) -> list[tuple[str, int]]:
    """The tables of two publications that are not the same, with how many rows only one of them has."""
    found = []
    with duckdb.connect() as db:
        db.execute(f"attach '{before}' as before (read_only); attach '{after}' as after (read_only)")
        names = db.execute("select table_name from duckdb_tables() where database_name = 'before'").fetchall()
        assert len(names) > 60
        for (name,) in names:
            columns = ", ".join(compared(db, name))
            rows = [f"select {columns} from {database}.marts.{name}" for database in ("before", "after")]
            for one, other in (rows, rows[::-1]):
                ((count,),) = db.execute(f"select count(*) from ({one} except all {other})").fetchall()
                if count:
                    found.append((name, count))
    return found
