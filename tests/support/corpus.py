"""The rows of the corpus, as its files have them, as lines of a survey with their truth."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "data" / "corpus"
# What SymPy calls a function, and what a person does.
NAMES = {"Abs": "abs", "Max": "max", "Min": "min", "loggamma": "lgamma"}
# What the language leaves out may be answered, or refused with an error that shows how to write it.
OUTSIDE = re.compile(r"einsum|\bfor\b")
Row = dict[str, Any]


def functions() -> list[Row]:
    """Functions in scalars."""
    return [_function(given) for given in _lines("functions-dev.jsonl")]


def _lines(name: str) -> Iterator[Row]:
    return map(json.loads, (FOLDER / name).read_text("utf-8").splitlines())


def _function(given: Mapping[str, Any]) -> Row:
    depends = given["condition"] is not None
    modulus, strict = given["strongly_convex"], given["strict"]
    none = given["truth"] == "convex" and modulus is None and strict is not None
    truth = {
        "verdict": "depends" if depends else given["truth"],
        "strict": None if given["truth"] == "neither" else strict,
        "modulus": "0" if none else modulus,
        "modulus_exact": given["modulus_exact"],
        "condition": given["condition"],
        "concave_condition": given["concave_condition"],
        "quasiconvex": given["quasiconvex"],
    }
    return {
        "id": given["id"],
        "loss": _typed(given["expr"]),
        "wrt": given["vars"],
        "sets": given["params"],
        "where": [_typed(text) for text in given["domain"]],
        "family": given["family"],
        "truth": truth,
    }


def _typed(text: str) -> str:
    return re.sub(r"\b(\w+)(?=\()", lambda found: NAMES.get(found[1], found[1]), text)


def losses() -> list[Row]:
    """Losses as people write them in NumPy; the truth is in words there, and read here."""
    return [_loss(given) for given in _lines("losses-dev.jsonl")]


def _loss(given: Mapping[str, Any]) -> Row:
    words, more = given["truth"], given["cond"]
    first = words.split()[0].rstrip(":")
    deserved = first in ("slip", "undefined")
    strict = re.search(r"strict(?: iff (.*))?$", more.split(",")[0]) if more.startswith("strict") else None
    when = strict[1] if strict else None
    when = {"rank": "rank(X) == d", "rank([X 1])==d+1": "rank([X 1]) == d + 1"}.get(when or "", when)
    modulus = re.search(r"modulus (.*)", more)
    unless = re.search(r"\((\w+) != 0\)", words)  # neither but for zero data, which make it constant
    truth = {
        "verdict": None if deserved else "depends" if "unless" in words else first,
        "condition": f"{unless[1]} == 0" if unless and first == "neither" else None,
        "error": True if deserved or OUTSIDE.search(given["loss"]) else None,
        "strict": True if strict and when is None else None,
        "strict_when": when,
        "modulus": modulus[1] if modulus else None,
        "modulus_exact": True,
    }
    return {
        **{name: given[name] for name in ("id", "loss", "wrt", "shapes", "sets")},
        "where": [f"{text} > 0" for text in given["positive"]],
        "family": first,
        "truth": truth,
    }


def formulas() -> list[Row]:
    """Formulas from public questions, with the arguments of `symconvex prove`."""
    return [_formula(given) for given in _lines("public/formulas.jsonl")]


def _formula(given: Mapping[str, Any]) -> Row:
    said: dict[str, list[str]] = {}
    words = iter(given["arguments"])
    for word in words:
        name, sign, value = word.partition("=")
        said.setdefault(name, []).append(value if sign else next(words))
    pairs = {name: dict(text.split("=", 1) for text in said.get(f"--{name}", [])) for name in ("shape", "set")}
    verdict = re.match(r"\w+", given["truth"])
    return {
        "id": given["id"],
        "loss": said["--formula"][0],
        "wrt": said["--wrt"][0].split(","),
        "shapes": {name: [_size(word) for word in sizes.split(",")] for name, sizes in pairs["shape"].items()},
        "sets": pairs["set"],
        "where": said.get("--where", []),
        "family": "formulas",
        "truth": {"verdict": verdict and verdict[0], "strict": True if "strictly" in given["truth"] else None},
    }


def _size(word: str) -> str | int:
    return int(word) if word.isdigit() else word
