"""Text for a terminal: every line that states something, marks below it, and the first mistake in full."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from symconvex.handcheck.showing._checked import FALSE_MARK, MARKS, TESTED, TRUE, UNDECIDED, Checked, Line, Show
from symconvex.handcheck.showing._telling import clipped

WIDTH, BEFORE = 100, 12  # columns of a line that is quoted, and those before a mark in a longer one
LONGEST = 300  # signs of a reason or a reading
MOST = 300  # lines quoted in full; of the others only those that are not proven
COLOURS = {MARKS[TRUE]: "green", MARKS[TESTED]: "cyan", FALSE_MARK: "red", "?": "yellow", "\u00b7": "bright_black"}

# A row of the screen: pieces of text, each with its colour or none.
Row = tuple[tuple[str, str], ...]


def show(checked: Checked) -> str:
    """The whole without colours."""
    return "".join(f"{''.join(text for _, text in row)}\n" for row in rows(checked))


def rows(checked: Checked, *, verbose: bool = False, quiet: bool = False) -> Iterator[Row]:
    """The whole, row by row.

    verbose    every reading and every counterexample
    quiet      the summary only
    """
    if not quiet:
        yield from _quoted(checked, verbose=verbose)
    name = f"{checked.source.name}: " if quiet else ""
    yield (("bold", f"{name}{checked.summary}"),)
    if checked.first is not None and not quiet:
        yield from _in_full(checked.first)


def _quoted(checked: Checked, *, verbose: bool) -> Iterator[Row]:
    """Every line that states something, as long as there are not too many."""
    yield (("", checked.source.name),)
    if checked.guessed:
        yield (("", clipped(f"      = guessed  {'; '.join(checked.guessed)}   (nothing says what they are)", LONGEST)),)
    count, cell, left_out = 0, 0, 0
    for number, group in groupby(checked.relations, lambda one: one.tex_line):
        lines = sorted(group, key=lambda one: one.start)
        if count >= MOST and (count >= 2 * MOST or all(one.verdict == TRUE for one in lines)):
            left_out += len(lines)
            continue
        count += 1
        if lines[0].cell != cell:
            cell = lines[0].cell
            yield (("", f"cell {cell}"),)
        yield from _one_line(checked, checked.source.lines[number - 1], lines, verbose=verbose)
    if left_out:
        yield (("", f"... and {left_out} more, which are in the output of --json"),)


def _one_line(checked: Checked, row: str, lines: Sequence[Line], *, verbose: bool) -> Iterator[Row]:
    """Why something in it is not proven, the line itself, marks below it, and what else there is to say."""
    for one in lines:
        if one.verdict not in (TRUE, TESTED):
            yield (("", f"{checked.label(one)}: "), (COLOURS[one.mark], clipped(one.reason, LONGEST)))
    waiting = [*lines]
    while waiting:
        left, part = _window(row, waiting[0])
        here = [one for one in waiting if one is waiting[0] or one.end <= left + len(part)]
        waiting = [one for one in waiting if one not in here]
        cut, more = "\u2026" if row[:left].strip() else "", "\u2026" if left + len(part) < len(row) else ""
        yield (("", f"{here[0].line:>5} | {cut}{part}{more}".rstrip()),)
        yield from _marks(here, left - len(cut), left + len(part))
    for given, group in groupby((one for one in lines if one.given), lambda one: one.given):
        whose = "; ".join(clipped(one.step or one.read_as, 40) for one in group) if len(lines) > 1 else ""
        yield (("", f"      = given    {clipped('; '.join(given), LONGEST)}{whose and f'   for {whose}'}"),)
    for one in lines:
        for label, text in _notes(one, verbose=verbose):
            yield (("", f"      = {label:<8} {clipped(text, LONGEST)}"),)


def _window(row: str, one: Line) -> tuple[int, str]:
    """The part of a line that is quoted, and where it begins; tabs are one column wide here."""
    row = row.replace("\t", " ")
    indent = len(row) - len(row.lstrip())
    if len(row.rstrip()) - indent <= WIDTH:
        return indent, row[indent:].rstrip()
    left = max(min(one.start - BEFORE, len(row) - WIDTH), 0) if one.end > WIDTH else 0
    left = min(left, one.start)
    return left, row[left : left + WIDTH]


def _marks(lines: Sequence[Line], left: int, right: int) -> Iterator[Row]:
    """Marks below a line; of two that overlap the second goes below the first."""
    rest = [*lines]
    while rest:
        row, at, later = list[tuple[str, str]](), 0, list[Line]()
        for one in rest:
            start = one.start - left
            if row and start <= at:
                later.append(one)
                continue
            length = max(min(one.end, right) - one.start, 1)
            fill = "~" if one.verdict in (TRUE, TESTED) else "^"
            row += [("", " " * (start - at)), (COLOURS[one.mark], one.mark + fill * (length - 1))]
            at = start + length
        yield (("", "      | "), *row)
        rest = later


def _notes(one: Line, *, verbose: bool) -> Iterator[tuple[str, str]]:
    """What is said below a line, each with its label."""
    if not one.in_words and (verbose or one.is_wrong or one.verdict == UNDECIDED):
        yield "read as", one.step or one.read_as
    if verbose and not one.is_wrong and one.verdict in (TRUE, TESTED) and one.hint:
        yield "as", one.hint
    if one.advice:
        yield "write", one.advice
    if verbose and one.counterexample is not None:
        yield from _example(one.counterexample)


def _in_full(first: Line) -> Iterator[Row]:
    """The first mistake with the slip and the instance that shows it."""
    told = [("claimed", first.read_as), ("slip", first.slip), ("hint", first.hint), ("meant", first.meant)]
    told += [*_example(first.counterexample)] if first.counterexample is not None else []
    for label, text in told:
        if text:
            yield (("", f"  {label:<12} {clipped(text, LONGEST)}"),)


def _example(example: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """An instance: values of the names, indices, both sides."""
    for label, key in (("at", "values"), ("indices", "indices")):
        table = example[key]
        if isinstance(table, Mapping) and table:
            yield label, ", ".join(f"{name} = {value}" for name, value in table.items())
    for label, key in (("left", "left"), ("right", "right"), ("because", "why")):
        if example[key]:
            yield label, str(example[key])


SHOW = Show("text", show)
