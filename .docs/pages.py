"""Pages that are made of what the program says of itself: models, functions, operations, rules, commands, Python.

Nothing is written down twice: a new file in a folder of the catalogue has its page on the day it appears.
"""

import importlib
import inspect
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).parent.parent
LABEL = re.compile(r"[A-Za-z_-]+ {2,}\S")
SIGNS = re.compile(r"([\\*_<>\[\]$#|])")


def write(folder: Path) -> None:
    """Every page, below a folder."""
    made = {
        "models.md": models_page(),
        **{f"models/{name}.md": text for name, text in model_pages()},
        "functions.md": functions_page(),
        "operations.md": operations_page(),
        "rules.md": rules_page(),
        "commands.md": commands_page(),
        "python.md": python_page(),
        "kernel.md": spec_page(),
    }
    for name, text in made.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


# ---- Markdown ---------------------------------------------------------------------------------------------------


def plain(text: str) -> str:
    """Text in which no sign has a meaning; what stands in backticks stays."""
    parts = re.split(r"(`[^`\n]*`)", text)
    return "".join(part if k % 2 else SIGNS.sub(r"\\\1", part) for k, part in enumerate(parts))


def code(text: str, language: str = "text") -> str:
    """A block as it stands."""
    return f"```{language}\n{text.rstrip()}\n```"


def cell(text: str) -> str:
    """Code in a cell of a table."""
    return f"`{text.replace('|', chr(92) + '|')}`" if text else ""


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Rows below each other."""
    lines = [list(head), *map(list, rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def docstring(text: str | None) -> str:
    """A docstring of the house: sentences, formulas that are indented, and labels with what they say."""
    blocks = re.split(r"\n\s*\n", inspect.cleandoc(text or ""))
    return "\n\n".join(_block(block) for block in blocks if block.strip())


def _block(block: str) -> str:
    lines = block.splitlines()
    if all(line.startswith("    ") for line in lines) or LABEL.match(lines[0]):
        return code(textwrap.dedent(block))
    return plain(block)


# ---- the catalogue ----------------------------------------------------------------------------------------------


def models_page() -> str:
    """Every model on a line, and the list of their pages."""
    from symconvex.models import models

    rows = [
        (f"[{name}](models/{name}.md)", plain(model.summary), cell(model.problem({}).text))
        for name, model in models().items()
    ]
    tree = "\n".join(f"models/{name}" for name in models())
    head = "# Models\n\nThe losses that symconvex knows by name. Each page says what is proved of it."
    return f"{head}\n\n{table(('model', 'what it is', 'loss'), rows)}\n\n```{{toctree}}\n:hidden:\n\n{tree}\n```\n"


def model_pages() -> Iterator[tuple[str, str]]:
    """A page for each model: its loss, its derivatives, what is proved of it and where it is from."""
    from symconvex import formats
    from symconvex.calculus.closed.derivation import derive
    from symconvex.models import models

    for name, model in models().items():
        problem = model.problem({})
        declared = [(symbol, "parameter") for symbol in problem.parameters]
        declared += [(symbol, "data") for symbol in problem.data]
        names = table(
            ("name", "shape", "set", "role"),
            ((cell(s.name), cell(_shape(s.shape)), s.within, role) for s, role in declared),
        )
        parts = [
            f"# {name}",
            f"{plain(model.summary)}.",
            code(problem.text, "python"),
            names,
            "## Options" if model.options else "",
            "\n".join(f"- `--{o.name}`: {plain(o.help)}" for o in model.options),
            f"## Derivatives\n\n{code(formats.find('text').closed(derive(problem)))}",
            f"## What is proved\n\n{code(proved(name))}",
            f"`symconvex prove {name}` writes the proof.",
            f"## Source\n\n{plain(model.source)}.",
        ]
        yield name, "\n\n".join(filter(None, parts)) + "\n"


def _shape(shape: tuple[object, ...]) -> str:
    return f"({', '.join(map(str, shape))}{',' * (len(shape) == 1)})"


def proved(name: str) -> str:
    """What the stored certificate of a model proves, or that of one variant or data set, as its replay says."""
    from symconvex.replay import replay

    proofs = [ROOT / "proofs" / name, *sorted((ROOT / "proofs").glob(f"{name}-*"))]
    found = replay(next(folder / "certificate.json" for folder in proofs if folder.is_dir()))
    if found.outcome != "accepted":
        raise ValueError(f"{name}: {found.reason}")
    return "\n".join((found.setting, "", *found.theorems))


def functions_page() -> str:
    """The elementary functions with their facts."""
    from symconvex.functions import functions

    rows = [
        (
            f"`{name}`",
            cell(f.meaning or ""),
            cell(f.derivative),
            cell("" if f.domain == "real" else f.domain),
            cell(" to ".join(f.range)),
            f.monotone,
            f.curvature,
            plain(f.source),
        )
        for name, f in functions().items()
    ]
    head = (
        "# Functions\n\nElementary functions of the loss language, applied entry by entry to `z`; "
        "`max` and `min` compare `z` with `u`."
    )
    columns = ("function", "meaning", "derivative", "domain", "range", "monotone", "curvature", "source")
    return f"{head}\n\n{table(columns, rows)}\n"


def operations_page() -> str:
    """The operations of the loss language, and their other names."""
    from symconvex.language.calls import ALIASES, CALLS
    from symconvex.language.state import SETS

    others = dict[str, list[str]]()
    for word, name in ALIASES.items():
        others.setdefault(name, []).append(word)
    rows = [(cell(call.usage), " ".join(map(cell, others.get(name, ())))) for name, call in sorted(CALLS.items())]
    sets = ", ".join(f"`{name}`" for name in SETS)
    return (
        "# Operations\n\nOperations on arrays, written as NumPy, PyTorch, JAX, SciPy or CVXPY write them; "
        "`np.`, `torch.nn.functional.` and the like may stand in front.\n\n"
        f"{table(('operation', 'also'), rows)}\n\n## Sets of the data\n\n{sets}\n"
    )


def rules_page() -> str:
    """The rules by which proofs are found, from cheap to dear."""
    from symconvex.rules import rules

    order = "They are tried in this order; the first answer counts."
    parts = [f"# Rules\n\nA rule proposes the lines of a certificate, and only the kernel decides. {order}"]
    for rule in sorted(rules(), key=lambda rule: (rule.cost, rule.name)):
        module = importlib.import_module(f"symconvex.rules.{rule.name.replace('-', '_')}")
        shown = "\n".join(f"{example.loss}    in {example.wrt}: {example.truth}" for example in rule.accepts)
        parts += [f"## {rule.name}", docstring(module.__doc__), f"Source: {plain(rule.source)}", code(shown)]
    return "\n\n".join(parts) + "\n"


def spec_page() -> str:
    """What the kernel accepts: its specification, as it stands beside it, with every step and why it is sound."""
    text = (ROOT / "symconvex" / "kernel" / "SPEC.md").read_text(encoding="utf-8")
    return text.replace("# The certificate format, version 2", "# The kernel and its certificates", 1)


# ---- commands and Python ----------------------------------------------------------------------------------------


def commands_page() -> str:
    """The help of every command."""
    from symconvex.cli import main

    parts = ["# Commands", code(_help(main, None))]
    for name, command in sorted(main.commands.items()):
        parts += [f"## symconvex {name}", code(_help(command, main))]
    return "\n\n".join(parts) + "\n"


def _help(command: click.Command, group: click.Group | None) -> str:
    above = None if group is None else click.Context(group, info_name="symconvex")
    name = "symconvex" if group is None else command.name
    return command.get_help(click.Context(command, parent=above, info_name=name, terminal_width=88))


def python_page() -> str:
    """What a Python program calls, with the methods and properties of what it gets."""
    import symconvex

    parts = ["# In Python", docstring(symconvex.__doc__)]
    for name in symconvex.__all__:
        value = getattr(symconvex, name)
        if callable(value):
            parts += [f"## symconvex.{name}", *_described(value)]
    return "\n\n".join(filter(None, parts)) + "\n"


def _described(value: Callable[..., Any]) -> Iterator[str]:
    if not inspect.isclass(value):
        yield code(f"{value.__name__}{_signature(value)}", "python")
    yield docstring(value.__doc__)
    if inspect.isclass(value):
        for name, member in inspect.getmembers(value):
            public = not name.startswith("_") and getattr(member, "__doc__", None)
            if public and isinstance(member, property):
                yield f"**{plain(name)}**: {docstring(member.__doc__)}"
            elif public and inspect.isfunction(member):
                yield f"**{plain(name)}**{plain(_signature(member))}: {docstring(member.__doc__)}"


def _signature(value: Callable[..., Any]) -> str:
    return str(inspect.signature(value)).replace("symconvex.", "").replace("'", "")
