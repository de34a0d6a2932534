"""A run is swapped in whole: no reader finds a part of another, and a killed one leaves nothing that counts."""

import json
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from orchestration.build import is_running, one_build_at_a_time
from orchestration.errors import UserError
from orchestration.filesystem import led_to, replace_link
from orchestration.publish import whole
from orchestration.publish.publication import INTERNAL, PUBLIC, read_manifest, write_publication
from orchestration.publish.restricted import write_restricted
from orchestration.publish.whole import PUBLISHED, PUBLISHED_PUBLIC, RESTRICTED, sweep
from orchestration.settings import Settings
from tests.small_runs import (
    EXPECTED,
    PARTS,
    PUBLIC_TABLES,
    REPORTS,
    of_one_run,
    publish,
    run_id,
    write_public_tables,
    write_reports,
    write_warehouse,
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(data_dir=tmp_path, keep_publications=3)
    write_warehouse(settings)
    write_public_tables(settings, 1)
    return settings


def everything(settings: Settings) -> set[str]:
    """Return what lies in the folders of the runs and beside them, but for what a run holds."""
    folders = [settings.data_dir, settings.runs, *(part.folders for part in whole.parts(settings))]
    return {path.relative_to(settings.data_dir).as_posix() for folder in folders for path in folder.iterdir()}


def test_three_names_lead_through_one_link_to_the_paths_that_are_promised(settings: Settings) -> None:
    finished = publish(settings, public=PUBLIC_TABLES)
    assert settings.published.resolve() == settings.publications / finished.run_id
    assert settings.published_public.resolve() == settings.publications_public / finished.run_id
    assert settings.restricted.resolve() == settings.restricted_runs / finished.run_id
    for part in whole.parts(settings):
        assert led_to(part.link) == settings.current / part.name
    assert of_one_run(settings) == finished.run_id
    parts = (read_manifest(settings) or {})["parts"]
    assert parts == dict.fromkeys(PARTS, finished.run_id)
    assert "parts" not in (read_manifest(settings, PUBLIC) or {}), "what failed inside is nobody's business outside"


def test_all_that_is_written_stays_out_of_sight_until_the_swap(settings: Settings) -> None:
    first = publish(settings, public=PUBLIC_TABLES)
    aside = whole.begin(settings)
    write_publication(settings, aside, EXPECTED)
    write_restricted(settings, aside, [], synthetic=True)
    assert of_one_run(settings) == first.run_id
    with pytest.raises(UserError, match="published of this run are not whole"):
        whole.swap_in(settings, with_reports=True)
    assert of_one_run(settings) == first.run_id


def test_a_public_part_without_its_reports_is_not_swapped_in_and_the_manifest_says_whose_is_there(
    settings: Settings,
) -> None:
    """Traps a public part that counts as whole as soon as its tables are there."""
    first = publish(settings, public=PUBLIC_TABLES)
    aside = whole.begin(settings)
    write_publication(settings, aside, EXPECTED)
    write_reports(aside, INTERNAL, REPORTS)
    write_restricted(settings, aside, [], synthetic=True)
    write_publication(settings, aside, PUBLIC_TABLES, variant=PUBLIC)
    second = whole.swap_in(settings, with_reports=True)
    assert second.run_id == run_id(settings.published) == run_id(settings.restricted)
    assert second.public_run_id == first.run_id == run_id(settings.published_public)
    assert (read_manifest(settings) or {})["parts"] == {
        PUBLISHED: second.run_id,
        PUBLISHED_PUBLIC: first.run_id,
        RESTRICTED: second.run_id,
    }
    assert sorted(path.name for path in settings.publications_public.iterdir()) == [first.run_id]


def test_the_public_part_outlives_the_runs_that_have_none(settings: Settings) -> None:
    """Traps a pruning by age, which would delete what the public reads once enough builds have failed."""
    first = publish(settings, public=PUBLIC_TABLES)
    for _ in range(5):
        last = publish(settings)
    assert run_id(settings.published_public) == last.public_run_id == first.run_id
    assert len(list(settings.publications.iterdir())) == 3
    assert len(list(settings.restricted_runs.iterdir())) == whole.KEPT_RESTRICTED


def test_there_is_no_public_name_before_there_is_a_public_part(settings: Settings) -> None:
    finished = publish(settings)
    assert finished.public_run_id is None
    assert not os.path.lexists(settings.published_public)
    assert (read_manifest(settings) or {})["parts"][PUBLISHED_PUBLIC] is None


def test_going_back_is_one_link_and_takes_all_parts_back(settings: Settings) -> None:
    first, second = (publish(settings, public=PUBLIC_TABLES) for _ in range(2))
    assert of_one_run(settings) == second.run_id
    replace_link(settings.current, settings.runs / first.run_id)
    assert of_one_run(settings) == first.run_id
    third = publish(settings, public=PUBLIC_TABLES)
    assert of_one_run(settings) == third.run_id
    assert (settings.publications / first.run_id).exists()


def test_a_data_folder_of_before_is_taken_over_without_a_change_for_its_readers(settings: Settings) -> None:
    """Before there was `current`, each name was a link of its own, and the parts could be of different runs."""
    for _ in range(3):
        publish(settings, public=PUBLIC_TABLES)
    ids = sorted(path.name for path in settings.publications.iterdir())
    shutil.rmtree(settings.runs)
    settings.current.unlink()
    targets = dict(zip(PARTS, (ids[2], ids[1], ids[2]), strict=True))
    for part in whole.parts(settings):
        part.link.unlink()
        replace_link(part.link, part.folders / targets[part.name])
    sweep(settings)
    before = {part.name: part.link.resolve() for part in whole.parts(settings)}
    whole.begin(settings)
    assert {part.name: part.link.resolve() for part in whole.parts(settings)} == before
    assert all(led_to(part.link) == settings.current / part.name for part in whole.parts(settings))
    assert sorted(path.name for path in settings.publications.iterdir()) == ids, "older ones can be gone back to"
    finished = publish(settings, public=PUBLIC_TABLES)
    assert of_one_run(settings) == finished.run_id
    assert len(list(settings.publications.iterdir())) <= 3


def test_a_link_that_somebody_pointed_elsewhere_is_taken_over_too(settings: Settings) -> None:
    first, second = (publish(settings, public=PUBLIC_TABLES) for _ in range(2))
    replace_link(settings.published, settings.publications / first.run_id)
    sweep(settings)
    whole.begin(settings)
    assert (run_id(settings.published), run_id(settings.published_public)) == (first.run_id, second.run_id)
    assert of_one_run_after(publish(settings, public=PUBLIC_TABLES), settings)


def test_a_folder_in_the_place_of_a_name_stops_the_swap_and_nothing_is_lost(settings: Settings) -> None:
    publish(settings, public=PUBLIC_TABLES)
    settings.restricted.unlink()
    settings.restricted.mkdir()
    with pytest.raises(UserError, match="should be a link"):
        publish(settings, public=PUBLIC_TABLES)
    settings.restricted.rmdir()
    assert of_one_run_after(publish(settings, public=PUBLIC_TABLES), settings)


def test_what_a_kill_left_is_swept_and_nothing_else(settings: Settings) -> None:
    publish(settings, public=PUBLIC_TABLES)
    as_known = Settings(settings.data_dir, as_known_at="2025-05-31")
    stray = [
        settings.runs / ".20990101T000000Z.partial/published",
        settings.restricted_runs / ".20990101T000000Z.partial",
        settings.publications / ".20990101T000000Z.partial",
        settings.publications / "20990101T000000Z",  # moved there, and killed before the swap
        settings.released / ".20990101T000000Z.partial",
        as_known.publications / ".20990101T000000Z.partial",
        settings.data_dir / "warehouse/warehouse.duckdb.tmp",
        settings.published / ".reports.0a1b2c3d.tmp",
    ]
    for folder in stray:
        folder.mkdir(parents=True)
        (folder / "children.csv").write_text("SMITH")
    files = [settings.raw / "episodes/.x.parquet.0a1b2c3d.tmp", settings.keys / ".child_key.key.0a1b2c3d.tmp"]
    kept = [settings.raw / "episodes/x.parquet", settings.landing / "notes.tmp", settings.publications / "my copy/x"]
    for file in [*files, *kept]:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    (settings.data_dir / ".published.0a1b2c3d.tmp").symlink_to("nowhere")
    sweep(settings)
    assert [path for path in [*stray, *files] if path.exists()] == []
    assert not os.path.lexists(settings.data_dir / ".published.0a1b2c3d.tmp")
    assert all(file.exists() for file in kept)
    assert of_one_run(settings)


def test_whoever_begins_to_write_sweeps_first_and_who_only_looks_does_not(settings: Settings) -> None:
    stray = settings.runs / ".20990101T000000Z.partial"
    stray.mkdir(parents=True)
    settings.build_lock.touch()
    assert not is_running(settings)
    assert stray.exists()
    with one_build_at_a_time(settings):
        assert not stray.exists()


def test_a_link_that_was_about_to_be_renamed_is_put_back(settings: Settings) -> None:
    """On Windows a link is swapped in two steps, and a kill between them leaves none."""
    finished = publish(settings, public=PUBLIC_TABLES)
    settings.current.rename(settings.data_dir / ".current.0a1b2c3d.tmp.old")
    sweep(settings)
    assert of_one_run(settings) == finished.run_id


def test_sweeping_a_folder_that_cannot_be_written_stops_nobody(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(settings)

    def read_only(*_: Any, **__: Any) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "unlink", read_only)
    (settings.data_dir / ".published.0a1b2c3d.tmp").symlink_to("nowhere")
    sweep(settings)


def test_a_reader_never_finds_a_part_missing_or_of_another_run(settings: Settings) -> None:
    """Reads tables, reports and manifests of all parts without a pause, while one run after the other is published."""
    publish(settings, public=PUBLIC_TABLES)
    reader = subprocess.Popen(
        [sys.executable, "-m", "tests.small_runs", "--read", str(settings.data_dir)], stdout=subprocess.PIPE, text=True
    )
    for value in range(2, 10):
        time.sleep(0.3)
        write_warehouse(settings, value)
        write_public_tables(settings, value)
        publish(settings, public=PUBLIC_TABLES)
    (settings.data_dir / "stop").touch()
    output, _ = reader.communicate(timeout=60)
    found = json.loads(output)
    assert found["failures"] == []
    assert found["seen"] > 2 and found["rounds"] > 10


@pytest.mark.parametrize("seed", range(3))
def test_a_run_killed_at_any_moment_leaves_everything_of_one_run_and_the_next_sweeps(
    settings: Settings, seed: int
) -> None:
    at = random.Random(seed)
    for _ in range(4):
        with subprocess.Popen(
            [sys.executable, "-m", "tests.small_runs", str(settings.data_dir)], stdout=subprocess.PIPE, text=True
        ) as publishing:
            assert publishing.stdout is not None
            publishing.stdout.readline()  # the first is published; the next is killed somewhere
            time.sleep(at.uniform(0.3, 1.6))
            publishing.kill()
        of_one_run(settings)
    write_warehouse(settings)
    write_public_tables(settings, 1)
    sweep(settings)
    finished = publish(settings, public=PUBLIC_TABLES)
    assert of_one_run(settings) == finished.run_id
    left = {name for name in everything(settings) if name.rpartition("/")[2].startswith(".")}
    assert left == set()


@pytest.mark.parametrize("step", range(14))
def test_a_swap_that_breaks_off_after_any_of_its_steps_leaves_everything_of_one_run(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """Each renaming in turn is the last that happens, as if the process were killed there."""
    first = publish(settings, public=PUBLIC_TABLES)
    write_warehouse(settings, 2)
    write_public_tables(settings, 2)
    aside = whole.begin(settings)
    for variant, tables in ((INTERNAL, EXPECTED), (PUBLIC, PUBLIC_TABLES)):
        write_publication(settings, aside, tables, variant=variant)
        write_reports(aside, variant, REPORTS)
    write_restricted(settings, aside, [], synthetic=True)
    done = 0
    genuine = {name: getattr(Path, name) for name in ("rename", "replace")}

    class KilledError(BaseException):
        pass

    def counted(name: str) -> Any:
        def step_or_die(path: Path, target: Path) -> Path:
            nonlocal done
            if done >= step:
                raise KilledError
            done += 1
            return genuine[name](path, target)

        return step_or_die

    for name in genuine:
        monkeypatch.setattr(Path, name, counted(name))
    was_killed = True
    try:
        whole.swap_in(settings, with_reports=True)
        was_killed = False
    except KilledError:
        pass
    monkeypatch.undo()
    found = of_one_run(settings)
    assert found in (first.run_id, aside.run_id)
    assert was_killed or found == aside.run_id
    sweep(settings)
    assert of_one_run(settings) == found
    # A run that was killed just before the last step is whole, and kept like an older one.
    runs = {path.name for path in settings.runs.iterdir()}
    assert {first.run_id, found} <= runs <= {first.run_id, aside.run_id}
    for part in whole.parts(settings):
        assert {path.name for path in part.folders.iterdir()} == runs


def of_one_run_after(finished: whole.Swapped, settings: Settings) -> bool:
    return of_one_run(settings) == finished.run_id
