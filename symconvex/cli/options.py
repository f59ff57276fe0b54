"""What can be written on the command line, and how it is completed in a shell."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from symconvex.cli.misuse import misused

C = TypeVar("C", bound=Callable[..., Any])
ANSWERS = ("convex", "concave", "affine", "neither")
REPLIES = ("yes", "no")
QUESTIONS = ("strict", "strong", "quasiconvex", "log-convex", "log-concave", "blocks")
DEFAULT_BUDGET = 60.0
HELPED = {"help_option_names": ["-h", "--help"]}


class ModelName(click.ParamType[str]):
    """The name of a model, completed from the files of the catalogue."""

    name = "model"

    def shell_complete(self, _ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Models whose names begin with what has been typed."""
        from symconvex.models import names

        return [CompletionItem(name) for name in names() if name.startswith(incomplete)]


def complete_activation(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The activations that a network can have."""
    from symconvex.models import find

    choices = (choice for option in find("mlp").options if option.name == "activation" for choice in option.choices)
    return [CompletionItem(choice) for choice in choices if choice.startswith(incomplete)]


class Positive(click.FloatRange):
    """A number above zero, and a number indeed."""

    def __init__(self) -> None:
        super().__init__(min=0, min_open=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number; "nan" and "inf" are refused like -1."""
        number: float = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is not a finite number.", param, ctx)
        return number


class Count(click.ParamType[int]):
    """A whole number from 1 to a billion, which may be written 1e5."""

    name, words = "number", "a whole number from 1 to 1e9, such as 10000 or 1e5"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number; 1.5 and 0 are refused."""
        try:
            number = float(value)
        except ValueError:
            number = 0.5
        if not (number.is_integer() and 1 <= number <= 10**9):
            self.fail(f"{value!r} is not a whole number from 1 to 1e9.", param, ctx)
        return int(number)


def show_version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    """Print the installed version and stop."""
    if not value:
        return
    from importlib import metadata

    try:
        click.echo(f"symconvex {metadata.version('symconvex')}")
    except metadata.PackageNotFoundError:
        click.echo("symconvex, not installed: running from its source")
    ctx.exit()


version_option = click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=show_version, help="Show the version."
)


def check_expected(ask: str | None, expect: str | None) -> None:
    """A question is answered by yes or no, and without one there is a verdict.

    Fails    UsageError
    """
    if expect is not None and (expect in REPLIES) != (ask is not None):
        fits = ANSWERS if ask is None else REPLIES
        raise misused(
            f"--expect {expect} does not answer what is asked",
            expected=f"one of {', '.join(fits)}",
            got=expect,
            hint=f"--expect {fits[0]}",
        )


def together(*decorators: Callable[[C], C]) -> Callable[[C], C]:
    """One decorator of many; the options are listed in the order given."""

    def decorate(command: C) -> C:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate


def remember_json(ctx: click.Context, _param: click.Parameter, value: bool) -> bool:
    """Errors want to know about --json too, before the command begins."""
    ctx.meta["json"] = value
    return value


json_option = click.option(
    "--json", "as_json", is_flag=True, is_eager=True, callback=remember_json, help="Print one JSON object."
)


def loudness(*, quiet: str, verbose: str) -> Callable[[C], C]:
    """The options -q and -v, and what they mean to a command."""
    return together(
        click.option("-q", "--quiet", is_flag=True, help=quiet),
        click.option("-v", "--verbose", is_flag=True, help=verbose),
    )


def limited(words: str, seconds: float = DEFAULT_BUDGET) -> Callable[[C], C]:
    """The option --budget, and what it means to a command."""
    return click.option("--budget", type=Positive(), default=seconds, show_default=True, metavar="SECONDS", help=words)


budget_option = limited("Give up after this time, undecided.")
survey_budget_option = limited("Give up on a problem after this time.", 20.0)
check_budget_option = limited("Judge nothing more of a file after so many seconds of computing.")
several_files = click.Path(allow_dash=True, path_type=Path)  # each is read, or told of, when its turn comes
out_option = click.option(
    "--out",
    type=click.Path(path_type=Path),
    default="proofs",
    show_default=True,
    metavar="DIR",
    help="Where proofs are kept, each in a folder of its own.",
)
page_format = click.option(
    "--format",
    "form",
    type=click.Choice(("html", "latex", "markdown")),
    default="latex",
    show_default=True,
    help="Which page of each proof is linked.",
)
plot_option = click.option(
    "--plot", type=click.Path(path_type=Path), metavar="FILE", help="Draw a picture too: .png, .svg or .pdf."
)
page_options = together(
    click.option("--name", metavar="NAME", help="What the loss is called; its folder too."),
    click.option("--no-write", is_flag=True, help="Write no files but that of --plot."),
    click.option(
        "--format",
        "forms",
        type=click.Choice(("html", "latex", "markdown", "text")),
        multiple=True,
        help="Write the proof like this too: proof.html, proof.md, proof.txt (repeatable).",
    ),
    click.option("--show", is_flag=True, help="Print the proof too, as text."),
    plot_option,
)
size_option = click.option("--size", metavar="SIZES", help="Numbers for named sizes: n=2,d=2.")

model_options = together(
    click.argument("model", type=ModelName(), required=False),
    click.option("--layers", metavar="COUNT", help="Number of layers."),
    click.option("--widths", metavar="SIZES", help="Layer widths, input first: 2,3,1 or d,h,1."),
    click.option(
        "--activation", metavar="NAME", shell_complete=complete_activation, help="Activation: tanh, relu, ..."
    ),
    click.option("--biases/--no-biases", default=None, help="With or without biases."),
    click.option("--labels", metavar="SET", help="sign (-1 or 1) or binary (0 or 1)."),
    click.option("--classes", metavar="COUNT", help="Number of classes."),
    click.option("--centres", metavar="HOW", help="fixed or trained."),
    click.option("--tied/--untied", default=None, help="Whether decoder and encoder share weights."),
    click.option("--loss", metavar="NAME", help="Of a network: squared or logistic."),
    click.option("--data", type=click.Path(path_type=Path), metavar="FILE.csv", help="Data to decide it for."),
)

formula_options = together(
    click.option("--formula", metavar="LOSS", help="A loss of your own, as NumPy would write it."),
    click.option("--wrt", multiple=True, metavar="NAMES", help="What it is minimised over: w or w,b."),
    click.option("--shape", multiple=True, metavar="NAME=SIZES", help="The shape of a name: X=n,d (repeatable)."),
    click.option("--set", "sets", multiple=True, metavar="NAME=SET", help="Its values: lam=positive (repeatable)."),
    click.option("--where", multiple=True, metavar="CONDITION", help='The domain: "0 < x < 1" (repeatable).'),
)

question_options = together(model_options, formula_options)
