"""From delivered files to raw Parquet: nothing is interpreted here beyond which table a file holds."""
