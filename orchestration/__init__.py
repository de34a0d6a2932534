"""The Dagster code location and the `cla` command of the children-in-care warehouse."""
