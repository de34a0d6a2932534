"""How an authority's reports look: its name as it writes it, a colour, a logo.

    $CLA_DATA_DIR/narrative/<la_code>/branding.yaml
        name: North East Lincolnshire Council
        colour: "#005a9c"
        logo: logo.png                              (beside it, PNG or JPEG)

All three may be left out, and so may the file.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from docx.image.exceptions import InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError
from docx.image.image import Image

from orchestration.errors import UserError
from orchestration.ingest.plain_yaml import SIZE_LIMIT, NotPlainError, read_plain_yaml

FILE = "branding.yaml"
ENTRIES = ("name", "colour", "logo")
COLOUR = "#12436d"
LOGO_LIMIT = 2_000_000
"""Bytes. A logo stands in every copy of the page and the document."""
LEGIBLE = 4.5
"""The least contrast of text to white by WCAG 2.2, success criterion 1.4.3."""


@dataclass(frozen=True)
class Branding:
    """What the cover and the headings take from the authority."""

    name: str = ""
    colour: str = COLOUR
    logo: bytes = b""
    logo_type: str = ""


def read_branding(folder: Path) -> Branding:
    """Read how an authority's reports look; the usual looks where it has said nothing.

    Raises:
        UserError: In one sentence, what is wrong with the file, the colour or the logo.

    """
    path = folder / FILE
    if not path.is_file():
        return Branding()
    try:
        data = path.read_bytes()
        content = read_plain_yaml(data).content if len(data) <= SIZE_LIMIT else ""
    except OSError:
        raise UserError(f"{path} cannot be read.") from None
    except NotPlainError as error:
        raise UserError(error.sentence(str(path))) from None
    if content is None:
        return Branding()
    if not isinstance(content, dict) or not content.keys() <= set(ENTRIES):
        raise UserError(f"{path} should hold nothing but lines that begin with name:, colour: or logo:.")
    given = {key: value for key, value in content.items() if value}
    if not all(isinstance(value, str) for value in given.values()):
        raise UserError(f"{path}: name, colour and logo are a text each.")
    colour = given.get("colour", COLOUR).lower()
    if not re.fullmatch(r"#[0-9a-f]{6}", colour):
        raise UserError(f'{path}: a colour is written like "#005a9c", in quotation marks.')
    if _contrast_to_white(colour) < LEGIBLE:
        raise UserError(f"{path}: headings in this colour could not be read on white; choose a darker one.")
    logo, kind = _logo(folder, given["logo"], path) if "logo" in given else (b"", "")
    return Branding(given.get("name", ""), colour, logo, kind)


def _logo(folder: Path, name: str, path: Path) -> tuple[bytes, str]:
    file = folder / name
    if Path(name).name != name or not file.is_file():
        raise UserError(f"{path}: the logo is the name of a file in the same folder, and there is none of that name.")
    if file.stat().st_size > LOGO_LIMIT:
        raise UserError(f"{file} is larger than 2 MB; a logo of a few hundred pixels is enough.")
    try:
        kind = Image.from_file(str(file)).content_type
    except (UnrecognizedImageError, UnexpectedEndOfFileError, InvalidImageStreamError):
        kind = ""
    if kind not in ("image/png", "image/jpeg"):
        raise UserError(f"{file} is neither a PNG nor a JPEG picture.")
    return file.read_bytes(), kind


def _contrast_to_white(colour: str) -> float:
    """Return the contrast of a colour to white, from 1 to 21, as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
