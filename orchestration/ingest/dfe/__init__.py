"""DfE's and ONS's published files: from `landing/published` into the raw layer, as text."""
