"""The Evidence sites: built from a publication in a workspace of their own, checked, and put in place whole.

There is one of the public figures for everyone, and one of the exact ones for the authority's own staff. Both are the
same pages; what the internal one has beside them lies in `site/internal` and is copied for that build alone. Where
several authorities are published, each has all pages to itself, below its code, built from its own rows alone: a page
that holds one authority's figures never shows another's. A first page leads to them.

Evidence is a program of Node's. It is installed once, from the lock in `site/`, and needs no network after that. It
may print error text into a page, hang without a word where its database asks the internet for an extension, or leave a
page out; so every step has a time limit and every page is looked at before the site before it is replaced.
"""

import base64
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration.documentation import definitions
from orchestration.documentation.definitions import write_definitions
from orchestration.documentation.dictionary import write_data_dictionary
from orchestration.errors import UserError
from orchestration.filesystem import (
    build_lock,
    flush_to_disk,
    private_directory,
    private_file,
    replace_link,
    write_private_text,
)
from orchestration.publish.publication import DATABASE, PUBLIC, Variant
from orchestration.publish.whole import MANIFEST, prune, remove_partial
from orchestration.settings import REPOSITORY, Settings
from orchestration.site.authorities import BESIDE, Authority, authorities_of, beside, first_page
from orchestration.site.source import write_source
from orchestration.transform.manifest import prepare_manifest

PROJECT = REPOSITORY / "site"
FOLDERS = ("components", "pages", "partials", "scripts", "sources", "static")
FILES = (".npmrc", "evidence.config.yaml", "package-lock.json", "package.json", "svelte.config.js")
OVER_IT = "internal"
"""The folder of the project that lies over the others where the internal site is built."""
DECIDE_THE_INSTALLATION = (".npmrc", "package-lock.json", "package.json", "scripts/patch-usql.mjs")
LOG = "site.log"
EVIDENCE = "node_modules/@evidence-dev/evidence/cli.js"
UNCHANGING = "_app/immutable"
SHARED = ("assets/*.wasm", "workers/*.js")
"""The database for browsers and what runs it: only scripts ask for them, by their whole address."""
KEPT = 2
"""The site before the current one stays, for browsers that have one of its pages open."""

NODE = 20
INSTALL_SECONDS, SOURCES_SECONDS, BUILD_SECONDS = 1800, 600, 1800
WITHOUT = "the Word, HTML and Excel reports, the Parquet files and the workbook need neither"
STAGES = ("Installing Evidence", "Reading the figures", "Building the site")
BANNER = "OFFICIAL-SENSITIVE"
"""What every page of the internal site says, and none of the public one."""

POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' {scripts}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)
"""What a page may load: its own host's files. Charts and tables carry style attributes, the database is WebAssembly."""

NOT_IN_A_PATH = re.compile(r"[#%'()]")
"""Marks that end a URL or a text for Evidence, or that it escapes and no longer finds: each seen to fail."""

ERRORS_IN_A_PAGE = re.compile(
    r"(?:Catalog|Binder|Parser|Conversion|Invalid Input|IO|Out of Range|Constraint|Not implemented) Error:"
    r"|is not defined</|Query is not defined|Error in (?:chart|table|component)|Internal Error",
    re.IGNORECASE,
)
_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL)
_CHARSET = re.compile(r'<meta charset="utf-8"\s*/?>', re.IGNORECASE)

Progress = Callable[[str], None]
"""Told the name of each stage as it begins."""


@dataclass(frozen=True)
class Site:
    """A finished site."""

    folder: Path
    pages: int
    files: int
    bytes: int


def build_site(
    settings: Settings,
    la_code: str | None = None,
    progress: Progress = lambda stage: None,
    variant: Variant = PUBLIC,
) -> Site:
    """Build the site of a variant's last publication and put it in place of the one before.

    It is of the authority asked for, or of all that are published: one alone stands at the root, several below their
    codes. All are built and checked before any reader sees one.

    Raises UserError, and leaves the last good site, where there is no such publication, no Node, no Evidence, or where
    a query, a page or the build fails; where there are several authorities it names the one. What the internal site was
    built from does not stay in the workspace.
    """
    publication = variant.link(settings).resolve()
    if not (publication / DATABASE).exists():
        for_whom = "the public" if variant.is_public else "the authority's own staff"
        raise UserError(f"There is no publication for {for_whom} to build a site from; run `cla build` first.")
    if found := NOT_IN_A_PATH.search(settings.site_workspace.as_posix()):
        raise UserError(
            f"Evidence, which builds the site, cannot read a path that holds {found[0]}, as {settings.data_dir} does; "
            "for the site choose a data folder without. Everything else builds there."
        )
    manifest = json.loads((publication / MANIFEST).read_text(encoding="utf-8"))
    authorities = authorities_of(publication / DATABASE, la_code)
    node, npm = node_and_npm()
    workspace = private_directory(settings.site_workspace)
    with build_lock(workspace / "site.lock"), _unfinished(settings, variant) as aside:
        (workspace / LOG).unlink(missing_ok=True)
        try:
            build = _Build(settings, variant, publication, manifest, node, npm)
            if len(authorities) == 1:
                pages = build(authorities[0], settings.site_path, aside, progress)
                of_whom: dict[str, Any] = {"la_code": authorities[0].la_code}
            else:
                pages = _build_several(build, authorities, aside, progress)
                of_whom = {"authorities": {one.la_code: one.name for one in authorities}}
        finally:
            if not variant.is_public:
                _clear(workspace)
        about = {
            "run_id": manifest["run_id"],
            "is_public": variant.is_public,
            "published_at": manifest["published_at"],
            **of_whom,
            "is_synthetic": manifest["is_synthetic"],
            "path": settings.site_path,
            "pages": pages,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        write_private_text(aside / MANIFEST, json.dumps(about, indent=2) + "\n")
        link, folder = _put_in_place(settings, aside, variant)
    files = [path for path in folder.rglob("*") if path.is_file()]
    return Site(link, pages, len(files), sum(path.stat().st_size for path in files))


@dataclass(frozen=True)
class _Build:
    """Builds the pages of one authority after the other, in the one workspace in which Evidence is installed."""

    settings: Settings
    variant: Variant
    publication: Path
    manifest: dict[str, Any]
    node: str
    npm: str

    def __call__(
        self, authority: Authority, path: str, place: Path, progress: Progress, all_of_them: str | None = None
    ) -> int:
        """Build an authority's pages to stand below `path`, check them, move them to `place` and return how many.

        `all_of_them` is what they have to know of the authorities beside it; nothing where it stands alone.
        """
        workspace = self.settings.site_workspace
        _synchronise(workspace, self.variant, path)
        if all_of_them is not None:
            (workspace / BESIDE).write_text(all_of_them, encoding="utf-8")
        version = f"{self.manifest['run_id']}-{authority.la_code}"
        run = _Runner(workspace, self.settings.node_environment(version))
        _install(workspace, self.node, self.npm, run, progress)
        progress(STAGES[1])
        words = json.loads(prepare_manifest(self.settings).read_bytes())
        write_data_dictionary(words, workspace / "static" / "data-dictionary.html")
        write_definitions(workspace / "static" / definitions.PAGE)
        source = workspace / "sources" / "care" / "care_source.duckdb"
        database, is_internal = self.publication / DATABASE, not self.variant.is_public
        write_source(database, source, authority.la_code, self.manifest, internal=is_internal)
        _evidence(run, [self.node, EVIDENCE, "sources", "--strict"], "read the figures", SOURCES_SECONDS)
        progress(STAGES[2])
        _evidence(run, [self.node, EVIDENCE, "build:strict"], "build the pages", BUILD_SECONDS)
        built = workspace / "build"
        pages = check_pages(workspace, built, source)
        _check_banner(pages, self.variant)
        for page in built.rglob("*.html"):
            _give_policy(page)
        built.rename(place)
        return len(pages)


def _build_several(build: _Build, authorities: Sequence[Authority], aside: Path, progress: Progress) -> int:
    """Build each authority's pages below its code, and the first page, that leads to them; return how many pages."""
    path, first, pages = build.settings.site_path, aside / "index.html", 1
    all_of_them = beside(authorities, path)
    private_directory(aside)
    write_private_text(first, first_page(authorities, build.manifest, is_public=build.variant.is_public))
    _check_banner([first], build.variant)
    _give_policy(first)
    for number, one in enumerate(authorities, 1):
        told = _naming(progress, f"{number} of {len(authorities)}: {one.name}")
        try:
            pages += build(one, f"{path}/{one.la_code}", aside / one.la_code, told, all_of_them)
            _share(aside, one.la_code, path)
        except UserError as error:
            raise UserError(f"The site of {one.name} ({one.la_code}): {error}") from None
    return pages


def _naming(progress: Progress, whom: str) -> Progress:
    return lambda stage: progress(f"{stage}, {whom}")


def node_and_npm() -> tuple[str, str]:
    """Return the programs, or say in one sentence what to install."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise UserError(
            f"The site needs Node.js {NODE} or newer with npm, and {'npm' if node else 'Node.js'} was not found; "
            f"{WITHOUT}."
        )
    asked = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 - no shell
    found = re.match(r"v(\d+)", asked.stdout)
    if found is None or int(found[1]) < NODE:
        raise UserError(
            f"The site needs Node.js {NODE} or newer, and this one is {asked.stdout.strip() or 'unknown'}; {WITHOUT}."
        )
    return node, npm


def check_pages(workspace: Path, built: Path, source: Path) -> list[Path]:
    """Return the pages of a build, or raise where one that belongs to it is missing or shows an error."""
    with duckdb.connect(str(source), read_only=True) as db:
        metrics = [name for (name,) in db.execute("select metric_id from marts.metric_catalogue order by 1").fetchall()]
    expected = set()
    for page in (workspace / "pages").rglob("*.md"):
        route = page.relative_to(workspace / "pages").with_suffix("").as_posix().removesuffix("index").rstrip("/")
        names = metrics if "[metric]" in route else [""]
        expected |= {"/".join(filter(None, (route.replace("[metric]", name), "index.html"))) for name in names}
    found = {path.relative_to(built).as_posix(): path for path in built.rglob("*.html")}
    if missing := sorted(expected - found.keys()):
        raise UserError(f"Evidence left out {_listed(missing)}; {_log_of(workspace)}.")
    broken = sorted(
        name for name in expected if ERRORS_IN_A_PAGE.search(_without_scripts(found[name].read_text(encoding="utf-8")))
    )
    if broken:
        raise UserError(f"Evidence wrote an error into {_listed(broken)}; {_log_of(workspace)}.")
    return [found[name] for name in sorted(expected)]


def with_policy(page: str) -> str:
    """Return a page with its content security policy, which names the page's own inline scripts by their hash."""
    if len(_CHARSET.findall(page)) != 1:
        raise UserError("A page of the site has no place for its security policy: was a pin of Evidence changed?")
    allowed = f'<meta http-equiv="content-security-policy" content="{policy(page)}">'
    return _CHARSET.sub(lambda found: f"{found[0]}\n\t\t{allowed}", page)


def policy(page: str) -> str:
    """Return the policy of a page."""
    hashes = {
        base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        for attributes, script in _SCRIPT.findall(page)
        if "src=" not in attributes and "application/json" not in attributes
    }
    return POLICY.format(scripts=" ".join(f"'sha256-{hashed}'" for hashed in sorted(hashes)))


def _check_banner(pages: list[Path], variant: Variant) -> None:
    """Raise where a page of the internal site lacks its banner, or one of the public site has it."""
    if any((BANNER in page.read_text(encoding="utf-8")) == variant.is_public for page in pages):
        raise UserError(f"A page of the site does not say rightly whether it is {BANNER}; the last good site stays.")


def _share(site: Path, la_code: str, path: str) -> None:
    """Keep once for all authorities what their browsers need alike: of an authority's 57 MB the database takes 40.

    The names of these files carry hashes of their content. Where one is not the same it stays the authority's own.
    """
    own, shared = site / la_code / UNCHANGING, site / UNCHANGING
    scripts = {script: script.read_text(encoding="utf-8") for script in own.rglob("*.js")}
    alike = [file for pattern in SHARED for file in own.glob(pattern)]
    for file in alike:
        name = file.relative_to(own).as_posix()
        place = shared / name
        if place.exists() and place.read_bytes() != file.read_bytes():
            continue
        private_directory(place.parent)
        file.replace(place)
        asked, given = (f'"{path}{below}/{UNCHANGING}/{name}"' for below in (f"/{la_code}", ""))
        scripts = {script: text.replace(asked, given) for script, text in scripts.items()}
    for script, text in scripts.items():
        if script.exists():
            script.write_text(text, encoding="utf-8", newline="\n")


def _give_policy(page: Path) -> None:
    page.write_text(with_policy(page.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")


def _clear(workspace: Path) -> None:
    """Take away all that a build was made from and left, but for what is installed."""
    for name in (".evidence", "build", *FOLDERS):
        if (workspace / name).exists():
            shutil.rmtree(workspace / name)


def _synchronise(workspace: Path, variant: Variant, base_path: str) -> None:
    """Make the workspace equal to the project, but for what is installed in it."""
    _clear(workspace)
    nothing_built = shutil.ignore_patterns("*.duckdb", "*.wal")
    for name in FOLDERS:
        for part in (PROJECT / name, *([] if variant.is_public else [PROJECT / OVER_IT / name])):
            if part.is_dir():
                shutil.copytree(part, workspace / name, ignore=nothing_built, dirs_exist_ok=True)
    for name in FILES:
        shutil.copyfile(PROJECT / name, workspace / name)
    if base_path:
        with (workspace / "evidence.config.yaml").open("a", encoding="utf-8") as file:
            file.write(f"deployment:\n  basePath: {base_path}\n")


def _install(workspace: Path, node: str, npm: str, run: "_Runner", progress: Progress) -> None:
    """Install what the lock names, unless just that is installed, and patch it."""
    stamp = workspace / "node_modules" / ".installed-for-the-site"
    wanted = hashlib.sha256(f"{node} {sys.platform}".encode())
    for name in DECIDE_THE_INSTALLATION:
        wanted.update((workspace / name).read_bytes())
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted.hexdigest():
        return
    progress(STAGES[0])
    stamp.unlink(missing_ok=True)
    # Not `npm ci`: a lock made on one system lacks the binaries of another, which `npm install` adds.
    code = run([npm, "install", "--no-audit", "--no-fund", "--ignore-scripts"], INSTALL_SECONDS)
    if code != 0:
        raise UserError(
            f"Evidence could not be installed{_after(code, INSTALL_SECONDS)} ({workspace / LOG} says why): behind a "
            "firewall tell npm of your proxy or mirror (`npm config set https-proxy ...` or `registry ...`); "
            f"{WITHOUT}."
        )
    _evidence(run, [node, "scripts/patch-usql.mjs"], "be patched", SOURCES_SECONDS)
    write_private_text(stamp, wanted.hexdigest())


def _evidence(run: "_Runner", command: list[str], what: str, seconds: int) -> None:
    code = run(command, seconds)
    if code != 0:
        hint = "; it hangs without a word where its database wants the internet (docs/site.md)" if code is None else ""
        raise UserError(f"Evidence could not {what}{_after(code, seconds)}; {_log_of(run.workspace)}{hint}.")


@dataclass(frozen=True)
class _Runner:
    """Runs programs of Node's in the workspace.

    What they print goes into the log: it is about tables and pages, and it names folders of this computer.
    """

    workspace: Path
    environment: dict[str, str]

    def __call__(self, command: list[str], seconds: int) -> int | None:
        """Run a program and return its exit code, or None where its time was over; nothing it started outlives it."""
        with (self.workspace / LOG).open("ab") as log:
            private_file(self.workspace / LOG)
            log.write(f"\n== {' '.join(command)}\n".encode())
            log.flush()
            process = subprocess.Popen(  # noqa: S603 - fixed programs and arguments, no shell
                command,
                cwd=self.workspace,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=sys.platform != "win32",
            )
            try:
                return process.wait(timeout=seconds)
            except subprocess.TimeoutExpired:
                return None
            finally:
                _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a program and all that it started."""
    if sys.platform == "win32":
        if process.poll() is None:
            subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)  # noqa: S603, S607 - fixed
    else:
        # The group outlives its first process where that left children behind.
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
    process.wait()


def site_link(settings: Settings, variant: Variant) -> Path:
    """Return the link to the last good site of a variant."""
    return settings.site if variant.is_public else settings.site_internal


@contextmanager
def _unfinished(settings: Settings, variant: Variant) -> Iterator[Path]:
    """Give the name of a folder among the builds, which is not there yet; what is left of it at the end goes away."""
    builds = private_directory(settings.site_builds if variant.is_public else settings.site_internal_builds)
    remove_partial(builds)
    try:
        yield builds / f".{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}.partial"
    finally:
        remove_partial(builds)


def _put_in_place(settings: Settings, aside: Path, variant: Variant) -> tuple[Path, Path]:
    """Give an unfinished build its name, for its owner alone, and let the site's link lead to it."""
    files = []
    for path in [aside, *aside.rglob("*")]:
        if path.is_dir():
            path.chmod(0o700)
        else:
            private_file(path)
            files.append(path)
    flush_to_disk(files)
    folder = aside.rename(aside.with_name(aside.name.removeprefix(".").removesuffix(".partial")))
    link = site_link(settings, variant)
    replace_link(link, folder)
    prune(folder.parent, keep=KEPT, current=folder)
    return link, folder


def _without_scripts(page: str) -> str:
    return _SCRIPT.sub("", page)


def _after(code: int | None, seconds: int) -> str:
    return f" within {seconds // 60} minutes" if code is None else ""


def _log_of(workspace: Path) -> str:
    return f"the last good site stays, and {workspace / LOG} says more"


def _listed(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
