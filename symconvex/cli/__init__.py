"""The command line. A command reads what was asked, calls one function, prints and exits.

Nothing heavy is imported before a command has work for it.
"""

from pathlib import Path
from typing import Any

import click

from symconvex import formats
from symconvex.cli import options, screen
from symconvex.cli.misuse import misused
from symconvex.cli.net import CommandGroup, debug_option
from symconvex.handcheck import showing


@click.group(
    "symconvex", cls=CommandGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@options.version_option
@click.pass_context
def main(context: click.Context) -> None:
    """Prove whether a loss is convex in its parameters.

    \b
    symconvex models                        what there is
    symconvex derive logistic               loss, gradient and Hessian
    symconvex prove logistic                verdict, proof and certificate
    symconvex prove mlp --widths 2,2,1      the same for a network
    symconvex survey problems.jsonl         a verdict for each of many losses
    symconvex verify proofs/                re-check certificates

    \b
    Exit codes
      0    everything that was asked is proved, either way
      1    something is false: --expect not met, a certificate refused
      2    wrong usage, unreadable input, no room for output, no picture
      3    undecided; the time or the memory did not suffice
      70   a bug in symconvex
      128+ ended by a signal: 130 by Ctrl-C, 143 by SIGTERM
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
        screen.leave(screen.USAGE)


main.params.append(debug_option())


@main.command()
@options.json_option
@options.loudness(quiet="Print names only.", verbose="Print the options of each, and sources.")
def models(as_json: bool, quiet: bool, verbose: bool) -> None:
    """List the models, one line each, with the loss.

    \b
    symconvex models
    symconvex models -v        with their options
    """
    from symconvex.cli.listing import model_rows, print_models

    rows = model_rows()
    if as_json:
        screen.print_json({"models": rows})
    else:
        print_models(rows, quiet=quiet, verbose=verbose)


@main.command()
@options.question_options
@options.size_option
@click.option("--entries", is_flag=True, help="Entry by entry, where shapes or data make every size a number.")
@click.option(
    "--format", "form", type=click.Choice(formats.names()), default="text", show_default=True, help="What to print."
)
@click.option("--check", is_flag=True, help="Compare every entry with the derivatives that SymPy finds by itself.")
@options.json_option
def derive(size: str | None, entries: bool, form: str, check: bool, as_json: bool, **asked: Any) -> None:
    """Derive gradient and Hessian, in matrix form for every size, or entry by entry at one.

    \b
    symconvex derive logistic
    symconvex derive logistic --size n=2,d=2 --format python
    symconvex derive logistic --size n=2,d=2 --check
    symconvex derive mlp --widths 2,2,1 --data xor.csv --entries
    symconvex derive --formula "x*log(x)" --wrt x
    symconvex derive --formula "sum(exp(X@w))" --wrt w --shape X=n,d --shape w=d

    --json is --format json. What --check finds is on stderr; it exits with 1 where an entry differs.
    """
    from symconvex.cli.deriving import check_entries, closed_derived, entries_derived
    from symconvex.cli.question import problem_of, read_question, read_sizes

    problem = problem_of(read_question(asked))
    form = "json" if as_json else form
    if entries or size is not None:
        for part in entries_derived(problem, read_sizes(size, problem), form):
            click.echo(part, nl=False)
        if check:
            screen.leave(check_entries(problem, read_sizes(size, problem)))
    elif check:
        raise misused("--check compares entries", expected="sizes", got="no --size", hint="--size n=2,d=2")
    else:
        click.echo(closed_derived(problem, form), nl=False)


@main.command()
@options.question_options
@click.option("--ask", type=click.Choice(options.QUESTIONS), help="A question of its own instead of: is it convex?")
@click.option(
    "--expect",
    type=click.Choice((*options.ANSWERS, *options.REPLIES)),
    help="Exit with 1 unless this is the verdict, or the answer to --ask.",
)
@options.budget_option
@options.out_option
@options.page_options
@options.json_option
@options.loudness(quiet="Print the verdict only.", verbose="Print more.")
def prove(ask: str | None, expect: str | None, as_json: bool, **asked: Any) -> None:
    """Prove or refute that a loss is convex.

    \b
    symconvex prove logistic
    symconvex prove linear-network --layers 3
    symconvex prove mlp --widths 2,2,1 --activation tanh --loss squared
    symconvex prove mlp --widths 2,2,1 --data xor.csv
    symconvex prove --formula "sum(exp(X@w))" --wrt w --shape X=n,d --shape w=d
    symconvex prove --formula "x*log(x)" --wrt x --where "x > 0"
    symconvex prove --formula "x*y" --wrt x,y --ask blocks
    symconvex prove logistic --show                 the proof on screen
    symconvex prove logistic --format html          and for a browser
    symconvex prove mlp --plot segment.png          what refutes, drawn

    \b
    --ask asks of the loss
      strict, strong           is it strictly (strongly) convex?
      quasiconvex              is it quasiconvex?
      log-convex, log-concave  is it > 0, and is its logarithm convex?
      blocks                   is it convex in each parameter while the
                               others are fixed? --wrt U,b --wrt V: in
                               U and b together, and in V
    and is answered by yes, no, exactly when, depends (on the data, see
    the theorems) or unknown, which exits with 3.

    Writes proof.tex, certificate.json and, where TeX is there, proof.pdf into a folder of its own below --out. Without
    TeX, --show and --format give the same proof: proof.html needs nothing but a browser, proof.md is for a repository.

    --budget covers reading, searching and writing, and is no setting of accuracy: an answer that is found does not
    depend on it. Without one the loss is undecided. The search may run 5 seconds over; pages have 3 at least.

    \b
    --json prints one object; what is not known is null:
      loss, wrt        what was asked
      verdict          convex, concave, affine: for all data in their sets;
                       neither: not convex and not concave, for all data
                       that meet the hypotheses; not convex: the same, and
                       nothing is known of concave; depends: see theorems;
                       undecided
      setting          sizes, data, sets, parameters, domain, given data
      theorems         all that is proved, each with all that it assumes
      strict           strictly convex (concave)? true or false
      strict_when      when it is, if that depends on the data
      modulus          of strong convexity (concavity)
      modulus_when     what the modulus assumes
      smoothness       Lipschitz constant of the gradient
      smoothness_when  what that constant assumes
      exact            which of the two are best possible;
                       "modulus" beside null: strongly convex with none
      hypotheses       what the verdict assumes of data and sizes
      condition        holds exactly when the loss is convex
      concave_condition  the same for concave
      quasiconvex      true or false
      domain           conditions on the parameters
      witness          a refutation: points and weights, or directions;
                       gaps: several, of which at least one refutes
      tried            when undecided, what was tried
      why              when not convex or undecided, the smallest part at
                       which the rules of composition end
      instead          where it is convex, when that was shown beside
      certificate      path of the certificate
      files            all files written
      replaced         did the folder hold the proof of another problem?
      seconds          time taken
    and with --ask
      ask, answer      the question; yes, no, exactly when, depends,
                       unknown
      answer_when      the condition, or what the answer assumes
      replies          property, answer, when of all that was asked
      parts            the object above for each certificate, and part,
                       the folder of it, and about
    """
    from symconvex.cli.proving import proved, replied

    options.check_expected(ask, expect)
    screen.leave((proved if ask is None else replied)(ask, expect, as_json, asked))


@main.command()
@click.argument(
    "problems",
    metavar="PROBLEMS.jsonl",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
)
@click.option("--jobs", type=click.IntRange(1, 1000), default=1, show_default=True, help="Processes at a time.")
@options.survey_budget_option
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Add to this file what it has not yet.")
@click.option("--certificates", type=click.Path(path_type=Path), metavar="DIR", help="Keep the certificates here.")
@click.option("--proofs", type=click.Path(path_type=Path), metavar="DIR", help="Write proof.tex and its PDF here.")
@click.option("--cluster", metavar="ADDRESS", help="Hand them to this dask scheduler: tcp://host:8786.")
@click.option("-q", "--quiet", is_flag=True, help="Print no progress and no summary.")
def survey(problems: Path, out: Path | None, quiet: bool, cluster: str | None, **asked: Any) -> None:
    """Decide many losses: a problem on each line, an answer on each line.

    \b
    symconvex survey problems.jsonl --jobs 2 --budget 20 > verdicts.jsonl
    symconvex survey problems.jsonl --out verdicts.jsonl
    symconvex survey - --certificates kept/ < problems.jsonl

    \b
    A line of PROBLEMS.jsonl is an object; all but loss and wrt may be missing:
      id       a text or a number; the number of the line without it
      loss     as NumPy would write it
      wrt      ["w", "b"]
      shapes   {"X": ["n", "d"], "w": ["d"], "b": []}
      sets     {"a": "positive"}
      where    ["x > 0"]
      ask      "strict", as prove --ask
      note     anything; it is not read

    An answer is the object of `symconvex prove --json` on one line, with the id. Where there is none, the line has an
    error beside the id: a loss that cannot be read, a process that ended. Answers come in the order in which they are
    found.

    With --out the same command goes on where it was stopped: a question to which the file has an answer is not asked
    again. One that was changed, or whose answer is an error, is: its new answer takes the place of the old one.
    Progress and a summary are on stderr. Exits with 0 whatever is found.
    """
    from symconvex.cli.surveying import print_summary, surveyed

    rows, there = surveyed(problems, {**asked, "executor": cluster}, out=out, quiet=quiet)
    if not quiet:
        print_summary(rows, there)


@main.command()
@options.question_options
@options.size_option
@click.option("--points", type=options.Count(), default=10_000, show_default=True, help="How many points: 1e5.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="The same seed, the same points.")
@click.option("--scale", type=options.Positive(), default=1.0, show_default=True, help="Spread of the points.")
@click.option("--jobs", type=click.IntRange(1, 1000), default=1, show_default=True, help="Processes at a time.")
@options.plot_option
@options.json_option
@options.loudness(quiet="Print the count only.", verbose="Print all signs, the lowest point, and small data.")
def sample(size: str | None, as_json: bool, quiet: bool, verbose: bool, plot: Path | None, **asked: Any) -> None:
    """Count the eigenvalue signs of the Hessian at random points; evidence, never a proof.

    \b
    symconvex sample mlp --widths 2,3,1 --points 100000 --seed 0
    symconvex sample logistic --size n=20,d=5 --json
    symconvex sample mlp --points 1e6 --jobs 2 --plot eigenvalues.png

    Sizes that are not given are 3, data that are not given are drawn; -v shows them. The result is the same for any
    number of processes. Exits with 0 whatever is seen.

    \b
    --json prints one object:
      loss, wrt, sizes, seed, points  what was asked
      data                            given and drawn; large arrays are null
      skipped                         points outside the domain, or not
                                      finite in floating point
      negative                        points that are sure to have a
                                      negative eigenvalue
      unsure                          points where it may come from rounding
      inertia                         how many other points have which signs
      lowest                          the lowest eigenvalue, where and its
                                      direction; or null
    """
    from symconvex.cli.question import problem_of, read_question, read_sizes
    from symconvex.cli.sampling import check_plot, keep_plot, print_tally, tally, watched_sample
    from symconvex.search.sampling import small_sizes

    problem = problem_of(read_question(asked))
    sizes = small_sizes(problem, read_sizes(size, problem))
    check_plot(plot)
    how = {name: asked[name] for name in ("points", "seed", "scale", "jobs")}
    seen = watched_sample(problem, sizes=sizes, quiet=quiet or as_json, **how)
    if as_json:
        screen.print_json(tally(problem, sizes, seen))
    else:
        print_tally(problem, seen, quiet=quiet, verbose=verbose)
    screen.leave(screen.DONE if keep_plot(seen, plot, quiet=quiet or as_json) else screen.USAGE)


@main.command()
@click.argument("folder", default="proofs", type=click.Path(exists=True, file_okay=False, path_type=Path))
@options.page_format
@options.json_option
def index(folder: Path, form: str, as_json: bool) -> None:
    """List all proofs below FOLDER in its index.html, with what each proves.

    \b
    symconvex index                    proofs/index.html, with links to proof.tex
    symconvex index --format html      with links to proof.html, where it is
    """
    from symconvex.cli.replay import kept_index

    screen.leave(kept_index(folder, form, as_json))


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@options.json_option
@options.loudness(
    quiet="Print only what is not accepted, and counts.",
    verbose="Print each loss also as the kernel reads it, and the name in the file.",
)
def verify(paths: tuple[Path, ...], as_json: bool, quiet: bool, verbose: bool) -> None:
    """Re-check certificates: files, or all below a folder.

    \b
    symconvex verify proofs/
    symconvex verify proofs/logistic/certificate.json --json

    A refused certificate exits with 1, a file that cannot be read with 2.

    \b
    --json prints one object:
      accepted, refused, unreadable   how many
      certificates                    path, outcome, name (unchecked),
                                      loss (as the kernel reads it),
                                      text (as NumPy would write it),
                                      setting, theorems, reason
    """
    from symconvex.cli.replay import print_replays, summary, worst
    from symconvex.replay import replay_all

    replays = replay_all(paths)
    if as_json:
        screen.print_json({**summary(replays), "certificates": [replay.fields() for replay in replays]})
    else:
        print_replays(replays, quiet=quiet, verbose=verbose)
    screen.leave(worst(replays))


@main.command()
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=options.several_files)
@click.option("--model", type=options.ModelName(), help="A model of the catalogue declares loss and data.")
@click.option("--option", multiple=True, metavar="NAME=VALUE", help="An option of the model: labels=sign (repeatable).")
@click.option("--formula", metavar="LOSS", help="The loss, as NumPy would write it.")
@click.option("--name", metavar="LETTER", help="The letter of the loss in the derivation; J with --formula.")
@click.option("--wrt", multiple=True, metavar="NAMES", help="What it is minimised over: w or w,b.")
@click.option("--shape", multiple=True, metavar="NAME=SIZES", help="The shape of a name: X=n,d (repeatable).")
@click.option("--assume", "--set", "assume", multiple=True, metavar="NAME=SET", help="lam=positive (repeatable).")
@click.option("--where", multiple=True, metavar="CONDITION", help='The domain: "0 < x < 1" (repeatable).')
@click.option(
    "--declare", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE", help="Declarations."
)
@click.option("--format", "form", type=click.Choice(showing.names()), default="text", show_default=True)
@click.option(
    "--accept", type=click.Choice(("proven", "tested")), default="proven", show_default=True, help="What exits with 0."
)
@options.check_budget_option
@options.json_option
@options.loudness(quiet="Print the summary only.", verbose="Print every reading and counterexample.")
def check(paths: tuple[Path, ...], form: str, as_json: bool, quiet: bool, verbose: bool, **asked: Any) -> None:
    """Check hand derivations, line by line: LaTeX, Markdown, notebooks, or - for stdin.

    \b
    symconvex check mine.tex --model logistic
    symconvex check mine.tex --formula "norm(X@w - y)**2/2" --wrt w \\
        --shape X=n,d --shape w=d --shape y=n
    symconvex check mine.md --declare mine.decl
    symconvex check notes/*.tex           declarations in `% symconvex:` comments
    symconvex check mine.ipynb --format html > mine.html

    Every relation is proven, tested (true at all sizes that were tried), false with a counterexample, not decided, or
    not understood. What the command line declares comes first: a comment that contradicts it is an error.

    It exits with 0 when everything is proven, or tested with --accept tested; 1 when something is false; 3 when
    something is left open; 2 when nothing can be read. --format github annotates a pull request.

    \b
    --json prints one object, or {"files": [...]} for several files:
      file, summary  of what, and in a line
      outcome        proven, false, undecided or unreadable
      guessed        shapes that nothing states: "X: n, d"
      relations      tex_line; cell, line, column, end_line, end_column;
                     read_as, verdict, hint, given, advice, counterexample
      first_error    tex_line, line, column, kind, text of the first
                     independent mistake; or null
    """
    from symconvex.cli.checking import run

    screen.leave(run(paths, "json" if as_json else form, asked, quiet=quiet, verbose=verbose))
