"""The dbt manifest, which Dagster's asset graph is made from: parsed anew when the project changes, and only then."""

import hashlib
import os
import shutil
from pathlib import Path
from typing import Any

import msgpack
from filelock import FileLock

from orchestration.errors import UserError
from orchestration.filesystem import private_directory
from orchestration.private_errors import sentence_of
from orchestration.settings import REPOSITORY, Settings
from orchestration.transform.dbt import run_dbt

SOURCES = ("dbt_project.yml", "profiles.yml", "selectors.yml", "dbt_project", "models", "macros", "seeds", "tests/dbt")
"""What dbt reads of the repository."""

PARSE_RESULT = "partial_parse.msgpack"
"""What dbt keeps of a parsed project, so that it parses only what has changed since."""


SHARED = "CLA_PARSED_PROJECT"
"""The environment variable that names a folder where data folders of one clone share that, as those of a test run."""


def prepare_manifest(settings: Settings) -> Path:
    """Return the path of a manifest that is up to date, parsing the project if it is not.

    It has a folder of its own: a build writes dbt's target folder, and the web interface must be able to load its
    definitions meanwhile.
    """
    folder = private_directory(settings.dbt_manifest)
    manifest, stamp = folder / "manifest.json", folder / "fingerprint.txt"
    with FileLock(folder / "manifest.lock", mode=0o600):
        fingerprint = project_fingerprint(settings)
        if not (manifest.exists() and stamp.exists() and stamp.read_text() == fingerprint):
            stamp.unlink(missing_ok=True)
            parsed = folder / PARSE_RESULT
            shared = _shared() or parsed
            if shared.exists() and not parsed.exists():
                parsed.write_bytes(_as_parsed_here(shared.read_bytes(), settings))
            result = run_dbt(settings, ["parse", "--target-path", folder.as_posix()])
            if not result.succeeded and parsed.exists():
                # What dbt remembers of another version of the project: it takes a model described in another file for
                # one described twice.
                parsed.unlink()
                result = run_dbt(settings, ["parse", "--target-path", folder.as_posix()])
            if not result.succeeded:
                refused = sentence_of(result.refused, settings.data_dir)
                raise UserError(refused or f"The dbt project cannot be parsed: {result.error}")
            stamp.write_text(fingerprint)
            if not shared.exists():
                shared.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(parsed, beside := shared.with_suffix(f".{os.getpid()}"))
                beside.replace(shared)
    return manifest


def _shared() -> Path | None:
    """Return where data folders of this clone share what dbt has parsed, if they are told to."""
    clone = hashlib.sha256(REPOSITORY.as_posix().encode()).hexdigest()[:12]
    return Path(os.environ[SHARED]) / f"{clone}.msgpack" if os.environ.get(SHARED) else None


def _as_parsed_here(parsed: bytes, settings: Settings) -> bytes:
    """Return what dbt has parsed for one data folder as it would parse it for another.

    Paths stand in the sources alone, as the environment says them; told of others, dbt would parse anew whatever comes
    of a source, two thirds of the project.
    """
    content = msgpack.unpackb(parsed, strict_map_key=False)
    here = {**os.environ, **settings.dbt_environment()}
    told = content["env_vars"]
    # The longest first: a folder's path may begin with another's.
    moved = sorted(((old, here[name]) for name, old in told.items() if "/" in old and name in here), reverse=True)

    def put_here(said: Any) -> Any:
        if isinstance(said, dict):
            return {key: put_here(value) for key, value in said.items()}
        if isinstance(said, list):
            return [put_here(value) for value in said]
        if isinstance(said, str):
            # Once each: what was put in may hold another folder's path.
            for old, new in moved:
                if old in said:
                    return said.replace(old, new)
        return said

    content["sources"] = put_here(content["sources"])
    content["env_vars"] = {name: here.get(name, value) for name, value in told.items()}
    return bytes(msgpack.packb(content))


def lend_parse_result(settings: Settings) -> None:
    """Give the build's target folder what the manifest's parsing has learnt, so that dbt does not parse twice."""
    private_directory(settings.dbt_target)
    parsed = settings.dbt_manifest / PARSE_RESULT
    if parsed.exists():
        shutil.copyfile(parsed, settings.dbt_target / parsed.name)


def project_fingerprint(settings: Settings) -> str:
    """Return a hash over the names, sizes and times of all files of the dbt project and over its environment."""
    digest = hashlib.sha256(repr(sorted(settings.dbt_environment().items())).encode())
    for source in SOURCES:
        root = REPOSITORY / source
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            if path.is_file():
                state = path.stat()
                digest.update(f"{path.relative_to(REPOSITORY)} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()
