"""The Word report as PDF, by LibreOffice where it is installed: no other program is needed for anything else."""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from orchestration.errors import UserError

TIMEOUT_SECONDS = 180


def office() -> str:
    """Return the program that converts documents.

    Raises:
        UserError: It is not installed, or not on the path.

    """
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None:
        raise UserError("A PDF needs LibreOffice, and there is no program `soffice` on the path; Word saves PDF too.")
    return found


def to_pdf(document: Path, program: str) -> Path:
    """Write a Word document as PDF beside it, and return its path."""
    with tempfile.TemporaryDirectory(prefix="cla-office-") as profile:
        try:
            # A profile of its own, so that neither a running office nor its settings matter; fixed words, no shell.
            subprocess.run(  # noqa: S603 - see the line above
                [
                    program,
                    "--headless",
                    f"-env:UserInstallation={Path(profile).as_uri()}",
                    "--convert-to",
                    "pdf",
                    "--outdir",
                    str(document.parent),
                    str(document),
                ],
                check=True,
                capture_output=True,
                timeout=TIMEOUT_SECONDS,
            )
        except (subprocess.SubprocessError, OSError):
            raise UserError("LibreOffice could not write the PDF; the Word document can be opened in it.") from None
    path = document.with_suffix(".pdf")
    if not path.exists():
        raise UserError("LibreOffice could not write the PDF; the Word document can be opened in it.")
    return path


def pages_of_headings(pdf: bytes) -> dict[str, str]:
    """Return the page on which each heading stands, from the outline of a PDF of LibreOffice; {} if it has none."""
    order: list[bytes] = []
    for kids in re.findall(rb"/Type\s*/Pages\b.*?/Kids\s*\[(.*?)\]", pdf, re.S):
        order += re.findall(rb"(\d+) 0 R", kids)
    numbers = {page: str(number) for number, page in enumerate(order, start=1)}
    found: dict[str, str] = {}
    for title, page in re.findall(rb"/Title\s*<FEFF([0-9A-F]*)>\s*/Dest\s*\[(\d+) 0 R", pdf):
        if page in numbers:
            found.setdefault(bytes.fromhex(title.decode()).decode("utf-16-be"), numbers[page])
    return found
