"""How right a survey is: its entries against rows with known answers, and the table of it.

A row is a line of a survey with its truth, and may have a family:

    {"id", "loss", "wrt", "shapes", "sets", "where", "family",
     "truth": {"verdict", "strict", "strict_when", "modulus", "modulus_exact", "smoothness", "condition",
               "concave_condition", "quasiconvex", "error"}}

What is null in the truth is not recorded. A modulus is the largest one, unless modulus_exact is false; "0" says that
there is none. A smoothness is the smallest one. An error is true, the kind of an error, or words of it; beside a
verdict either will do.

    right       all that is recorded, and nothing false
    short       nothing false, but something that is recorded is missing
    undecided   no verdict
    error       an error that the row does not deserve
    wrong       something false

    PYTHONPATH=tests python -m support.scoring FILE.jsonl --jobs 2 --budget 20
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from support.meaning import compared, holds_somewhere, names_in, same_condition

import symconvex as sc

OUTCOMES = ("right", "short", "undecided", "error", "wrong")
ASKED = ("id", "loss", "wrt", "shapes", "sets", "where")
MINE = {"InternalError", "LimitError"}  # never the error that a row deserves
NO_CONDITION = {None, "True", "False", "always", "never"}


@dataclass(frozen=True, slots=True)
class Score:
    """What became of a row, and why it is not right."""

    row: Mapping[str, Any]
    entry: Mapping[str, Any]
    outcome: str
    notes: tuple[str, ...]


@dataclass(slots=True)
class Judge:
    """Compares one entry with its row; what is false and what is missing are kept apart."""

    row: Mapping[str, Any]
    entry: Mapping[str, Any]
    truth: dict[str, Any] = field(default_factory=dict)
    false: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def names(self) -> tuple[Any, Any]:
        """Shapes and sets."""
        return self.row.get("shapes") or {}, self.row.get("sets") or {}

    def score(self) -> Score:
        """The outcome, with notes."""
        truth, entry = self.row.get("truth") or {}, self.entry
        self.truth = {name: value for name, value in truth.items() if value is not None}
        if "error" in entry or (truth.get("error") and not truth.get("verdict")):
            return self._erring()
        if entry["verdict"] == "undecided":
            return Score(self.row, entry, "undecided", tuple(entry["tried"])[-1:])
        self._verdict()
        self._conditions()
        self._strictness()
        for name in ("modulus", "smoothness"):
            self._constant(name)
        self._same("quasiconvex", self.truth.get("quasiconvex"))
        if self.entry["quasiconvex"] is not None:  # checked wherever it is said, and wanted where the truth asks for it
            self._same("quasiconvex", self.row.get("quasiconvex"))
        outcome = "wrong" if self.false else "short" if self.missing else "right"
        return Score(self.row, entry, outcome, (*self.false, *self.missing))

    def _erring(self) -> Score:
        deserved, found = self.truth.get("error"), self.entry.get("error")
        if found is None:
            outcome = "undecided" if self.entry["verdict"] == "undecided" else "wrong"
            return Score(self.row, self.entry, outcome, (f"deserves an error: {deserved}",))
        told = f"{found['kind']}: {found['what']}"
        said = (
            deserved is True or deserved == found["kind"] or (deserved and str(deserved).lower() in str(found).lower())
        )
        kinds = deserved and found["kind"] not in MINE
        return Score(self.row, self.entry, "right" if kinds and said else "error", (told,))

    def _verdict(self) -> None:
        wanted, found = self.truth.get("verdict"), self.entry["verdict"]
        if self.truth.get("condition") not in NO_CONDITION or self.truth.get("concave_condition") not in NO_CONDITION:
            wanted = "depends"
        under = self.entry["hypotheses"]
        note = f"{found}{' if ' + ' and '.join(under) if under else ''}, and it is {wanted}"
        if wanted in (None, found):
            return
        if self._contradicts(str(wanted), str(found)):
            self.false.append(note)
        elif wanted != "not convex" and not (wanted == "depends" and self._condition_is_met()):
            self.missing.append(note)

    def _contradicts(self, wanted: str, found: str) -> bool:
        refuted = self.entry["witness"] is not None
        if wanted == "depends":
            return found not in ("neither", "not convex") or not self.entry["hypotheses"]
        if found == "depends":
            return refuted and wanted in ("convex", "affine")
        if wanted == "not convex":
            return found not in ("neither", "concave")
        weaker = {("affine", "convex"), ("affine", "concave"), ("neither", "not convex"), ("concave", "not convex")}
        return (wanted, found) not in weaker

    def _condition_is_met(self) -> bool:
        wanted, found = self.truth.get("condition"), self.entry["condition"]
        return wanted is not None and found is not None and same_condition(found, wanted, *self.names) is True

    def _conditions(self) -> None:
        for name in ("condition", "concave_condition"):
            wanted, found = self.truth.get(name), self.entry[name]
            if wanted is None:
                continue
            if found is None:
                self.missing.append(f"{name} {wanted}")
                continue
            same = same_condition(str(found), str(wanted), *self.names)
            if same is None:
                self.missing.append(f"{name} {found} cannot be compared with {wanted}")
            elif not same:
                self.false.append(f"{name} {found}, and it is {wanted}")
        under, wanted = self.entry["hypotheses"], self.truth.get("condition")
        refuted = wanted and self.entry["verdict"] in ("neither", "not convex")
        if refuted and holds_somewhere(str(wanted), True, list(under), *self.names):
            self.false.append(f"refuted under {under}, and {wanted} may hold there")

    def _strictness(self) -> None:
        wanted, found = self.truth.get("strict"), self.entry["strict"]
        when, told = self.truth.get("strict_when"), self.entry["strict_when"]
        self._same("strict", wanted)
        if when is None:
            if wanted is not None and told is not None and same_condition(told, str(wanted), *self.names) is False:
                self.false.append(f"strict iff {told}, and it is {wanted}")
            return
        shown = told if told is not None else None if found is None else str(found)
        same = None if shown is None else same_condition(shown, when, *self.names)
        if same is False:
            self.false.append(f"strict iff {shown}, and it is iff {when}")
        elif not same:
            self.missing.append(f"strict iff {when}" + (f", compare with {shown}" if shown else ""))

    def _same(self, name: str, wanted: object) -> None:
        found = self.entry[name]
        if wanted is not None and found is None and not (name == "strict" and self.entry["strict_when"]):
            self.missing.append(f"{name} {wanted}")
        elif wanted is not None and found is not None and found != wanted:
            self.false.append(f"{name} {found}, and it is {wanted}")

    def _by_data(self, found: str, wanted: str) -> bool:
        """Does a constant speak of arrays where the truth is one for all of them?"""
        return any(self.names[0].get(name) for name in names_in(found) - names_in(wanted))

    def _constant(self, name: str) -> None:
        wanted, found = self.truth.get(name), self.entry[name]
        if wanted is None:
            return
        wanted = str(wanted)
        below, above = ("<", ">") if name == "modulus" else (">", "<")
        if found is None:
            if name in self.entry["exact"] and wanted != "0":
                self.false.append(f"no {name}, and it is {wanted}")
            elif wanted != "0":
                self.missing.append(f"{name} {wanted}")
            return
        under = [self.entry[f"{name}_when"]] if self.entry[f"{name}_when"] else []
        lies = compared(str(found), wanted, under, *self.names)
        exact = self.truth.get("modulus_exact", True) or name == "smoothness"
        if lies is None:
            self.missing.append(f"{name} {found} cannot be compared with {wanted}")
        elif above in lies and exact and not self._by_data(str(found), wanted):
            self.false.append(f"{name} {found}, and the best is {wanted}")
        elif below in lies and name in self.entry["exact"]:
            self.false.append(f"{name} {found} called best possible, and {wanted} is possible")
        elif below in lies:
            self.missing.append(f"{name} {found}, and {wanted} is possible")


def scores(rows: Sequence[Mapping[str, Any]], entries: Iterable[Mapping[str, Any]]) -> list[Score]:
    """The score of every row, in the order of the rows."""
    found = {entry["id"]: entry for entry in entries}
    return [Judge(row, found[row["id"]]).score() for row in rows]


def surveyed(rows: Sequence[Mapping[str, Any]], *, jobs: int = 2, budget: float = 20, **more: Any) -> list[Score]:
    """The rows as `symconvex survey` answers them."""
    lines = [{name: row[name] for name in ASKED if name in row} for row in rows]
    return scores(rows, sc.survey(lines, jobs=jobs, budget=budget, **more))


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def score(path: str | Path, *, jobs: int = 2, budget: float = 20) -> list[Score]:
    """The scores of a file of rows."""
    return surveyed(read_rows(Path(path)), jobs=jobs, budget=budget)


def table(found: Sequence[Score]) -> str:
    """The counts of each family that is not wholly right, then of all."""
    families: dict[str, list[Score]] = {}
    for one in found:
        families.setdefault(str(one.row.get("family") or "-"), []).append(one)
    lines = [
        f"{'family':<28}{'rows':>6}" + "".join(f"{word:>11}" for word in OUTCOMES) + f"{'median s':>10}{'max s':>8}"
    ]
    right = [name for name, group in families.items() if all(one.outcome == "right" for one in group)]
    lines += [_counts(name, group) for name, group in families.items() if name not in right]
    if right:
        lines.append(_counts(f"{len(right)} families", [one for name in right for one in families[name]]))
    return "\n".join([*lines, _counts("all", found)])


def _counts(name: str, group: Sequence[Score]) -> str:
    counts, seconds = Counter(one.outcome for one in group), [one.entry["seconds"] for one in group]
    cells = "".join(f"{counts[word]:>11}" for word in OUTCOMES)
    return f"{name[:27]:<28}{len(group):>6}{cells}{median(seconds or [0]):>10.2f}{max(seconds, default=0):>8.1f}"


def faults(found: Iterable[Score]) -> Iterator[str]:
    """The rows that are not right, the worst first: what was asked, and why."""
    for one in sorted(found, key=lambda one: -OUTCOMES.index(one.outcome)):
        if one.outcome != "right":
            where = " on " + ", ".join(one.row["where"]) if one.row.get("where") else ""
            yield f"{one.outcome:<10} {one.row['id']}: {one.row['loss'][:110]}{where}: {'; '.join(one.notes)[:260]}"


def count(found: Iterable[Score]) -> Counter[str]:
    """How many rows met which outcome."""
    return Counter(one.outcome for one in found)


def main() -> None:
    """Print the table of a file, and the rows that are not right."""
    reads = argparse.ArgumentParser(description="Scores symconvex survey on rows with known answers.")
    reads.add_argument("path", type=Path)
    reads.add_argument("--jobs", type=int, default=2)
    reads.add_argument("--budget", type=float, default=20)
    asked = reads.parse_args()
    found = score(asked.path, jobs=asked.jobs, budget=asked.budget)
    sys.stdout.write("\n".join([*faults(found), table(found)]) + "\n")


if __name__ == "__main__":
    main()
