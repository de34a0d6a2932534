"""Download the data set files of one DfE release into the landing zone: `cla fetch-published`.

It uses the documented public API of DfE's statistics service: the publication is searched, its data sets and their
versions are listed page by page, and the version that came out with the release is downloaded as CSV. A release appears
in the landing zone whole or not at all. The pipeline itself never needs the network.
"""

import hashlib
import re
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from orchestration import progress
from orchestration.errors import UserError
from orchestration.filesystem import TEMPORARY_SUFFIX, private_directory, private_file, write_private_text
from orchestration.ingest.dfe.files import read_table, sha256
from orchestration.ingest.dfe.sayings import RELEASE_FILE
from orchestration.ingest.landing import PUBLISHED_FOLDER
from orchestration.settings import Settings

PUBLICATION = "children-looked-after-in-england-including-adoptions"
PAGE = f"https://explore-education-statistics.service.gov.uk/find-statistics/{PUBLICATION}"
"""Where a person finds the same files."""
CHECKSUMS = "checksums.sha256"
RETRIES = 4
BACKOFF_SECONDS = 0.5
_TIMEOUT = (10, 120)
_CHUNK = 1 << 16
_PAGE_SIZE = 40
_NEEDED_COLUMNS = {"time_period", "geographic_level"}


class UnreachableError(UserError):
    """The service does not answer as it should; in a while it may."""


class NotReleasedError(UserError):
    """The service has no such release."""


@dataclass(frozen=True)
class DataSet:
    """A data set in the version that came out with a release."""

    identity: str
    title: str
    version: str

    @property
    def file_name(self) -> str:
        """The title as a file name."""
        return (re.sub(r"[^a-z0-9]+", "_", self.title.lower()).strip("_") or self.identity) + ".csv"


@dataclass(frozen=True)
class Fetched:
    """What a download left in the landing zone."""

    folder: Path
    checksums: dict[str, str]
    is_new: bool
    """False where the folder already held exactly these files."""


def fetch_release(settings: Settings, release: str, *, backoff_seconds: float = BACKOFF_SECONDS) -> Fetched:
    """Download every data set of a release and put the folder in its place in one step."""
    published = private_directory(settings.landing / PUBLISHED_FOLDER)
    folder = published / f"release_{release}"
    previous = _fetched_before(folder)
    client = _Client(settings.statistics_api, folder, backoff_seconds)
    stage = f"Downloading release {release}"
    progress.report(stage)
    data_sets = _data_sets(client, release, folder)
    incoming = private_directory(published / f".{folder.name}.{secrets.token_hex(4)}{TEMPORARY_SUFFIX}")
    try:
        checksums = {}
        for done, (name, data_set) in enumerate(_named(data_sets), start=1):
            checksums[name] = client.download(data_set, incoming / name)
            progress.report(stage, done, len(data_sets))
        if checksums == previous:
            return Fetched(folder, checksums, is_new=False)
        lines = "".join(f"{checksum}  {name}\n" for name, checksum in sorted(checksums.items()))
        write_private_text(incoming / CHECKSUMS, lines)
        # What somebody wrote down about the release's files outlives a new download of them.
        if (folder / RELEASE_FILE).is_file():
            shutil.copyfile(folder / RELEASE_FILE, incoming / RELEASE_FILE)
        _put_in_place(incoming, folder)
    finally:
        shutil.rmtree(incoming, ignore_errors=True)
    return Fetched(folder, checksums, is_new=True)


def fetch_newest_release(
    settings: Settings, year: int, *, backoff_seconds: float = BACKOFF_SECONDS
) -> tuple[str, Fetched] | None:
    """Download the release of a year, or of the year before where it is not out yet; None where neither is there."""
    for release in (str(year), str(year - 1)):
        try:
            return release, fetch_release(settings, release, backoff_seconds=backoff_seconds)
        except NotReleasedError:
            continue
    return None


class _Client:
    """Requests to the API, each repeated after growing pauses, and every failure said in one sentence."""

    def __init__(self, base: str, folder: Path, backoff_seconds: float) -> None:
        self.base = base.rstrip("/")
        self.folder = folder
        self.retry = Retry(
            total=RETRIES,
            backoff_factor=backoff_seconds,
            status_forcelist=(429, 500, 502, 503, 504),
            allowed_methods={"GET"},
            raise_on_status=False,
        )
        # requests takes proxies (HTTPS_PROXY, NO_PROXY) and certificates (REQUESTS_CA_BUNDLE) from the environment.
        self.session = requests.Session()
        for scheme in ("http://", "https://"):
            self.session.mount(scheme, HTTPAdapter(max_retries=self.retry))

    def pages(self, path: str, **parameters: str) -> Iterator[dict[str, Any]]:
        """Yield the results of an endpoint that answers in pages."""
        page, last = 1, 1
        while page <= last:
            response = self._get(path, {**parameters, "page": str(page), "pageSize": str(_PAGE_SIZE)})
            try:
                answer = response.json()
                results, last = answer["results"], int(answer["paging"]["totalPages"])
            except (ValueError, KeyError, TypeError):
                raise self._error("answered with something that is no list of data sets") from None
            yield from results
            page += 1

    def download(self, data_set: DataSet, path: Path) -> str:
        """Write a data set to a file and return its checksum; a connection that breaks off is taken up anew."""
        retry = self.retry
        while True:
            digest = hashlib.sha256()
            address = f"data-sets/{data_set.identity}/csv"
            try:
                answer = self._get(address, {"dataSetVersion": data_set.version}, stream=True)
                with answer as response, path.open("wb") as file:
                    for chunk in response.iter_content(_CHUNK):
                        file.write(chunk)
                        digest.update(chunk)
                break
            except requests.exceptions.RequestException:
                # The session repeats requests; an answer that breaks off half-way is asked for again here.
                if not retry.total:
                    raise self._error("breaks the connection off again and again") from None
                retry = retry.increment("GET", address)
                retry.sleep()
        private_file(path)
        table = read_table(path.name, path.read_bytes())
        if table.message or not table.row_numbers or not set(table.column_names) >= _NEEDED_COLUMNS:
            raise self._error(f"sent something that is no file of statistics for '{data_set.title}'")
        return digest.hexdigest()

    def _get(self, path: str, parameters: dict[str, str], *, stream: bool = False) -> requests.Response:
        try:
            response = self.session.get(f"{self.base}/v1/{path}", params=parameters, timeout=_TIMEOUT, stream=stream)
        except requests.exceptions.SSLError:
            raise self._error(
                "shows a certificate that this computer does not trust (if your network inspects traffic, set"
                " REQUESTS_CA_BUNDLE to its certificates)"
            ) from None
        except requests.exceptions.ProxyError:
            raise self._error("is behind a proxy that does not let the request through") from None
        except requests.exceptions.RequestException:
            raise self._error("cannot be reached from here") from None
        if response.status_code != requests.codes.ok:
            raise self._error(f"answers with status {response.status_code}")
        return response

    def _error(self, what: str) -> UnreachableError:
        host = urlsplit(self.base).netloc
        return UnreachableError(
            f"DfE's statistics service ({host}) {what}; download the files by hand from {PAGE} into {self.folder}"
            " instead."
        )


def _data_sets(client: _Client, release: str, folder: Path) -> list[DataSet]:
    """Find the data sets that have a version of the release, each in the newest such version."""
    words = "children looked after"
    publications = [item for item in client.pages("publications", search=words) if item.get("slug") == PUBLICATION]
    found = []
    for publication in publications:
        for item in client.pages(f"publications/{publication['id']}/data-sets"):
            versions = [
                version["version"]
                for version in client.pages(f"data-sets/{item['id']}/versions")
                if version.get("status") != "Withdrawn" and _belongs(version.get("release") or {}, release)
            ]
            if versions:
                newest = max(versions, key=lambda text: tuple(map(int, re.findall("[0-9]+", text))))
                found.append(DataSet(item["id"], str(item.get("title", "")), newest))
    if not found:
        raise NotReleasedError(
            f"DfE's statistics service has no data set of release {release} in its interface for programs; download the"
            f" files by hand from {PAGE}/{release} into {folder} instead."
        )
    return found


def _belongs(version_release: dict[str, Any], release: str) -> bool:
    """Say whether a data set came out with the release of a year, by the release's address or its title."""
    names = (str(version_release.get("slug", "")), str(version_release.get("title", "")))
    return any(release in re.findall("[0-9]+", name) for name in names)


def _named(data_sets: list[DataSet]) -> Iterator[tuple[str, DataSet]]:
    """Give each data set a file name of its own."""
    taken: set[str] = set()
    for data_set in sorted(data_sets, key=lambda item: (item.file_name, item.identity)):
        name = data_set.file_name
        if name in taken:
            name = f"{name.removesuffix('.csv')}_{data_set.identity}.csv"
        taken.add(name)
        yield name, data_set


def _fetched_before(folder: Path) -> dict[str, str] | None:
    """Return the checksums of an earlier download, or refuse where somebody has put files of their own there."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*.csv")} if folder.is_dir() else {}
    if not files:
        return None
    try:
        lines = (folder / CHECKSUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        lines = []
    recorded = {name: checksum for checksum, _, name in (line.partition("  ") for line in lines)}
    if {name: sha256(path.read_bytes()) for name, path in files.items()} != recorded:
        raise UserError(f"{folder} already holds files that were not downloaded by this command; move them away first.")
    return recorded


def _put_in_place(incoming: Path, folder: Path) -> None:
    """Let the new folder stand where the old one stood; the old one is put back if that fails."""
    if not folder.exists():
        incoming.rename(folder)
        return
    old = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}{TEMPORARY_SUFFIX}")
    folder.rename(old)
    try:
        incoming.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)
