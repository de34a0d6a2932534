"""Where postcodes lie: the rows of the postcode reference that some returns need, nothing more."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.dataset as ds

from .reader import normal_postcode, read_returns
from .rules import Grid


def needed_postcodes(landing: Path, la_codes: Iterable[str]) -> set[str]:
    return {
        postcode
        for la_code in la_codes
        for delivery in read_returns(landing, la_code).values()
        for row in delivery.rows("episodes")
        for postcode in (row["HOME_POST"], row["PL_POST"])
        if postcode
    }


def read_grid(postcodes_parquet: Path, districts_csv: Path, wanted: Iterable[str]) -> Grid:
    """Postcode -> easting, northing, authority; the authority is None where no English one holds it."""
    with districts_csv.open(encoding="utf-8-sig", newline="") as file:
        authority = {row["district_code"]: row["la_code"] for row in csv.DictReader(file)}
    names = sorted({normal_postcode(postcode) or "" for postcode in wanted})
    table = ds.dataset(postcodes_parquet).to_table(
        columns=["postcode", "easting", "northing", "district_code"], filter=pc.field("postcode").isin(names)
    )
    return {
        row["postcode"]: (row["easting"], row["northing"], authority.get(row["district_code"]))
        for row in table.to_pylist()
    }
