"""Which counts are hidden: a search for the least that must be, which SQL has no words for."""

from orchestration.publish.suppression import hidden_cells


def model(dbt, session):
    """Return the hidden cells; dbt calls this with its own interface and makes a table of the result."""
    dbt.config(materialized="table")
    cells, sums = dbt.ref("suppression_cells"), dbt.ref("suppression_sums")
    if hasattr(cells, "toArrow"):  # Spark's
        return session.createDataFrame(hidden_cells(cells.toArrow(), sums.toArrow()))
    return hidden_cells(cells.to_arrow_table(), sums.to_arrow_table())
