"""Downloading a release, against a server of our own that pages, breaks off, refuses and serves the wrong thing."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from orchestration import cli
from orchestration.errors import UserError
from orchestration.fetch_dfe import CHECKSUMS, PAGE, PUBLICATION, fetch_release
from orchestration.ingest.dfe.files import sha256
from orchestration.ingest.dfe.run import ingest_dfe
from orchestration.settings import REPOSITORY, Settings

HEADER = "time_period,time_identifier,geographic_level,country_code,country_name,population_type,children_count"
ROW = "2024,Reporting year,National,E92000001,England,Children looked after on 31 March each year,83630"
REAL = REPOSITORY.parent / "shared" / "data" / "published" / "release_2024"


def identity(title: str) -> str:
    return sha256(title.encode())[:8]


class Service:
    """What the server holds, and how it misbehaves: for each address, what to do before it answers properly."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.releases: dict[str, list[tuple[str, str, str]]] = {}
        self.faults: dict[str, list[str]] = {}
        self.asked: list[str] = []
        self.page_size = 1

    def add(self, title: str, data: bytes, release: str = "2024", version: str = "1.0") -> None:
        self.releases.setdefault(title, []).append((version, release, "Published"))
        self.files[f"{title}@{version}"] = data

    def answer(self, path: str, query: dict[str, list[str]]) -> bytes | None:
        parts = path.strip("/").split("/")[2:]
        if parts == ["publications"]:
            found = [{"id": "other", "slug": "children-in-need"}, {"id": "cla", "slug": PUBLICATION}]
            return self._page(found, query)
        if parts == ["publications", "cla", "data-sets"]:
            return self._page([{"id": identity(title), "title": title} for title in self.releases], query)
        if parts[-1] == "versions":
            versions = [
                {"version": version, "status": status, "release": {"slug": slug, "title": f"Reporting year {slug}"}}
                for version, slug, status in self.releases[self._title(parts[1])]
            ]
            return self._page(versions, query)
        return self.files.get(f"{self._title(parts[1])}@{query['dataSetVersion'][0]}")

    def _title(self, wanted: str) -> str:
        return next(title for title in self.releases if identity(title) == wanted)

    def _page(self, items: list[dict[str, Any]], query: dict[str, list[str]]) -> bytes:
        page = int(query["page"][0])
        start = (page - 1) * self.page_size
        paging = {"page": page, "pageSize": self.page_size, "totalPages": -(-len(items) // self.page_size)}
        return json.dumps({"paging": paging, "results": items[start : start + self.page_size]}).encode()


@pytest.fixture
def service() -> Iterator[tuple[Service, str]]:
    held = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            held.asked.append(address.path)
            faults = held.faults.get(address.path, [])
            fault = faults.pop(0) if faults else ""
            if fault.isdigit():
                self.send_response(int(fault))
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            body = held.answer(address.path, parse_qs(address.query))
            self.send_response(200 if body is not None else 404)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write((body or b"")[: len(body or b"") // 2] if fault == "break off" else body or b"")

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield held, f"http://127.0.0.1:{server.server_port}/statistics"
    server.shutdown()
    server.server_close()


def settings(tmp_path: Path, base: str) -> Settings:
    return Settings(data_dir=tmp_path, statistics_api=base)


def csv(*rows: str) -> bytes:
    return "\r\n".join([HEADER, *rows, ""]).encode("utf-8-sig")


def folder(tmp_path: Path) -> Path:
    return tmp_path / "landing" / "published" / "release_2024"


def left_behind(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in folder(tmp_path).parent.iterdir())


def test_the_versions_of_one_release_are_downloaded(tmp_path: Path, service: tuple[Service, str]) -> None:
    held, base = service
    held.add("Number and rate per 10k", csv(ROW), version="1.0")
    held.add("Number and rate per 10k", csv(ROW, ROW), version="1.10")
    held.add("Number and rate per 10k", csv(ROW, ROW, ROW), release="2025", version="2.0")
    held.add("Placement stability", csv(ROW))
    held.add("Only in another release", csv(ROW), release="2025")
    fetched = fetch_release(settings(tmp_path, base), "2024", backoff_seconds=0)
    assert sorted(fetched.checksums) == ["number_and_rate_per_10k.csv", "placement_stability.csv"]
    data = (folder(tmp_path) / "number_and_rate_per_10k.csv").read_bytes()
    assert data == csv(ROW, ROW)
    assert fetched.checksums["number_and_rate_per_10k.csv"] == sha256(data)
    lines = (folder(tmp_path) / CHECKSUMS).read_text().splitlines()
    assert f"{sha256(data)}  number_and_rate_per_10k.csv" in lines
    assert left_behind(tmp_path) == ["release_2024"]


def test_a_second_download_changes_nothing_and_a_revision_replaces(
    tmp_path: Path, service: tuple[Service, str]
) -> None:
    held, base = service
    held.add("Stability", csv(ROW))
    assert fetch_release(settings(tmp_path, base), "2024").is_new
    before = (folder(tmp_path) / "stability.csv").stat()
    assert not fetch_release(settings(tmp_path, base), "2024").is_new
    assert (folder(tmp_path) / "stability.csv").stat() == before
    held.add("Stability", csv(ROW, ROW), version="1.1")
    assert fetch_release(settings(tmp_path, base), "2024").is_new
    assert (folder(tmp_path) / "stability.csv").read_bytes() == csv(ROW, ROW)
    assert left_behind(tmp_path) == ["release_2024"]


def test_what_was_written_down_about_a_release_outlives_a_new_download(
    tmp_path: Path, service: tuple[Service, str]
) -> None:
    held, base = service
    held.add("Stability", csv(ROW))
    fetch_release(settings(tmp_path, base), "2024")
    notes = folder(tmp_path) / "release.yaml"
    notes.write_text("files: {}\n", encoding="utf-8")
    held.add("Stability", csv(ROW, ROW), version="1.1")
    assert fetch_release(settings(tmp_path, base), "2024").is_new
    assert notes.read_text(encoding="utf-8") == "files: {}\n"


def test_a_busy_server_and_a_broken_connection_are_tried_again(tmp_path: Path, service: tuple[Service, str]) -> None:
    held, base = service
    held.add("Stability", csv(ROW))
    held.faults["/statistics/v1/publications"] = ["503", "429"]
    held.faults[f"/statistics/v1/data-sets/{identity('Stability')}/csv"] = ["break off", "500", "break off"]
    fetch_release(settings(tmp_path, base), "2024", backoff_seconds=0)
    assert (folder(tmp_path) / "stability.csv").read_bytes() == csv(ROW)


@pytest.mark.parametrize(
    ("fault", "said"),
    [(["break off"] * 9, "breaks the connection off"), (["503"] * 99, "status 503"), (["403"], "status 403")],
)
def test_a_release_comes_whole_or_not_at_all(
    tmp_path: Path, service: tuple[Service, str], fault: list[str], said: str
) -> None:
    held, base = service
    held.add("A", csv(ROW))
    held.add("B", csv(ROW))
    held.faults[f"/statistics/v1/data-sets/{identity('B')}/csv"] = fault
    with pytest.raises(UserError, match=said) as raised:
        fetch_release(settings(tmp_path, base), "2024", backoff_seconds=0)
    assert f"download the files by hand from {PAGE}" in str(raised.value)
    assert str(folder(tmp_path)) in str(raised.value)
    assert left_behind(tmp_path) == []


@pytest.mark.parametrize("body", [b"<html>Sign in to the network</html>", b"", b"a,b\r\n1,2\r\n", HEADER.encode()])
def test_a_page_of_a_firewall_is_no_file_of_statistics(
    tmp_path: Path, service: tuple[Service, str], body: bytes
) -> None:
    held, base = service
    held.add("A", body)
    with pytest.raises(UserError, match="no file of statistics for 'A'"):
        fetch_release(settings(tmp_path, base), "2024", backoff_seconds=0)
    assert left_behind(tmp_path) == []


def test_a_list_that_is_none_is_said_to_be_none(tmp_path: Path, service: tuple[Service, str]) -> None:
    held, base = service
    held.answer = lambda *_: b"<html>Sign in</html>"  # type: ignore[method-assign]  # the server is what is tested with
    with pytest.raises(UserError, match="no list of data sets"):
        fetch_release(settings(tmp_path, base), "2024", backoff_seconds=0)


def test_a_release_that_the_service_does_not_have(tmp_path: Path, service: tuple[Service, str]) -> None:
    held, base = service
    held.add("A", csv(ROW), release="2025")
    with pytest.raises(UserError, match=f"no data set of release 2024 .* by hand from {PAGE}/2024"):
        fetch_release(settings(tmp_path, base), "2024", backoff_seconds=0)


def test_without_a_network_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be reached from here; download the files by hand"):
        fetch_release(settings(tmp_path, "http://127.0.0.1:9/statistics"), "2024", backoff_seconds=0)


def test_a_proxy_that_refuses_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    with pytest.raises(UserError, match="behind a proxy"):
        fetch_release(settings(tmp_path, "http://statistics.invalid"), "2024", backoff_seconds=0)


def test_files_put_there_by_hand_are_left_alone(tmp_path: Path, service: tuple[Service, str]) -> None:
    held, base = service
    held.add("A", csv(ROW))
    folder(tmp_path).mkdir(parents=True)
    (folder(tmp_path) / "mine.csv").write_bytes(csv(ROW))
    with pytest.raises(UserError, match="already holds files"):
        fetch_release(settings(tmp_path, base), "2024")
    assert [path.name for path in folder(tmp_path).iterdir()] == ["mine.csv"]


def test_data_sets_of_one_title_have_files_of_their_own(tmp_path: Path, service: tuple[Service, str]) -> None:
    held, base = service
    held.add("Stability!", csv(ROW))
    held.add("Stability?", csv(ROW, ROW))
    assert len(fetch_release(settings(tmp_path, base), "2024").checksums) == 2


def test_the_command_says_where_the_files_are(
    tmp_path: Path, service: tuple[Service, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    held, base = service
    held.add("Stability", csv(ROW))
    monkeypatch.setenv("CLA_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("CLA_STATISTICS_API", base)
    assert cli.run(["fetch-published", "--release", "2024"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "Downloading release 2024" in said
    assert "Downloaded 1 files in" in said
    assert cli.run(["fetch-published", "--release", "2024"]) == 0
    assert cli.run(["fetch-published"]) == 2


@pytest.mark.skipif(not REAL.is_dir(), reason="the published files are no part of the repository")
def test_the_real_files_come_through_unchanged(tmp_path: Path, service: tuple[Service, str]) -> None:
    held, base = service
    real = {path.name.removesuffix(".csv").replace(".", "_"): path.read_bytes() for path in REAL.glob("*.csv")}
    for title, data in real.items():
        held.add(title, data)
    held.page_size = 5
    fetched = fetch_release(settings(tmp_path, base), "2024")
    assert fetched.checksums == {f"{title}.csv": sha256(data) for title, data in real.items()}
    report = ingest_dfe(settings(tmp_path, base), settle_seconds=0)
    assert len(report.new) == len(real) == 15
    assert report.unreadable == []
