"""The proofs that the project keeps in proofs/: which questions they answer, and where they stand."""

from collections.abc import Mapping
from pathlib import Path

from support.deciding import NOBODY_WAITS

from symconvex.asking.answered import ask
from symconvex.data import read_csv, with_data
from symconvex.decide import decide
from symconvex.models import models
from symconvex.problem import Problem
from symconvex.store import certificate_text, folder_name
from symconvex.surveying.lines import Asked, read_lines
from symconvex.verdict import Decided

ROOT = Path(__file__).parent.parent.parent
DATA = ROOT / "tests" / "data"
DECIDED_ON_DATA = {"relu-neuron": "one_line"}

ROWS: list[tuple[str, dict[str, str], str]] = [
    # model              options                                              data
    *((name, {}, DECIDED_ON_DATA.get(name, "")) for name in models()),
    ("logistic",         {"labels": "binary"},                                ""),
    ("linear-network",   {"layers": "3"},                                     ""),
    ("mlp",              {"widths": "2,2,1"},                                 ""),
    ("mlp",              {"widths": "2,2,1", "activation": "relu"},           ""),
    ("mlp",              {"widths": "2,2,1", "activation": "sigmoid"},        ""),
    ("mlp",              {"widths": "2,2,1", "biases": "yes"},                ""),
    ("mlp",              {"widths": "2,2,1", "loss": "logistic"},             ""),
    ("mlp",              {"widths": "2,2,1"},                                 "xor"),
    ("rbf-network",      {"centres": "fixed"},                                ""),
    ("autoencoder",      {"tied": "yes"},                                     ""),
]  # fmt: skip


def problem_of(name: str, options: Mapping[str, str], data: str) -> Problem:
    """What the stored proof is about."""
    problem = models()[name].problem(options)
    return with_data(problem, read_csv(DATA / f"{data}.csv", problem)) if data else problem


def folder(name: str, options: Mapping[str, str], data: str) -> Path:
    """Where the proof is kept."""
    return ROOT / "proofs" / folder_name(name, {**options, **({"data": data} if data else {})})


# The questions that the project grew from, and the command that writes their proofs.
LINES = (ROOT / "proofs" / "questions.jsonl").read_text("utf-8").splitlines()
QUESTIONS = {str(line.id): line for line in read_lines(LINES) if isinstance(line, Asked)}
COMMAND = "symconvex survey proofs/questions.jsonl --proofs proofs"


def files_of(line: Asked) -> dict[str, str]:
    """What the program writes of a question today: path below its folder -> text."""
    if line.ask is None:
        verdict = decide(line.problem(), budget=NOBODY_WAITS)
        return {"proof.tex": verdict.to_latex(), "certificate.json": certificate_text(verdict.certificate)}
    found = ask(line.problem(), line.ask, budget=NOBODY_WAITS)
    kept = {
        f"{part.name}/certificate.json" if len(found.parts) > 1 else "certificate.json": certificate_text(
            part.verdict.certificate
        )
        for part in found.parts
        if isinstance(part.verdict, Decided)
    }
    return {"proof.tex": found.to_latex(), **kept}
