"""A Power BI project over the published tables: what `cla power-bi` writes."""
