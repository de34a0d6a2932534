"""The authority's own words: a Markdown file per section beside the data, kept when the figures are made anew.

    $CLA_DATA_DIR/narrative/<la_code>/<year>/<section>.md
    $CLA_DATA_DIR/narrative/<la_code>/<year>/public/<section>.md

The public report has a folder of its own, because words can tell what suppression hides.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from orchestration.errors import UserError
from orchestration.reports.branding import Branding, read_branding
from orchestration.reports.content import Narrative, Standing

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class NarrativeFolder:
    """Where the words for one authority, year and variant lie."""

    folder: Path
    place: str
    """The same folder as a person is told of it, from the data folder on."""
    is_public: bool
    year: str
    folder_of_last_year: Path
    authority: Path
    """The folder of the authority, whatever the year and the variant."""

    def narrative(self, slot: str, title: str) -> Narrative | None:
        """Return a place for words; in the public report only if there are some, for it is not for filling in."""
        text = self._read(slot)
        if text is None and self.is_public:
            return None
        return Narrative(slot, title, text, self.prompt(slot), f"{self.place}/{slot}.md")

    def prompt(self, slot: str) -> str:
        """Return what stands in a place while there are no words."""
        prompt = (_HERE / "prompts" / f"{slot}.md").read_text(encoding="utf-8")
        return prompt.replace("{year}", self.year).strip()

    def branding(self) -> Branding:
        """Return how the authority's reports look."""
        return read_branding(self.authority)

    def standing(self, slot: str, fill: Callable[[str], str]) -> Standing:
        """Return text that is the same every year; a file of the authority's takes the place of the shipped one."""
        shipped = (_HERE / "standing" / f"{slot}.md").read_text(encoding="utf-8").strip()
        return Standing(slot, fill(self._read(slot) or shipped))

    def _read(self, slot: str) -> str | None:
        path = self.folder / f"{slot}.md"
        if not path.is_file():
            return None
        try:
            return path.read_text(encoding="utf-8-sig").strip() or None
        except (UnicodeDecodeError, OSError):
            raise UserError(f"{path} cannot be read as text in UTF-8.") from None


def narrative_folder(data_dir: Path, la_code: str, year: int, year_label: str, *, is_public: bool) -> NarrativeFolder:
    """Return the folder of the words for a report, whether or not it exists."""
    authority, variant = f"narrative/{la_code}", "/public" if is_public else ""
    place, last = f"{authority}/{year}{variant}", f"{authority}/{year - 1}{variant}"
    return NarrativeFolder(data_dir / place, place, is_public, year_label, data_dir / last, data_dir / authority)


def slots() -> list[str]:
    """Return the names of all places for words, which are the names of their files."""
    return sorted(path.stem for path in (_HERE / "prompts").glob("*.md"))
