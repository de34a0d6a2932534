"""What recognises the column names in the files of one delivery: the tables' own names, or the authority's mapping."""

from collections.abc import Callable, Sequence

from orchestration.ingest.mapping.model import Mapping
from orchestration.ingest.tables import Recognition, our_names, recognise, table_specs


class Recogniser:
    """Recognises rows of column names of a dataset, with the authority's mapping before the names of the tables."""

    def __init__(self, dataset: str, mapping: Mapping | None = None) -> None:
        self.dataset = dataset
        self.mapping = mapping or Mapping()

    def of(self, file_name: str, sheet: str | None = None) -> Callable[[Sequence[str]], Recognition]:
        """Return what recognises a row of column names in a file, or in a sheet of it."""

        def recognise_row(headings: Sequence[str]) -> Recognition:
            entry = self.mapping.for_table(file_name, sheet, headings)
            if entry is None:
                return recognise(headings, self.dataset)
            names = our_names(entry.renamed(headings), self.dataset)
            table = table_specs(self.dataset)[entry.table]
            return Recognition(table, entry.missing(headings), names, mapped=entry)

        return recognise_row

    def why_not(self, file_name: str, sheet: str | None, headings: Sequence[str]) -> str:
        """Return the end of a sentence about a table that no entry of the mapping fits, or ''."""
        said = self.mapping.why_not(file_name, sheet, headings)
        return f" ({said})" if said else ""
