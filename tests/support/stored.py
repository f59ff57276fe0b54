"""The proofs that the project keeps in proofs/: which questions they answer, and where they stand."""

from collections.abc import Mapping
from pathlib import Path

from symconvex.data import read_csv, with_data
from symconvex.models import models
from symconvex.problem import Problem
from symconvex.store import folder_name

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
