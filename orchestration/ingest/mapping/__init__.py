"""An authority's own headings and codes: `landing/<la_code>/<dataset>/mapping.yaml` (see docs/mapping.md).

`read_mapping` reads the file, `Mapping.for_table` finds the entry for a table, and the entry translates it.
"""

from orchestration.ingest.mapping.model import Mapping, TableMapping
from orchestration.ingest.mapping.reading import MAPPING_FILE, fingerprint, read_mapping

__all__ = ["MAPPING_FILE", "Mapping", "TableMapping", "fingerprint", "read_mapping"]
