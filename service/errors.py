"""The one error that the command line and the pages show as it is: written for whoever must act."""


class UserError(Exception):
    """``str(error)`` is a Chinese sentence that says what is wrong and what to do."""
