"""Paths as the tools read them: a name is a name, whatever marks it holds."""

import sys
from pathlib import Path

import duckdb
import pytest
import yaml

from orchestration import cli
from orchestration.errors import UserError
from orchestration.settings import REPOSITORY, Settings

NAMES = ["[OFFICIAL] #1", "[a-z]", "[!a]", "a[", "]a", "{3F25} {{x}}", "O'Brien & co; 100%", "é=1, (2)", "x=1", "a  b"]
NOT_ON_WINDOWS = ["a*b", "**", 'a "quote"', "a:b", "a<b>|c"]


@pytest.mark.parametrize("name", NAMES + ([] if sys.platform == "win32" else NOT_ON_WINDOWS))
def test_a_source_reads_its_own_folder_and_no_other(tmp_path: Path, name: str) -> None:
    settings = Settings(tmp_path / name)
    # Names that some mark of the list, taken for a pattern, would match.
    for folder in (settings.data_dir, tmp_path / "a", tmp_path / "O #1", tmp_path / "b", tmp_path / "axb"):
        table = folder / "raw" / "ssda903" / "header" / "delivery_id=1"
        table.mkdir(parents=True, exist_ok=True)
        text = (table / "header.parquet").as_posix().replace("'", "''")
        duckdb.sql(f"copy (select '{folder.name.replace(chr(39), '')}' as folder) to '{text}' (format parquet)")
    sources = yaml.safe_load((REPOSITORY / "models/staging/ssda903/_ssda903__sources.yml").read_text(encoding="utf-8"))
    template = sources["sources"][0]["config"]["meta"]["external_location"]
    # As dbt-duckdb inserts it: by str.format, which reads the template and not what it inserts.
    relation = template.format(raw_pattern=settings.raw_pattern, name="header")
    assert duckdb.sql(f"from {relation}").fetchall() == [(name.replace("'", ""),)]


@pytest.mark.parametrize("group", ["dfe", "iro", "landing", "reference", "ssda903"])
def test_every_source_reads_by_that_pattern(group: str) -> None:
    text = (REPOSITORY / f"models/staging/{group}/_{group}__sources.yml").read_text(encoding="utf-8")
    meta = yaml.safe_load(text)["sources"][0]["config"]["meta"]
    default = "(env_var('CLA_DATA_DIR', '') or 'data') ~ '/raw'"
    assert meta["raw_pattern"] == f"{{{{ env_var('CLA_RAW_PATTERN', {default}) }}}}"
    assert meta["external_location"].startswith("read_parquet('{raw_pattern}/")
    assert "CLA_DATA_DIR" not in meta["external_location"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows allows no folder of these names")
@pytest.mark.parametrize(
    ("name", "called"),
    [("a?b", "a question mark (?)"), ("a\\b", "a backslash (\\)"), ("a\nb", "a character that does not print")],
)
@pytest.mark.parametrize("command", ["build", "demo", "publish", "status"])
def test_a_mark_that_no_spelling_helps_is_named_before_anything_is_written(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    called: str,
    command: str,
) -> None:
    monkeypatch.setenv("CLA_DATA_DIR", str(tmp_path / name))
    assert cli.run([command]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        f"Error: The data folder (CLA_DATA_DIR) has {called} in its path, which DuckDB cannot read; "
        "choose a folder without.\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://warehouse.council.example", "https://warehouse.council.example"),
        (" https://Warehouse.Council.example/ ", "https://warehouse.council.example"),
        ("https://warehouse.council.example:443", "https://warehouse.council.example"),
        ("https://warehouse.council.example:8443/", "https://warehouse.council.example:8443"),
        ("", ""),
    ],
)
def test_the_proxys_address_is_read_as_a_browser_writes_its_origin(
    monkeypatch: pytest.MonkeyPatch, written: str, origin: str
) -> None:
    monkeypatch.setenv("CLA_WEB_ADDRESS", written)
    assert Settings.from_environment().web_address == origin


@pytest.mark.parametrize(
    "written",
    ["http://warehouse.council.example", "warehouse.council.example", "https://", "https://*", "https://a/b",
     "https://a@b", "https://a,https://b", "https://a:b", "null"],
)  # fmt: skip
def test_an_address_that_is_none_or_without_tls_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], written: str
) -> None:
    """Traps a guard that lets in a name that nobody can have, or a password that anybody can read on its way."""
    monkeypatch.setenv("CLA_WEB_ADDRESS", written)
    assert cli.run(["status"]) == 1
    assert capsys.readouterr().err.startswith("Error: CLA_WEB_ADDRESS should be the address of the reverse proxy")


def test_what_numbers_are_protected_against_is_one_of_two(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CLA_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("CLA_PROTECT_AGAINST", raising=False)
    assert Settings.from_environment().protect_against == "released"
    monkeypatch.setenv("CLA_PROTECT_AGAINST", "built")
    assert Settings.from_environment().protect_against == "built"
    monkeypatch.setenv("CLA_PROTECT_AGAINST", "nothing")
    with pytest.raises(UserError, match="released or built"):
        Settings.from_environment()


@pytest.mark.parametrize(
    ("written", "path"), [("", ""), ("/", ""), ("care", "/care"), ("/care/", "/care"), (" /a-b/c_1 ", "/a-b/c_1")]
)
def test_the_path_of_the_site_begins_with_a_slash_and_ends_with_none(
    monkeypatch: pytest.MonkeyPatch, written: str, path: str
) -> None:
    monkeypatch.setenv("CLA_SITE_PATH", written)
    assert Settings.from_environment().site_path == path


@pytest.mark.parametrize("written", ["https://a.example/care", "/care/../x", "/a b", "/a//b", "/care\nplugins:"])
def test_a_path_that_no_site_can_have_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], written: str
) -> None:
    """Traps a path that would end the line of Evidence's settings and begin another."""
    monkeypatch.setenv("CLA_SITE_PATH", written)
    assert cli.run(["status"]) == 1
    assert capsys.readouterr().err.startswith("Error: CLA_SITE_PATH should be a path")
