"""The site: what it needs, what its pages may load, and that a failed build leaves the last good one.

Evidence itself runs in tests/integration/test_site_build.py; here a script of a few lines stands in for it.
"""

import base64
import hashlib
import json
import os
import re
import shutil
import stat
import sys
import time
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from orchestration.errors import UserError
from orchestration.publish.publication import INTERNAL, PUBLIC, Variant
from orchestration.settings import Settings
from orchestration.site import builder as site
from orchestration.site.builder import build_site, check_pages, node_and_npm, policy, with_policy

PAGE = """<!doctype html>
<html lang="en">
	<head>
		<meta charset="utf-8" />
		<script>first()</script>
		<script src="/outside.js"></script>
	</head>
	<body><script type="application/json" data-x>{"a": 1}</script><p>Figures</p><script>
			second()
		</script></body>
</html>
"""

STAND_IN = """
import os, pathlib, sys, time
step = sys.argv[1]
mood = pathlib.Path("scripts/mood").read_text().split()
pathlib.Path("steps").open("a").write(step + "\\n")
of = os.environ["CLA_SITE_VERSION"].rpartition("-")[2]
if {f"fail-{step}", f"fail-{step}-{of}"} & set(mood):
    sys.exit(1)
if f"hang-{step}" in mood:
    child = os.fork()
    if child:
        pathlib.Path("child").write_text(str(child))
    time.sleep(60)
if step == "build:strict":
    page = pathlib.Path("scripts/page.html").read_text()
    for name in ("index.html", "metrics/a/index.html", "metrics/b/index.html"):
        path = pathlib.Path("build", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page)
    for name in ("evidence.config.yaml", "components/authorities.json"):
        pathlib.Path("build", pathlib.Path(name).name).write_bytes(pathlib.Path(name).read_bytes())
    base = pathlib.Path("evidence.config.yaml").read_text().partition("basePath: ")[2].strip()
    app = pathlib.Path("build/_app/immutable")
    for name in ("assets/db.a1.wasm", "workers/run.b2.js", "chunks/own.js"):
        (app / name).parent.mkdir(parents=True, exist_ok=True)
    (app / "assets/db.a1.wasm").write_text(of if "another-wasm" in mood else "database")
    (app / "workers/run.b2.js").write_text("run()")
    urls = [f'"{base}/_app/immutable/{name}"' for name in ("assets/db.a1.wasm", "workers/run.b2.js", "chunks/x.js")]
    (app / "chunks/own.js").write_text("\\n".join(urls))
"""

OTHERS = {"201": "City of London", "933": '<i>St Mary\'s</i> & "Isles"'}
"""Authorities beside the one that is always published, one with a name that HTML could take for its own."""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of two pages, whose Evidence is the stand-in and whose npm only says that it ran."""
    project = tmp_path / "project"
    for name in ("components", "pages/metrics", "scripts", "sources/care"):
        (project / name).mkdir(parents=True)
    shutil.copyfile(site.PROJECT / site.BESIDE, project / site.BESIDE)
    for name in site.FILES:
        (project / name).write_text("{}")
    (project / "pages" / "index.md").write_text("# Home")
    (project / "pages" / "metrics" / "[metric].md").write_text("# Metric")
    (project / "scripts" / "patch-usql.mjs").write_text("")
    (project / "scripts" / "stand_in.py").write_text(STAND_IN)
    (project / "scripts" / "mood").write_text("well")
    (project / "scripts" / "page.html").write_text(PAGE)
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\nmkdir -p node_modules\necho install >> steps\n")
    npm.chmod(0o700)
    monkeypatch.setattr(site, "PROJECT", project)
    monkeypatch.setattr(site, "EVIDENCE", "scripts/stand_in.py")
    monkeypatch.setattr(site, "node_and_npm", lambda: (sys.executable, str(npm)))
    monkeypatch.setattr(site, "prepare_manifest", lambda settings: project / "package.json")
    monkeypatch.setattr(site, "write_data_dictionary", lambda words, path: None)
    monkeypatch.setattr(site, "write_source", lambda database, destination, *_, internal: source(destination))
    over_it = project / "internal" / "scripts"
    over_it.mkdir(parents=True)
    (over_it / "page.html").write_text(PAGE.replace("<p>Figures</p>", f"<p>{site.BANNER}</p>"))
    return project


@pytest.fixture
def settings(tmp_path: Path, project: Path) -> Settings:
    for name in ("published_public", "published"):
        publication = tmp_path / "data" / name
        publication.mkdir(parents=True)
        manifest = {"run_id": "20250430T120000Z", "published_at": "2025-04-30T12:00:00+00:00", "is_synthetic": True}
        (publication / "manifest.json").write_text(json.dumps(manifest))
        with duckdb.connect(str(publication / "children_in_care.duckdb")) as db:
            db.execute("create schema marts")
            db.execute(
                "create table marts.metric_values as "
                "select '812' as la_code, date '2025-03-31' as period_end, 'financial_year' as period_type"
            )
            db.execute(
                "create table marts.dim_authority as "
                "select '812' as la_code, 'North East Lincolnshire' as la_name, 'The Humber' as region_name"
            )
    return Settings(tmp_path / "data")


@pytest.fixture
def several(settings: Settings) -> Settings:
    """The same with three authorities published, and one that has delivered nothing."""
    for publication in (settings.published, settings.published_public):
        with duckdb.connect(str(publication / "children_in_care.duckdb")) as db:
            for la_code, name in OTHERS.items():
                db.execute("insert into marts.dim_authority values (?, ?, null)", [la_code, name])
                db.execute("insert into marts.metric_values values (?, date '2025-03-31', 'financial_year')", [la_code])
            db.execute("insert into marts.dim_authority values ('999', 'Silent', 'London')")
    return settings


def source(destination: Path) -> None:
    destination.unlink(missing_ok=True)
    with duckdb.connect(str(destination)) as db:
        db.execute("create schema marts")
        db.execute("create table marts.metric_catalogue as select unnest(['a', 'b']) as metric_id")


def steps(settings: Settings) -> list[str]:
    path = settings.site_workspace / "steps"
    done = path.read_text().split()
    path.unlink()
    return done


def test_a_site_is_put_in_place_whole_and_for_its_owner_alone(settings: Settings) -> None:
    finished = build_site(settings)
    assert finished.folder == settings.site and finished.pages == 3
    for path in settings.site.resolve().rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    assert (settings.site / "index.html").read_text() == with_policy(PAGE)
    about = json.loads((settings.site / "manifest.json").read_text())
    assert (about["run_id"], about["la_code"]) == ("20250430T120000Z", "812")
    assert (settings.site / "authorities.json").read_bytes() == (site.PROJECT / site.BESIDE).read_bytes()


def test_the_internal_site_lies_apart_and_leaves_nothing_in_the_workspace(settings: Settings, project: Path) -> None:
    """Traps an internal row that the next public build would find there, and a link that leads to the wrong site."""
    build_site(settings)
    public = settings.site.resolve()
    finished = build_site(settings, variant=INTERNAL)
    assert finished.folder == settings.site_internal
    assert settings.site.resolve() == public
    assert site.BANNER in (settings.site_internal / "index.html").read_text()
    for path in [settings.site_internal_builds, *settings.site_internal.resolve().rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    left = {path.name for path in settings.site_workspace.iterdir()}
    assert not left & {".evidence", "build", *site.FOLDERS}
    build_site(settings)
    assert site.BANNER not in (settings.site / "index.html").read_text()
    assert not (settings.site_workspace / site.OVER_IT).exists()


def test_what_fails_of_the_internal_site_leaves_nothing_in_the_workspace_either(
    settings: Settings, project: Path
) -> None:
    (project / "scripts" / "mood").write_text("fail-build:strict")
    with pytest.raises(UserError, match="could not build the pages"):
        build_site(settings, variant=INTERNAL)
    assert not {path.name for path in settings.site_workspace.iterdir()} & {".evidence", "build", *site.FOLDERS}
    assert not settings.site_internal.exists()


@pytest.mark.parametrize("variant", [PUBLIC, INTERNAL])
def test_a_page_that_says_wrongly_whose_it_is_stops_the_site(
    settings: Settings, project: Path, variant: Variant
) -> None:
    wrong = PAGE if variant is INTERNAL else PAGE.replace("Figures", site.BANNER)
    for page in (project / "scripts" / "page.html", project / "internal" / "scripts" / "page.html"):
        page.write_text(wrong)
    with pytest.raises(UserError, match="does not say rightly whether it is OFFICIAL-SENSITIVE"):
        build_site(settings, variant=variant)
    assert not site.site_link(settings, variant).exists()


def test_several_authorities_stand_side_by_side_below_their_codes(several: Settings, project: Path) -> None:
    """Each with pages built for itself; the first page leads to them, and says no name as HTML."""
    stages: list[str] = []
    finished = build_site(several, progress=stages.append)
    folders = {path.name for path in several.site.iterdir() if path.is_dir()}
    assert folders == {"201", "812", "933", "_app"} and finished.pages == 1 + 3 * 3
    assert [stage for stage in stages if stage.startswith("Building")] == [
        f"Building the site, {number} of 3: {name}"
        for number, name in enumerate((OTHERS["933"], "City of London", "North East Lincolnshire"), 1)
    ]
    assert steps(several) == ["install", *["sources", "build:strict"] * 3]
    for code in folders - {"_app"}:
        assert (several.site / code / "metrics" / "b" / "index.html").read_text() == with_policy(PAGE)
        assert (several.site / code / "evidence.config.yaml").read_text().endswith(f"  basePath: /{code}\n")
        beside = json.loads((several.site / code / "authorities.json").read_text())
        assert beside["all"] == "/"
        assert {one["base"]: one["name"] for one in beside["authorities"]} == {
            "/812": "North East Lincolnshire",
            **{f"/{code}": name for code, name in OTHERS.items()},
        }
    first = (several.site / "index.html").read_text()
    assert re.findall(r'<a href="(\d+/)">', first) == ["933/", "201/", "812/"]
    assert "<i>" not in first and "&lt;i&gt;St Mary&#39;s&lt;/i&gt; &amp; &#34;Isles&#34;" in first
    assert f'content="{policy(first)}"' in first and site.BANNER not in first and "Silent" not in first
    about = json.loads((several.site / "manifest.json").read_text())
    assert about["authorities"] == {"812": "North East Lincolnshire", **OTHERS} and "la_code" not in about
    for path in several.site.resolve().rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_one_of_several_stands_at_the_root(several: Settings) -> None:
    """And after a site of all, which leaves nothing for it."""
    build_site(several)
    build_site(several, "812")
    assert not (several.site / "812").exists()
    assert (several.site / "index.html").read_text() == with_policy(PAGE)
    assert "basePath" not in (several.site / "evidence.config.yaml").read_text()
    assert json.loads((several.site / "authorities.json").read_text())["authorities"] == []
    assert json.loads((several.site / "manifest.json").read_text())["la_code"] == "812"
    with pytest.raises(UserError, match="no figures of authority 999"):
        build_site(several, "999")


def test_several_authorities_stand_below_a_path_together(several: Settings) -> None:
    build_site(replace(several, site_path="/care"))
    assert (several.site / "201" / "evidence.config.yaml").read_text().endswith("  basePath: /care/201\n")
    beside = json.loads((several.site / "201" / "authorities.json").read_text())
    assert beside["all"] == "/care/" and "/care/812" in {one["base"] for one in beside["authorities"]}
    assert json.loads((several.site / "manifest.json").read_text())["path"] == "/care"


@pytest.mark.parametrize("path", ["", "/care"])
def test_the_database_for_browsers_is_there_once(several: Settings, path: str) -> None:
    build_site(replace(several, site_path=path))
    root = several.site.resolve()
    assert list(root.rglob("*.wasm")) == [root / "_app" / "immutable" / "assets" / "db.a1.wasm"]
    for code in ("812", *OTHERS):
        app = several.site / code / "_app" / "immutable"
        assert not list((app / "workers").iterdir()) and not list((app / "assets").iterdir())
        asked = [line.strip('"') for line in (app / "chunks" / "own.js").read_text().splitlines()]
        assert asked == [
            f"{path}/_app/immutable/assets/db.a1.wasm",
            f"{path}/_app/immutable/workers/run.b2.js",
            f"{path}/{code}/_app/immutable/chunks/x.js",
        ]
        assert all((several.site / name.removeprefix(f"{path}/")).exists() for name in asked[:2])


def test_what_is_not_the_same_stays_each_authoritys_own(several: Settings, project: Path) -> None:
    (project / "scripts" / "mood").write_text("another-wasm")
    build_site(several)
    assert (several.site / "_app/immutable/assets/db.a1.wasm").read_text() == "933"  # the first by name
    for code in ("201", "812"):
        app = several.site / code / "_app" / "immutable"
        assert (app / "assets" / "db.a1.wasm").read_text() == code
        assert f'"/{code}/_app/immutable/assets/db.a1.wasm"' in (app / "chunks" / "own.js").read_text()


@pytest.mark.parametrize("variant", [PUBLIC, INTERNAL])
def test_where_one_authority_fails_it_is_named_and_none_is_given_out(
    several: Settings, project: Path, variant: Variant
) -> None:
    build_site(several, variant=variant)
    good = site.site_link(several, variant).resolve()
    (project / "scripts" / "mood").write_text("fail-build:strict-812")
    with pytest.raises(UserError, match=r"The site of North East Lincolnshire \(812\): Evidence could not build the"):
        build_site(several, variant=variant)
    assert site.site_link(several, variant).resolve() == good
    assert list(good.parent.iterdir()) == [good]  # nothing of those that were built before it
    if variant is INTERNAL:
        assert not {path.name for path in several.site_workspace.iterdir()} & {".evidence", "build", *site.FOLDERS}


def test_the_internal_site_of_several_says_so_on_its_first_page_too(
    several: Settings, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_site(several, variant=INTERNAL)
    assert all(site.BANNER in page.read_text() for page in several.site_internal.resolve().rglob("index.html"))
    for path in [several.site_internal_builds, *several.site_internal.resolve().rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    assert not several.site.exists()
    monkeypatch.setattr(site, "first_page", lambda *_, **__: PAGE)
    with pytest.raises(UserError, match="does not say rightly whether it is OFFICIAL-SENSITIVE"):
        build_site(several, variant=INTERNAL)


def test_a_path_is_told_to_evidence_and_stands_in_the_manifest(settings: Settings) -> None:
    settings = replace(settings, site_path="/care")
    build_site(settings)
    config = (settings.site_workspace / "evidence.config.yaml").read_text()
    assert config.endswith("deployment:\n  basePath: /care\n")
    assert json.loads((settings.site / "manifest.json").read_text())["path"] == "/care"
    build_site(replace(settings, site_path=""))
    assert "basePath" not in (settings.site_workspace / "evidence.config.yaml").read_text()


def test_evidence_is_installed_again_only_where_the_lock_or_the_patch_changed(
    settings: Settings, project: Path
) -> None:
    build_site(settings)
    assert steps(settings) == ["install", "sources", "build:strict"]
    (project / "pages" / "index.md").write_text("# Another home")
    build_site(settings)
    assert steps(settings) == ["sources", "build:strict"]
    (project / "package-lock.json").write_text('{"another": "lock"}')
    build_site(settings)
    assert steps(settings) == ["install", "sources", "build:strict"]


def test_the_current_site_and_the_one_before_it_are_kept(settings: Settings) -> None:
    for _ in range(3):
        build_site(settings)
    assert len(list(settings.site_builds.iterdir())) == site.KEPT


@pytest.mark.parametrize(
    ("mood", "says"),
    [
        ("fail-sources", "could not read the figures; the last good site stays"),
        ("fail-build:strict", "could not build the pages; the last good site stays"),
        ("hang-sources", "within 0 minutes"),
    ],
)
def test_what_fails_leaves_the_last_good_site(
    settings: Settings, project: Path, monkeypatch: pytest.MonkeyPatch, mood: str, says: str
) -> None:
    build_site(settings)
    good = settings.site.resolve()
    (project / "scripts" / "mood").write_text(mood)
    monkeypatch.setattr(site, "SOURCES_SECONDS", 2)
    with pytest.raises(UserError, match=says):
        build_site(settings)
    assert settings.site.resolve() == good and (good / "index.html").exists()
    assert [path for path in settings.site_builds.iterdir() if path.name.startswith(".")] == []


@pytest.mark.skipif(sys.platform == "win32", reason="processes are ended in another way on Windows")
def test_a_step_that_hangs_is_ended_with_all_that_it_started(
    settings: Settings, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "scripts" / "mood").write_text("hang-sources")
    monkeypatch.setattr(site, "SOURCES_SECONDS", 2)
    with pytest.raises(UserError, match="hangs without a word"):
        build_site(settings)
    child = int((settings.site_workspace / "child").read_text())
    for _ in range(50):
        if not is_alive(child):
            break
        time.sleep(0.1)
    assert not is_alive(child)


def is_alive(process: int) -> bool:
    try:
        # An ended process that nobody has asked for yet still has its number.
        state = Path(f"/proc/{process}/stat")
        if state.exists():
            return state.read_text().rpartition(")")[2].split()[0] != "Z"
        os.kill(process, 0)
    except (ProcessLookupError, FileNotFoundError):
        return False
    return True


def test_an_installation_that_fails_names_the_proxy(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "npm").write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(UserError, match="https-proxy"):
        build_site(settings)


def test_an_error_in_a_page_stops_the_site(settings: Settings, project: Path) -> None:
    (project / "scripts" / "page.html").write_text(PAGE.replace("Figures", "Binder Error: no such column"))
    with pytest.raises(UserError, match=r"wrote an error into index\.html"):
        build_site(settings)
    assert not settings.site.exists()


def test_a_page_that_is_left_out_stops_the_site(settings: Settings, tmp_path: Path) -> None:
    build_site(settings)
    built = settings.site.resolve()
    (built / "metrics" / "b" / "index.html").unlink()
    with pytest.raises(UserError, match=r"left out metrics/b/index\.html"):
        check_pages(settings.site_workspace, built, settings.site_workspace / "sources/care/care_source.duckdb")


def test_without_a_public_publication_nothing_is_built(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no publication for the public"):
        build_site(Settings(tmp_path / "elsewhere"))


@pytest.mark.parametrize("mark", ["#", "%", "'", "(", ")"])
def test_a_mark_that_evidence_cannot_read_in_a_path_is_named_before_anything_is_written(
    settings: Settings, mark: str
) -> None:
    folder = settings.data_dir.rename(settings.data_dir.with_name(f"data {mark}1"))
    before = sorted(folder.rglob("*"))
    with pytest.raises(
        UserError, match=f"cannot read a path that holds {re.escape(mark)}, as .*Everything else builds"
    ):
        build_site(Settings(folder))
    assert sorted(folder.rglob("*")) == before


def test_without_node_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site.shutil, "which", lambda name: None)
    with pytest.raises(UserError, match=r"Node\.js 20 or newer with npm, and Node\.js was not found.*need neither"):
        node_and_npm()


def test_an_old_node_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    node = tmp_path / "node"
    node.write_text("#!/bin/sh\necho v18.19.0\n")
    node.chmod(0o700)
    monkeypatch.setattr(site.shutil, "which", lambda name: str(node))
    with pytest.raises(UserError, match=r"this one is v18\.19\.0"):
        node_and_npm()


def test_the_policy_names_the_inline_scripts_of_its_page_and_allows_no_others() -> None:
    allowed = policy(PAGE)
    hashes = {
        "'sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() + "'"
        for script in ("first()", "\n\t\t\tsecond()\n\t\t")
    }
    scripts = set(allowed.partition("script-src ")[2].partition(";")[0].split())
    assert scripts == {"'self'", "'wasm-unsafe-eval'", *hashes}
    assert allowed.startswith("default-src 'none'; ")
    assert "http" not in allowed and "*" not in allowed


def test_a_page_has_its_policy_before_anything_that_it_loads() -> None:
    page = with_policy(PAGE)
    assert page.index("content-security-policy") < page.index("<script")
    assert policy(page) == policy(PAGE)
    with pytest.raises(UserError, match="no place for its security policy"):
        with_policy("<html></html>")
