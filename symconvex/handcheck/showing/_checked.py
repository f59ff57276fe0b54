"""A judged derivation in plain values, the same for every output, and what an output promises."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NoReturn

from symconvex.errors import OutputError
from symconvex.handcheck.text.source import Source

TRUE, TESTED = "proven", "holds-at-tried-sizes"
UNDECIDED, UNREAD = "undecided", "not-understood"
OPEN = (UNDECIDED, UNREAD)
FOLLOWING = "follows-from-earlier"
WORDS: Mapping[str, str] = {
    TRUE: "proven",
    TESTED: "tested",
    UNDECIDED: "not decided",
    UNREAD: "not understood",
    "false": "false",
    FOLLOWING: "false after a mistake",
    "up-to-transpose": "true up to a transpose",
    "true-under": "true only under a condition",
    "wrong-reason": "true for another reason",
}
MARKS: Mapping[str, str] = {TRUE: "\u2713", TESTED: "\u2248", UNDECIDED: "?", UNREAD: "\u00b7"}
FALSE_MARK = "\u2717"


@dataclass(frozen=True, slots=True)
class Line:
    """One relation or claim, told plainly.

    tex_line, start, end    where it stands in the text that was read: a line from 1, columns from 0; what ends in a
                            later line ends here with its own
    tex_end                 the line of the text in which it ends, and the column there
    cell                    of a notebook, from 1; 0 in other files
    line, column            where it begins in its file or cell, from 1
    end_line, end_column    the place behind its last sign
    read_as, step           as it was read; of a chain that goes on the sign and the new side alone
    in_words                it is a claim or a sentence, and was read as it stands
    given                   what it was judged under, if it holds
    advice                  what to write instead, where it is not understood
    slip, meant             of a false equation the likely slip, and the right side that was probably meant
    counterexample          sizes, values, indices, and both sides there
    """

    tex_line: int
    start: int
    end: int
    tex_end: tuple[int, int]
    cell: int
    line: int
    column: int
    end_line: int
    end_column: int
    read_as: str
    step: str
    in_words: bool
    verdict: str
    hint: str
    given: tuple[str, ...]
    advice: str
    slip: str
    meant: str
    counterexample: Mapping[str, object] | None

    @property
    def mark(self) -> str:
        """One sign for the verdict."""
        return MARKS.get(self.verdict, FALSE_MARK)

    @property
    def is_wrong(self) -> bool:
        return self.verdict not in (TRUE, TESTED, *OPEN)

    @property
    def word(self) -> str:
        """The verdict in words; one that is not known here stands as it is."""
        return WORDS.get(self.verdict, self.verdict)

    @property
    def reason(self) -> str:
        """The verdict and why, on one line."""
        told = [self.hint] if self.verdict == FOLLOWING else [self.word, self.hint]
        return ": ".join(dict.fromkeys(filter(None, told))) + (f"; probably meant: {self.meant}" if self.meant else "")


@dataclass(frozen=True, slots=True, repr=False)
class Checked:
    """What became of a derivation: a verdict for every relation and claim, each with its place.

    source       the text, and the name of its file
    outcome      proven, false, undecided or unreadable
    relations    everything that was judged, in reading order
    guessed      shapes that neither the text nor the declarations state: "X: n, d"
    first        the first independent mistake
    """

    source: Source
    outcome: str
    relations: tuple[Line, ...]
    first: Line | None
    guessed: tuple[str, ...] = ()

    def __bool__(self) -> NoReturn:
        raise TypeError("an answer has more than two cases: look at outcome, or at accepts('proven' or 'tested')")

    def accepts(self, enough: str = "proven") -> bool:
        """Is everything proven, or at least true at all sizes that were tried? Nothing may be left open."""
        good = (TRUE, TESTED) if enough == "tested" else (TRUE,)
        return bool(self.relations) and all(one.verdict in good for one in self.relations)

    @property
    def summary(self) -> str:
        """The whole in one line."""
        counts = dict.fromkeys(WORDS, 0) | {one.verdict: 0 for one in self.relations}
        for one in self.relations:
            counts[one.verdict] += 1
        told = ", ".join(f"{count} {WORDS.get(verdict, verdict)}" for verdict, count in counts.items() if count)
        if self.first is not None:
            return f"first mistake in {self.at(self.first)}: {told}"
        if not self.relations:
            return "nothing to judge: no relation and no claim was found"
        if self.outcome == "unreadable":
            return f"nothing was understood: {told}"
        return f"no mistake found: {told}"

    def at(self, one: Line) -> str:
        """A place in words."""
        return f"line {one.line}" + (f" of cell {one.cell}" if one.cell else "")

    def label(self, one: Line) -> str:
        """A place as editors read it: file:line:column."""
        cell = f"cell {one.cell}:" if one.cell else ""
        return f"{self.source.name}:{cell}{one.line}:{one.column}"

    def to(self, form: str) -> str:
        """The whole in one of the formats: text, json, latex, html, github.

        Fails    OutputError on another name
        """
        return find(form).show(self)

    def to_json(self) -> str:
        """As `symconvex check --json` prints it."""
        return self.to("json")

    def to_latex(self) -> str:
        """The derivation again, with a mark beside each relation."""
        return self.to("latex")

    def to_html(self) -> str:
        """A page of its own."""
        return self.to("html")

    def __repr__(self) -> str:
        return self.to("text").rstrip("\n")

    def _repr_html_(self) -> str:
        return find("html").inside(self)


@dataclass(frozen=True, slots=True)
class Show:
    """How a judged derivation is laid out.

    name      what it is asked for by
    show      the whole as text that ends with a line end
    inside    the same within another page
    """

    name: str
    show: Callable[[Checked], str]
    inside: Callable[[Checked], str] = repr


def find(name: str) -> Show:
    """One output; the others are not loaded.

    Fails    OutputError when there is none of this name
    """
    from symconvex.catalogue import load
    from symconvex.handcheck.showing import names

    if name not in names():
        raise OutputError(
            "there is no such format",
            where="the format of a checked derivation",
            expected=", ".join(names()),
            got=name[:60],
            hint='to("html")',
        )
    return load("symconvex.handcheck.showing", name, "SHOW", Show)
