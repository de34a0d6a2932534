"""What the tables mean: the data dictionary, the drawn model, dbt's pages. Made from names, never from data."""
