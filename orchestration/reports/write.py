"""Which reports are written from which publication, and where to: whole or not at all, for their owner alone."""

import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from docx.opc.exceptions import PackageNotFoundError

from orchestration.errors import UserError
from orchestration.filesystem import private_directory, private_file, put_in_place, temporary_folder, write_private_text
from orchestration.publish import whole
from orchestration.publish.publication import DATABASE, INTERNAL, PUBLIC, Variant
from orchestration.reports.annual_report import AnnualReport
from orchestration.reports.board_pack import write_board_pack
from orchestration.reports.charts import Rendered, rendered
from orchestration.reports.content import Chart, Report, walk
from orchestration.reports.figures import authorities_and_years, read_figures
from orchestration.reports.narrative import narrative_folder, slots
from orchestration.reports.office import office, pages_of_headings, to_pdf
from orchestration.reports.page import write_page
from orchestration.reports.phrases import year_label
from orchestration.reports.pivot_tables import write_pivot_tables
from orchestration.reports.word_document import words_of, write_word
from orchestration.reports.workbook import write_workbook
from orchestration.settings import Settings

FIRST_DAY_OF_ZIP = (1980, 1, 1, 0, 0, 0)
Progress = Callable[[int, int], None]
"""Told how many charts and documents are finished, of how many."""


@dataclass(frozen=True)
class Written:
    """One finished file: where readers find it, and where it lay until then."""

    path: Path
    variant: str
    bytes: int
    unfinished: Path


def write_reports(
    settings: Settings,
    year: int | None = None,
    la_code: str | None = None,
    progress: Progress = lambda done, total: None,
    variants: Sequence[Variant] = (INTERNAL, PUBLIC),
    *,
    with_pdf: bool = False,
) -> list[Written]:
    """Write the annual report and the board pack of a year anew, into the last publication and the public one.

    A publication never changes, but for its folder of reports: the authority's own words may be added at any time. All
    files are finished before the first takes the place of its predecessor. The caller holds the build lock.
    """
    if not (settings.published / DATABASE).exists():
        raise UserError("There is no publication to report on; run `cla build` first.")
    publications = [(variant, variant.link(settings).resolve()) for variant in variants]
    written: list[Written] = []
    with ExitStack() as unfinished:
        for variant, publication in publications:
            if (publication / DATABASE).exists():
                chosen, chosen_year, is_alone = _chosen(publication / DATABASE, year, la_code)
                folder = unfinished.enter_context(temporary_folder(publication / whole.REPORTS))
                program = office() if with_pdf else ""
                files = _write(settings, publication, folder, variant, chosen, chosen_year, progress, program)
                place = publication / whole.REPORTS if is_alone else publication / whole.REPORTS / chosen
                written += [Written(place / file.path.name, file.variant, file.bytes, file.path) for file in files]
        for file in written:
            private_directory(file.path.parent)
            put_in_place(file.unfinished, file.path)
            if file.path.suffix == ".docx" and not with_pdf:
                # One of the words and figures of before is worse than none.
                file.path.with_suffix(".pdf").unlink(missing_ok=True)
    return written


def write_reports_of_a_run(settings: Settings, variant: Variant, progress: Progress) -> list[Written]:
    """Write the reports of the latest year into the run that is under way, before a reader sees it.

    A publication of several authorities has none, and an empty folder says that this is as it should be. Where no run
    is under way, those of the last publication are written anew.
    """
    aside = whole.under_way(settings)
    publication = aside.part(variant.part) if aside else variant.link(settings)
    if not (publication / DATABASE).exists():
        raise UserError("There is no publication to report on; run `cla build` first.")
    found = authorities_and_years(publication / DATABASE)
    if aside is None:
        return write_reports(settings, progress=progress, variants=[variant]) if len(found) == 1 else []
    with aside.writing(f"{variant.part}/{whole.REPORTS}") as folder:
        if len(found) != 1:
            return []
        ((chosen, years),) = found.items()
        return _write(settings, publication, folder, variant, chosen, years[-1], progress)


def take_words(settings: Settings, document: Path, year: int | None = None, la_code: str | None = None) -> list[Path]:
    """Take what was written in the marked places of a Word report into the Markdown files; return what changed."""
    if not document.is_file():
        raise UserError(f"There is no file {document}.")
    if not (settings.published / DATABASE).exists():
        raise UserError("There is no publication to report on; run `cla build` first.")
    chosen, chosen_year, _ = _chosen(settings.published / DATABASE, year, la_code)
    words = narrative_folder(settings.data_dir, chosen, chosen_year, year_label(chosen_year), is_public=False)
    folder = private_directory(words.folder)
    try:
        found = words_of(document, words.prompt)
    except (KeyError, ValueError, SyntaxError, zipfile.BadZipFile, PackageNotFoundError):
        raise UserError(f"{document} cannot be read as a Word document.") from None
    changed = []
    for slot in slots():
        text, path = found.get(slot, ""), folder / f"{slot}.md"
        before = path.read_text(encoding="utf-8-sig").strip() if path.exists() else ""
        if not text or text == before:
            continue
        if before:
            write_private_text(folder / f"{slot}.md.bak", f"{before}\n")
        write_private_text(path, f"{text}\n")
        changed.append(path)
    return changed


def _write(
    settings: Settings,
    publication: Path,
    folder: Path,
    variant: Variant,
    la_code: str,
    year: int,
    progress: Progress,
    program: str = "",
) -> list[Written]:
    """Write the reports of an authority and year, from a publication, to a folder that nobody reads yet."""
    figures = read_figures(publication / DATABASE, la_code, year, whole.read(publication))
    is_public = variant.is_public
    words = narrative_folder(settings.data_dir, la_code, year, year_label(year), is_public=is_public)
    report = AnnualReport(figures, words, is_public=is_public).report()
    charts = [block for _, section in walk(report.sections) for block in section.blocks if isinstance(block, Chart)]
    images: dict[str, Rendered] = {}
    written: list[Written] = []
    forms: list[tuple[str, Callable[[Path], None]]] = [
        (f"{report.file_stem}.docx", lambda path: write_word(report, images, path)),
        (f"{report.file_stem}.html", lambda path: write_page(report, images, path)),
        (f"{report.file_stem}.xlsx", lambda path: write_workbook(report, figures, path)),
        (f"board_pack_{year}.html", lambda path: write_board_pack(report, figures, path)),
        (
            f"pivot_tables_{year}.xlsx",
            lambda path: write_pivot_tables(publication / DATABASE, report, la_code, year, path),
        ),
    ]
    if program:
        forms.insert(1, (f"{report.file_stem}.pdf", lambda path: _write_pdf(report, images, path, program)))
    total = len(charts) + len(forms)
    for chart in charts:
        progress(len(images), total)
        images[chart.id] = rendered(chart)
    for name, write in forms:
        progress(len(charts) + len(written), total)
        path = folder / name
        write(path)
        if name.endswith((".docx", ".xlsx")):
            _without_times(path, report)
        private_file(path)
        written.append(Written(path, "public" if is_public else "internal", path.stat().st_size, path))
    progress(total, total)
    # The Word report is written anew where a PDF has told it its page numbers.
    return [replace(file, bytes=file.path.stat().st_size) for file in written]


def _write_pdf(report: Report, images: Mapping[str, Rendered], path: Path, program: str) -> None:
    """Write the PDF, and the Word document again with the page numbers that its contents have there."""
    document = path.with_suffix(".docx")
    pages = pages_of_headings(to_pdf(document, program).read_bytes())
    write_word(report, images, document, pages)
    _without_times(document, report)
    private_file(document)
    to_pdf(document, program)


def _chosen(database: Path, year: int | None, la_code: str | None) -> tuple[str, int, bool]:
    """Return the authority, the year, and whether the publication has no other authority."""
    found = authorities_and_years(database)
    chosen = chosen_authority(database, la_code)
    years = found[chosen]
    if year is not None and year not in years:
        raise UserError(
            f"The publication has no figures for the year to 31 March {year}; it has {', '.join(map(str, years))}."
        )
    return chosen, year or years[-1], len(found) == 1


def has_several_authorities(settings: Settings) -> bool:
    """Say whether there is a publication, and of more than one authority."""
    database = settings.published / DATABASE
    return database.exists() and len(authorities_and_years(database)) > 1


def chosen_authority(database: Path, la_code: str | None) -> str:
    """Return the authority that was asked for, or the only one of the publication."""
    found = authorities_and_years(database)
    if la_code is None and len(found) > 1:
        raise UserError(f"The publication has {len(found)} authorities; name one with --la, by its three digits.")
    chosen = la_code or next(iter(found), "")
    if chosen not in found:
        raise UserError(
            f"The publication has no figures of authority {chosen}; it has {', '.join(sorted(found)[:10])}."
        )
    return chosen


def _without_times(path: Path, report: Report) -> None:
    """Write a zipped document again without the times of its making, so that equal content gives equal bytes."""
    with zipfile.ZipFile(path) as archive:
        members = [(member.filename, archive.read(member)) for member in archive.infolist()]
    made = report.published_at[:19] or "2000-01-01T00:00:00"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            if name == "docProps/core.xml":
                stamp = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")
                content = stamp.sub(lambda found: found[1] + f"{made}Z".encode() + found[2], content)
            archive.writestr(zipfile.ZipInfo(name, FIRST_DAY_OF_ZIP), content, zipfile.ZIP_DEFLATED)
