"""Raw Parquet to tested tables: the dbt project as Dagster assets."""
