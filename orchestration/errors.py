"""Errors that are meant for a person."""


class UserError(Exception):
    """Something the user can put right, said in one clear sentence that quotes no child's data.

    The command line prints the sentence alone and ends with exit code 1.
    """
