"""What goes wrong when a module file cannot be read."""

from __future__ import annotations


class LoadError(Exception):
    """A file that is no loadable module: `where` names it, `message` says what is wrong with it.

    `str()` of it is one line, `where: message`.
    """

    def __init__(self, where: str, message: str) -> None:
        super().__init__(where, message)
        self.where = where
        self.message = message

    def __str__(self) -> str:
        return " ".join(f"{self.where}: {self.message}".splitlines())


class Malformed(Exception):
    """Raised inside the loader, where the file's name is not known; becomes a `LoadError`."""
