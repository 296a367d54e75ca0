"""The errors that a user may see: one line each, with the exit code of its kind."""

ACTION_NEEDED = 3
"""Exit code of a job that was done and whose answer is that a person has to act: a challenger is
refused, or monitoring calls for action. No error: an error gives no answer."""


class PtmlError(Exception):
    """A failure with a message for a person; anything else that is raised is a bug of ours."""

    exit_code = 70


class UsageError(PtmlError):
    """The call is wrong: an unknown option, a date outside the data, a place not to be written."""

    exit_code = 2


class DataError(PtmlError):
    """The data break the contract so far that no answer can be given."""

    exit_code = 65


class TryAgainError(PtmlError):
    """The same call may succeed later: a full disk, a lock of another run, a lost server."""

    exit_code = 75


class Stopped(KeyboardInterrupt):
    """A signal to end came (SIGTERM, SIGHUP): all that Ctrl-C cleans up is cleaned up."""

    exit_code = 143
