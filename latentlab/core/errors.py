"""Mistakes a user can make or meet, told in one sentence.

Everything a user may cause (a bad path, a broken file, an impossible setting) is raised as a
`LatentlabError` whose text says what is wrong, where, and what to do about it. The edges of the
program (cli, gui, trainer and codec processes) show that one sentence; any other exception is a
bug and keeps its traceback for the log.
"""


class LatentlabError(Exception):
    """Base of all errors with a message for the user: what, where, what to do."""


class DataError(LatentlabError):
    """A dataset is missing, broken or does not fit the request."""


class ModelError(LatentlabError):
    """A model folder is missing, damaged, tampered with or of an unknown kind."""


class ConfigError(LatentlabError):
    """A setting is unknown, out of range or impossible together with another."""


class TrainingError(LatentlabError):
    """Training cannot start or cannot go on."""


class DeviceError(TrainingError):
    """The device is absent or out of memory."""


class EnvironmentProblem(LatentlabError):  # noqa: N818 - a finding about the machine, not a bug
    """Something the program needs is missing on this machine (a system library, a display)."""
