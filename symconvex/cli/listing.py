"""The table of models."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from symconvex.models._model import Option

Row = dict[str, object]


def model_rows() -> list[Row]:
    """Name, summary, loss and options of every model, in order of name."""
    from symconvex.models import models

    return [
        {
            "name": model.name,
            "summary": model.summary,
            "loss": model.problem({}).text,
            "options": [_option(option) for option in model.options],
            "source": model.source,
        }
        for model in models().values()
    ]


def _option(option: "Option") -> Row:
    return {
        "name": option.name,
        "default": option.default,
        "choices": list(option.choices),
        "help": option.help,
    }


def print_models(rows: list[Row], *, quiet: bool, verbose: bool) -> None:
    """One line for each model: the name alone, or with its loss; when verbose also what it is and its options."""
    width = max(len(str(row["name"])) for row in rows)
    for row in rows:
        click.echo(str(row["name"]) if quiet else f"{row['name']:<{width}}  {row['loss']}")
        if verbose:
            lines = [str(row["summary"]), *_option_lines(row["options"]), f"source: {row['source']}"]
            click.echo("".join(f"{'':<{width}}    {line}\n" for line in lines), nl=False)


def _option_lines(options: object) -> list[str]:
    found = options if isinstance(options, list) else []
    return [f"--{option['name']}: {option['help']} (default {option['default'] or 'none'})" for option in found]
