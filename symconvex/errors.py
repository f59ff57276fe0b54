"""Everything that symconvex raises on purpose.

SymconvexError          what, where, expected, got, hint; shown in four lines, exit code 2
|-- LossError           the text of a loss cannot be read
|   |-- UnknownName     a name that is neither declared nor a catalogued function
|   `-- ShapeError      two shapes do not fit together
|-- DataError           a data file cannot be used: a cell, a row, a label
|-- UsageError          a command that is not used as meant: a word, an option, a value
|-- ModelError          an unknown model, or options that the model does not take
|-- CertificateError    a certificate cannot be read (a refused one is a result, not an error)
|-- DerivationError     a hand derivation cannot be read as a whole
|-- OutputError         a file cannot be written
|-- NotYet              could be supported and is not so far
|-- ClusterError        the machines that should do the work cannot be reached
|-- LimitError          time or memory ran out before there was anything to show; exit code 3
|-- InternalError       a bug in symconvex, as the command line tells it; exit code 70
`-- CatalogueError      a file in a catalogue folder does not keep its promise
"""

LONGEST, MOST_LINES = 400, 12  # signs of a line, and lines of a field


class SymconvexError(Exception):
    """What went wrong, where, what was expected and found, and one thing to try; short and printable whatever came in.

    A field that is long is cut, and a sign that no screen shows is written as its number.
    """

    def __init__(self, what: str, *, where: str, expected: str, got: str, hint: str) -> None:
        self.what, self.where, self.expected, self.got, self.hint = map(_shown, (what, where, expected, got, hint))
        rows = (("where", self.where), ("expected", self.expected), ("got", self.got), ("try", self.hint))
        super().__init__("\n".join([self.what, *(_row(label, text) for label, text in rows)]))

    def fields(self) -> dict[str, str]:
        """The same by name."""
        words = ("what", "where", "expected", "got", "hint")
        return {"kind": type(self).__name__, **{word: getattr(self, word) for word in words}}


def _shown(text: str) -> str:
    """A field as it may be printed."""
    lines = [printable(line[: LONGEST + 1]) for line in text.split("\n", MOST_LINES)]
    short = [line if len(line) <= LONGEST else f"{line[:LONGEST]} ..." for line in lines]
    return "\n".join(short if len(short) <= MOST_LINES else [*short[:MOST_LINES], "..."])


def _row(label: str, text: str) -> str:
    """One labelled row; further lines of the text stay under its first."""
    return f"  {label:<9} " + text.replace("\n", "\n" + " " * 12)


class LossError(SymconvexError):
    """The text of a loss cannot be read."""


class UnknownName(LossError):
    """A name that is neither declared nor a catalogued function."""


class ShapeError(LossError):
    """Two shapes do not fit together."""


class DataError(SymconvexError):
    """A data file cannot be used."""


class UsageError(SymconvexError):
    """A command, an option or its value that there is not."""


class ModelError(SymconvexError):
    """No such model, or options that it does not take."""


class CertificateError(SymconvexError):
    """A certificate cannot be read."""


class DerivationError(SymconvexError):
    """A hand derivation cannot be read as a whole."""


class OutputError(SymconvexError):
    """A file cannot be written."""


class NotYet(SymconvexError):
    """Could be supported and is not so far."""


class ClusterError(SymconvexError):
    """The machines that should do the work cannot be reached."""


class LimitError(SymconvexError):
    """Time or memory ran out before there was anything to show."""


class InternalError(SymconvexError):
    """A bug in symconvex, as the command line tells it."""


class CatalogueError(SymconvexError):
    """A file in a catalogue folder does not keep its promise."""


def printable(text: str) -> str:
    """What somebody else wrote, on one line and without control characters."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)
