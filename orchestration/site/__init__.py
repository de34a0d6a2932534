"""The Evidence site of the public figures: what goes into it, how it is built, and a server to look at it."""
