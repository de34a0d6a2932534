"""Read one delivered file into text columns: CSV, XLSX and XML, without ever raising an error for bad content.

Everything stays the text that was delivered. Of every file it holds that rows delivered = rows parsed + rows unparsed:
a row that cannot be turned into columns becomes a `RejectedLine`, and a file that cannot be read at all a part with a
rule and one sentence. No sentence quotes a value. What asks for more than the limits allow is given up, whole.
"""

from pathlib import PurePath

from orchestration.ingest.limits import DEFAULT_LIMITS, BeyondLimitsError, Meter
from orchestration.ingest.readers.csv_file import read_csv
from orchestration.ingest.readers.part import Part, RejectedLine
from orchestration.ingest.readers.workbook import read_workbook
from orchestration.ingest.readers.xml_return import read_xml
from orchestration.ingest.recogniser import Recogniser
from orchestration.ingest.tables import DATASETS, SSDA903
from orchestration.settings import Limits

__all__ = ["Part", "RejectedLine", "read_file"]

_INSTEAD = {
    **dict.fromkeys(("xls", "xlsm", "xlsb", "xltx", "ods", "numbers"), "Open it and save it as XLSX"),
    **dict.fromkeys(("txt", "tsv", "tab", "dat", "psv", "asc", "htm", "html", "mht"), "Export it as CSV with commas"),
    **dict.fromkeys(("zip", "7z", "gz", "rar", "tar"), "Unpack it, and deliver the files that are in it"),
    **dict.fromkeys(("lnk", "url", "webloc"), "It only leads to a file; deliver the file itself"),
    **dict.fromkeys(("accdb", "mdb", "pbix", "rds", "sav", "parquet"), "Export its tables as CSV or XLSX"),
    **dict.fromkeys(("msg", "eml"), "Save what is attached to it, and deliver that"),
}
"""What to do with a file of another kind."""
_NO_XML = "{} is XML, in which only SSDA903 comes; deliver the tables of {} as CSV or XLSX."


def read_file(file_name: str, data: bytes, recogniser: Recogniser, limits: Limits = DEFAULT_LIMITS) -> list[Part]:
    """Read a delivered file; its extension says what it is, and the delivery's dataset which tables it may hold."""
    dataset = recogniser.dataset
    kind = PurePath(file_name).suffix.lower().lstrip(".")
    if kind not in ("csv", "xlsx", "xml"):
        instead = f" {_INSTEAD[kind]}." if kind in _INSTEAD else ""
        return [Part(file_name, kind).reject("unreadable_file", f"{file_name} is no CSV, XLSX or XML file.{instead}")]
    if kind == "xml" and dataset != SSDA903:
        return [Part(file_name, kind).reject("unreadable_file", _NO_XML.format(file_name, DATASETS[dataset]))]
    if not data.strip(b" \t\r\n"):
        return [Part(file_name, kind).reject("empty_file", f"{file_name} is empty.")]
    meter = Meter(limits)
    try:
        if kind == "csv":
            return [read_csv(file_name, data, recogniser, meter)]
        if kind == "xlsx":
            return read_workbook(file_name, data, recogniser, meter)
        return read_xml(file_name, data, meter)
    except BeyondLimitsError as error:
        return [Part(file_name, kind).reject("beyond_limits", f"{file_name} {error}; none of it was read.")]
