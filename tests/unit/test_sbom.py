"""The bills of materials and the list of licences: in step with the locks, whole, and without an unknown licence."""

import json
import re
import runpy
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.licenses import canonicalize_license_expression
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).resolve().parents[2]
BEHIND = "run `make sbom`"


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    return runpy.run_path(str(REPOSITORY / "scripts" / "generate_sbom.py"))


@pytest.fixture(scope="module")
def components() -> dict[tuple[str, str], dict[str, Any]]:
    content = json.loads((REPOSITORY / "docs/sbom/python.cdx.json").read_text(encoding="utf-8"))
    return {(one["name"], one["version"]): one for one in content["components"]}


@pytest.fixture(scope="module")
def lock() -> dict[tuple[str, str], set[str]]:
    """Each package of the two locks with its hashes, read here a second time and not by the script."""
    found: dict[tuple[str, str], set[str]] = {}
    names = ("requirements.lock", "requirements-spark.lock")
    for line in "".join((REPOSITORY / name).read_text(encoding="utf-8") for name in names).splitlines():
        if entry := re.match(r"([a-z0-9-]+)==([^ ;]+)", line):
            hashes = found.setdefault((entry[1], entry[2]), set())
        hashes |= set(re.findall(r"--hash=sha256:([0-9a-f]{64})", line))
    return found


def test_the_bill_of_python_is_what_the_lock_gives(script: dict[str, Any]) -> None:
    assert script["SBOM"].read_text(encoding="utf-8") == script["python_bill"](), BEHIND


def test_the_bill_of_the_site_is_what_its_lock_gives(script: dict[str, Any]) -> None:
    assert script["SITE_SBOM"].read_text(encoding="utf-8") == script["site_bill"](), BEHIND


def test_the_list_of_licences_is_what_both_give(script: dict[str, Any]) -> None:
    assert script["LICENCES"].read_text(encoding="utf-8") == script["licences_page"](), BEHIND


def test_every_locked_package_is_in_the_bill_with_its_hashes(
    components: dict[tuple[str, str], dict[str, Any]], lock: dict[tuple[str, str], set[str]]
) -> None:
    assert len(lock) > 150 and components.keys() == lock.keys()
    for (name, version), component in components.items():
        assert component["purl"] == component["bom-ref"] == f"pkg:pypi/{name}@{version}"
        assert lock[name, version] and {one["alg"] for one in component["hashes"]} == {"SHA-256"}
        assert {one["content"] for one in component["hashes"]} == lock[name, version]


def test_the_licence_that_an_installed_package_states_is_the_one_in_the_bill(
    components: dict[tuple[str, str], dict[str, Any]],
) -> None:
    stated = 0
    for one in distributions():
        key = canonicalize_name(one.metadata["Name"]), one.version
        # Who develops may have installed more than the lock.
        if key in components and (told := one.metadata.get("License-Expression")):
            stated += 1
            (licence,) = components[key]["licenses"]
            assert licence == {"expression": canonicalize_license_expression(told)}
    assert stated > 50


def test_every_licence_is_one_that_spdx_knows_and_that_is_allowed(script: dict[str, Any]) -> None:
    packages = [*script["python_packages"](), *script["site_packages"]()]
    for one in packages:
        assert canonicalize_license_expression(one.licence) == one.licence
    assert script["refused"](packages) == []


@pytest.mark.parametrize(
    ("licence", "is_allowed"),
    [
        ("MIT", True),
        ("Apache-2.0 WITH LLVM-exception", True),
        ("GPL-3.0-only", False),
        ("AGPL-3.0-or-later", False),
        ("LGPL-2.1-only", False),
        ("SSPL-1.0", False),
        ("LicenseRef-Proprietary", False),
        ("MIT AND GPL-2.0-only", False),
        ("Artistic-1.0-Perl OR GPL-1.0-or-later", True),
        ("GPL-2.0-only OR AGPL-3.0-only", False),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", True),
        ("MIT AND (GPL-2.0-only OR AGPL-3.0-only)", False),
        ("GPL-3.0-only OR MIT AND AGPL-3.0-only", False),
        ("((MIT))", True),
    ],
)
def test_one_choice_of_an_or_is_enough_and_each_part_of_an_and_counts(
    script: dict[str, Any], licence: str, is_allowed: bool
) -> None:
    assert script["is_allowed"](licence) is is_allowed


def test_a_package_under_the_gpl_is_named(script: dict[str, Any]) -> None:
    package = script["Package"]("some-package", "1.0", (), "GPL-3.0-only", "required", "pkg:pypi/some-package@1.0")
    assert script["refused"]([package]) == ["some-package 1.0 is under GPL-3.0-only, which is not among ALLOWED."]


@pytest.mark.parametrize("said", ["", "BSD", "Dual License", "see LICENSE", "UNKNOWN"])
def test_what_has_no_one_meaning_is_no_licence(script: dict[str, Any], said: str) -> None:
    assert script["spdx"](said) is None


def test_a_package_of_unclear_licence_stops_the_script(script: dict[str, Any]) -> None:
    """Jinja2 says BSD and not which; without the line in READ_BY_HAND the script must not guess."""
    (jinja,) = (one for one in distributions() if one.metadata["Name"].lower() == "jinja2")
    with pytest.raises(SystemExit, match="licence of jinja2 is not clear"):
        script["licence_of"](jinja, "jinja2")


def test_what_was_read_by_hand_is_of_packages_that_are_locked(script: dict[str, Any]) -> None:
    """Traps a line that outlives its package, and would speak for another one of the name."""
    names = {one.name for one in script["python_packages"]()}
    assert set(script["READ_BY_HAND"]) <= names
    places = json.loads(script["SITE_LOCK"].read_text(encoding="utf-8"))["packages"]
    assert {f"node_modules/{place}" for place in script["READ_BY_HAND_FOR_THE_SITE"]} <= set(places)
    assert set(script["REMARKS"]) <= names | {one.name for one in script["site_packages"]()}


def test_what_runs_the_program_is_told_from_what_tests_it(
    components: dict[tuple[str, str], dict[str, Any]],
) -> None:
    scopes = {name: one["scope"] for (name, _), one in components.items()}
    for name in ("duckdb", "dagster", "starlette", "pandas", "numpy"):
        assert scopes[name] == "required"
    for name in ("pytest", "mypy", "sqlfluff", "playwright", "hypothesis"):
        assert scopes[name] == "excluded"
    optional = {name for name, scope in scopes.items() if scope == "optional"}
    assert optional == {"dbt-spark", "py4j", "pyspark", "sqlparams"}


def test_what_the_packages_for_spark_need_is_what_they_say_where_they_are_installed(script: dict[str, Any]) -> None:
    locked = {one.name for one in script["python_packages"]()}
    found = {canonicalize_name(one.metadata["Name"]): one for one in distributions()}
    if "pyspark" not in found:
        pytest.skip("Spark is not installed (`make spark`)")
    for name, _, _ in script["locked"](script["SPARK_LOCK"]):
        needed = {one.name for one in script["needed_by"](found[name], {"session"})} & locked
        assert needed == set(script["SPARK_NEEDS"].get(name, ())), name


def test_everything_locked_is_needed_by_something(script: dict[str, Any]) -> None:
    """Traps a package that nobody asked for, and a graph that misses a branch."""
    content = json.loads(script["SBOM"].read_text(encoding="utf-8"))
    needed = {reference for one in content["dependencies"] for reference in one["dependsOn"]}
    assert {one["bom-ref"] for one in content["components"]} == needed


@pytest.mark.parametrize("file", ["SBOM", "SITE_SBOM", "LICENCES"])
def test_nothing_in_them_changes_with_the_day_or_names_an_index(script: dict[str, Any], file: str) -> None:
    text = script[file].read_text(encoding="utf-8")
    assert not re.search(r"timestamp|serialNumber|pypi\.org|npmjs|registry|pythonhosted", text)
