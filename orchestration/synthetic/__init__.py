"""Wholly invented children: the demo authority, and any number of authorities at England's scale."""
