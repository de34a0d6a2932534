"""What dbt has parsed serves every data folder of a clone: nothing of it depends on where the data lie."""

import json
import os
from pathlib import Path

import pytest

from orchestration.settings import Settings
from orchestration.transform.manifest import SHARED, prepare_manifest


def test_another_data_folder_takes_what_is_parsed_and_reads_its_own_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if SHARED not in os.environ:
        monkeypatch.setenv(SHARED, str(tmp_path / "shared"))
    first, second = Settings(tmp_path / "first"), Settings(tmp_path / "second")
    manifests = [json.loads(prepare_manifest(settings).read_bytes()) for settings in (first, second)]
    assert manifests[0]["nodes"].keys() == manifests[1]["nodes"].keys()
    raw = {source["meta"].get("raw_pattern") for source in manifests[1]["sources"].values()}
    assert second.raw_pattern in raw and first.raw_pattern not in raw
    assert "Unable to do partial parsing" not in (second.dbt_logs / "dbt.log").read_text(encoding="utf-8")
    assert str(first.data_dir) not in (second.dbt_manifest / "manifest.json").read_text(encoding="utf-8")
    told = json.loads((second.dbt_manifest / "perf_info.json").read_text(encoding="utf-8"))
    assert told["parsed_path_count"] == 0, "nothing is parsed twice"
