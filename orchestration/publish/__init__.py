"""Tested tables to a publication: built aside, verified, then swapped in."""
