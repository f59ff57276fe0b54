"""A command that is not used as meant, told in the four lines of every other error; click's own words are translated.

What people type who know other programs is listed here, and is answered by what symconvex calls it.
"""

import difflib
import re
from collections.abc import Mapping, Sequence

import click

from symconvex.errors import UsageError

# Options of other programs, and how symconvex writes the same.
OTHER_OPTIONS: Mapping[str, str] = {
    "--loss": '--formula "sum((X@w - y)**2)"', "--expr": '--formula "x**2"', "--expression": '--formula "x**2"',
    "--function": '--formula "x**2"', "--objective": '--formula "x**2"', "-f": '--formula "x**2"',
    "--params": "--wrt w,b", "--parameters": "--wrt w,b", "--variables": "--wrt w,b", "--vars": "--wrt w,b",
    "--shapes": "--shape X=n,d", "--dims": "--shape X=n,d", "--domain": '--where "x > 0"',
    "--constraint": '--where "x > 0"', "--constraints": '--where "x > 0"', "--sets": "--set lam=positive",
    "--assume": "--set lam=positive", "--hidden": "--widths 2,3,1", "--units": "--widths 2,3,1",
    "--neurons": "--widths 2,3,1", "--depth": "--layers 2", "--timeout": "--budget 60", "--time": "--budget 60",
    "--output": "--out DIR", "-o": "--out DIR", "--dir": "--out DIR", "--samples": "--points 1000",
    "--bias": "--biases", "--property": "--ask strict", "--strict": "--ask strict", "--threads": "--jobs 2",
    "--csv": "--data FILE.csv", "--dry-run": "--no-write", "-j": "--json",
}  # fmt: skip
OTHER_COMMANDS: Mapping[str, str] = {
    "proof": "prove", "convex": "prove", "is-convex": "prove", "decide": "prove", "refute": "prove", "list": "models",
    "ls": "models", "gradient": "derive", "grad": "derive", "hessian": "derive", "diff": "derive", "replay": "verify",
    "validate": "verify", "batch": "survey", "many": "survey", "grade": "check", "judge": "check", "random": "sample",
}  # fmt: skip
# Values of other programs, by option; a whole sentence where no value says it.
OTHER_VALUES: Mapping[str, Mapping[str, str]] = {
    "--format": {
        "numpy": "python", "np": "python", "py": "python", "tex": "latex", "pytorch": "torch", "md": "markdown",
        "txt": "text", "web": "html", "sympy": 'from Python: sc.derive("logistic").to_sympy()',
        "pdf": "leave --format out: proof.pdf is written beside proof.tex where TeX is",
        "coq": "leave --format out: the certificate is in certificate.json",
    },
    "--expect": {"yes": "convex", "true": "convex", "no": "neither", "false": "neither", "nonconvex": "neither"},
    "--accept": {"true": "tested", "proved": "proven"},
}  # fmt: skip
# What may stand behind an option that takes free text.
EXAMPLES: Mapping[str, str] = {
    "--plot": "picture.png", "--out": "proofs", "--name": "my-loss", "--formula": '"x**2"', "--wrt": "x",
    "--shape": "X=n,d", "--set": "lam=positive", "--assume": "lam=positive", "--where": '"x > 0"', "--size": "n=2,d=2",
    "--layers": "3", "--widths": "2,3,1", "--activation": "tanh", "--labels": "sign", "--classes": "3",
    "--centres": "fixed", "--loss": "squared", "--data": "data.csv", "--option": "labels=sign",
    "--declare": "mine.decl", "--model": "logistic",
    "--cluster": "tcp://host:8786", "--certificates": "kept", "--proofs": "proofs",
}  # fmt: skip
OWN_EXAMPLES: Mapping[tuple[str, str], str] = {("survey", "--out"): "verdicts.jsonl", ("check", "--name"): "L"}
LONGEST = 60


def misused(what: str, *, expected: str, got: str, hint: str) -> UsageError:
    """The error of a command that runs just now."""
    context = click.get_current_context(silent=True)
    return UsageError(what, where=_place(context), expected=expected, got=got, hint=hint)


def explained(problem: click.ClickException, asked: Sequence[str], group: click.Group) -> UsageError:
    """What click has against a command line, as our own error."""
    context = (problem.ctx if isinstance(problem, click.UsageError) else None) or _context(asked, group)
    where, example = _place(context), _example(context)
    match problem:
        case click.NoSuchOption(option_name=name):
            what, expected = f"there is no option {name}", f"an option that {where} --help lists"
            meant = _meant(name, context, _typed((name,), asked), where)
            return UsageError(what, where=where, expected=expected, got=name, hint=meant)
        case click.MissingParameter(param=click.Parameter() as param):
            what = f"{_called(param)} is missing"
            return UsageError(what, where=where, expected=_called(param), got="nothing", hint=example)
        case click.BadParameter(param=click.Parameter(type=click.Path())):
            found = re.search(r"'(.*)' (.*)", problem.message.rstrip("."), re.DOTALL)
            at, got = (found[1], found[2]) if found else (where, problem.message)
            what, hint = "the file cannot be read", "check the path"
            return UsageError(what, where=at, expected="a file that is there", got=f"it {got}", hint=hint)
        case click.BadParameter(param=click.Parameter() as param):
            got = _typed(param.opts, asked) or problem.message
            what = f"this value of {_called(param)} cannot be used"
            expected = _kind(param.type) or problem.message.rstrip(".")
            return UsageError(what, where=where, expected=expected, got=got, hint=_value(param, got, context))
        case click.BadOptionUsage(option_name=name):
            option = _option(name, context)
            what, got = f"{name} stands without its value", f"{name} and nothing behind it"
            value = (option.metavar or "VALUE") if option is not None else "VALUE"
            expected = (_kind(option.type) if option is not None else "") or f"{name} {value}"
            hint = _value(option, "", context) if option is not None else expected
            return UsageError(what, where=where, expected=expected, got=got, hint=hint)
    words = problem.format_message().rstrip(".")
    extra = re.search(r"\((.*)\)$", words, re.DOTALL)
    if extra and "unexpected extra" in words:
        what, expected = "there is a word too many", "one name, and options; quotes around what has blanks"
        return UsageError(what, where=where, expected=expected, got=extra[1], hint=example)
    what = words[:1].lower() + words[1:]
    return UsageError(what, where=where, expected="as --help shows it", got=words, hint=example)


def no_command(word: str, known: Sequence[str], models: Sequence[str]) -> UsageError:
    """The error of a command that there is not; a model or a formula in its place is for prove."""
    near = difflib.get_close_matches(word, known, 1)
    meant = OTHER_COMMANDS.get(word.lower()) or (near[0] if near else None)
    if meant is not None:
        hint = f"did you mean symconvex {meant}?"
    elif word.lower() in models:
        hint = f"symconvex prove {word.lower()}"
    elif re.search(r"[^\w-]", word):
        hint = f'symconvex prove --formula "{word[:LONGEST]}" --wrt x'
    else:
        hint = "symconvex --help shows what each does"
    expected = f"one of {', '.join(known)}"
    what = f"there is no command {word[:LONGEST]}"
    return UsageError(what, where="symconvex", expected=expected, got=word[:LONGEST], hint=hint)


def _context(asked: Sequence[str], group: click.Group) -> click.Context:
    """That of the command that was asked for, which click does not always tell."""
    above = click.Context(group, info_name="symconvex")
    command = next((group.commands[word] for word in asked if word in group.commands), None)
    return above if command is None else click.Context(command, parent=above, info_name=command.name)


def _place(context: click.Context | None) -> str:
    return context.command_path if context is not None else "symconvex"


def _example(context: click.Context | None) -> str:
    """The first example in the help of a command."""
    for line in ((context.command.help or "") if context is not None else "").splitlines():
        if line.strip().startswith("symconvex "):
            return re.split(r"\s{2,}", line.strip())[0]
    return f"{_place(context)} --help"


def _options(context: click.Context | None) -> list[click.Option]:
    params = context.command.params if context is not None else []
    return [param for param in params if isinstance(param, click.Option) and not param.hidden]


def _option(name: str, context: click.Context | None) -> click.Option | None:
    return next((option for option in _options(context) if name in (*option.opts, *option.secondary_opts)), None)


def _meant(name: str, context: click.Context | None, value: str, where: str) -> str:
    """What to write for an option that there is not, with its value if that makes sense."""
    option, _, example = OTHER_OPTIONS.get(name, "").partition(" ")
    if _option(option, context) is not None:
        same = value and option in {"--formula", "--wrt", "--where", "--budget", "--out", "--data"}
        return f"write {option} {_quoted(value) if same else example}".rstrip()
    known = [word for option in _options(context) for word in (*option.opts, *option.secondary_opts)]
    near = difflib.get_close_matches(name, known, 1, 0.7)
    return f"did you mean {near[0]}?" if near else f"{where} --help"


def _called(param: click.Parameter) -> str:
    return param.opts[0] if isinstance(param, click.Option) else param.make_metavar(click.Context(click.Command(None)))


def _kind(kind: click.ParamType) -> str:  # type: ignore[type-arg,unused-ignore]
    """What a parameter takes, in words."""
    match kind:
        case click.Choice(choices=choices):
            return f"one of {', '.join(map(str, choices))}"
        case click.IntRange(min=low, max=high):
            return f"a whole number from {low}" + (f" to {high}" if high is not None else "")
        case click.FloatRange(min=low):
            return f"a finite number above {low:g}"
    return str(getattr(kind, "words", ""))


def _typed(names: Sequence[str], asked: Sequence[str]) -> str:
    """The value of an option as it was typed; empty where none was."""
    for word, after in zip(asked, [*asked[1:], ""], strict=True):
        for name in names:
            if word == name:
                return after if not after.startswith("--") else ""
            if word.startswith(f"{name}="):
                return word.removeprefix(f"{name}=")
    return ""


def _quoted(value: str) -> str:
    short = value[:LONGEST]
    return short if re.fullmatch(r"[\w.,/=-]+", short) else f'"{short}"'


def _value(param: click.Parameter, got: str, context: click.Context | None) -> str:
    """A value that works."""
    if not isinstance(param, click.Option):
        return "check the path"
    option = param.opts[0]
    if param.name == "ask" and got.startswith("conv"):
        return "leave --ask out: whether it is convex is asked anyway"
    if isinstance(param.type, click.Choice):
        meant = OTHER_VALUES.get(option, {}).get(got.lower(), "")
        if " " in meant:
            return meant
        near = [meant] if meant in param.type.choices else difflib.get_close_matches(got, param.type.choices, 1)
        return f"{option} {near[0] if near else param.type.choices[0]}"
    if isinstance(param.default, int | float):
        return f"{option} {param.default:g}"
    command = context.info_name if context is not None else ""
    value = OWN_EXAMPLES.get((command or "", option)) or EXAMPLES.get(option)
    return f"{option} {value or param.metavar or 'VALUE'}"
