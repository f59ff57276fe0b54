"""A rule is one file: put into the folder, it proves what was undecided, and where it errs it is named and not believed."""

import inspect
import json
import re
import textwrap
from pathlib import Path

import pytest
from support.scratch import Scratch, scratch_copy

from symconvex import rules

# The rule that the folder shows to whoever writes the next one.
(SHOWN,) = re.findall(r"\n\n(    '''.*?)\n\n1\. ", inspect.getdoc(rules) or "", re.DOTALL)
QUARTIC_SHARE = textwrap.dedent(SHOWN) + "\n"

# Says of every loss that it is convex, and has one line to show for it.
OPTIMIST = '''
"""Every loss is convex."""

from symconvex.drafting import judgments as say
from symconvex.drafting.draft import Draft
from symconvex.drafting.lines import Lines
from symconvex.drafting.rule import Finding, Rule


def find(draft: Draft) -> Finding:
    lines = Lines(draft)
    lines.conclude(lines.affine(say.affine(draft.loss)), say.loss("convex"))
    return Finding((lines.part(say.loss("convex")),), None)


RULE = Rule("optimist", find, cost=0, source="none", accepts=(), rejects=())
'''

SEEN = ("sampled", "try: ")  # what sampling saw, told after the rules
SHAPES = ("--shape", "X=n,d", "--shape", "w=d", "--shape", "y=n")
LOSS = ("--formula", "sum((X@w - y)**4/sqrt(1 + (X@w - y)**2))", "--wrt", "w", *SHAPES)
OPEN = ("--formula", "sum(max((X@w - y)**4/sqrt(1 + (X@w - y)**2), y))", "--wrt", "w", *SHAPES)


def tried(scratch: Scratch, *question: str) -> list[str]:
    """The rules that an undecided question was put to, as it is told."""
    run = scratch.ask("prove", *question, "--json")
    found = json.loads(run.stdout)
    assert (run.returncode, found["verdict"]) == (3, "undecided")
    return [text for text in found["tried"] if not text.startswith(SEEN)]


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    """A copy of the package."""
    return scratch_copy(tmp_path)


def test_a_new_file_is_all_that_a_new_rule_needs(scratch: Scratch) -> None:
    before = tried(scratch, *LOSS)
    assert "quartic-share" not in before
    scratch.add("rules/quartic_share.py", QUARTIC_SHARE)
    proved = scratch.ask("prove", *LOSS, "--expect", "convex", "--out", "new")
    assert (proved.returncode, proved.stdout.splitlines()[0]) == (0, "loss is convex in w"), proved.stderr
    (certificate,) = (scratch.top / "new").rglob("certificate.json")
    assert "is convex, for every $i$" in certificate.with_name("proof.tex").read_text("utf-8")
    assert "Found by the rule \\emph{quartic-share}" in certificate.with_name("proof.tex").read_text("utf-8")
    assert set(tried(scratch, *OPEN)) == {*before, "quartic-share"}


def test_the_certificate_of_a_new_rule_is_accepted_without_the_rule(scratch: Scratch) -> None:
    scratch.add("rules/quartic_share.py", QUARTIC_SHARE)
    assert scratch.ask("prove", *LOSS, "--out", "new").returncode == 0
    (scratch.top / "symconvex" / "rules" / "quartic_share.py").unlink()
    tried(scratch, *LOSS)
    verified = scratch.ask("verify", "new")
    assert (verified.returncode, verified.stdout.splitlines()[-1]) == (0, "1 accepted")


CHANGES = [
    # id                         right                            wrong                               are all tests content?
    ("as it is shown",           "",                              "",                                 True),
    ("an example it misses",     "sqrt(1 + (X@w - y)**2)",        "sqrt(1 + (X@w - y)**4)",           False),
    ("a near miss that is none", '"neither"',                     '"convex"',                         False),
    ("no near miss",             "rejects=(Example",              "rejects=() and (Example",          False),
]  # fmt: skip


@pytest.mark.parametrize(("case", "right", "wrong", "fine"), CHANGES, ids=[row[0] for row in CHANGES])
def test_the_tests_take_up_a_new_rule_and_find_its_mistakes(
    case: str, right: str, wrong: str, fine: bool, scratch: Scratch
) -> None:
    source = QUARTIC_SHARE.replace(right, wrong) if right else QUARTIC_SHARE
    assert (source == QUARTIC_SHARE) == fine
    scratch.add("rules/quartic_share.py", source)
    run = scratch.test("rules/test_rules.py", "quartic-share")
    assert (run.returncode, " failed" in run.stdout) == (int(not fine), not fine), run.stdout[-2000:]
    assert " passed" in run.stdout


def test_a_rule_that_errs_is_named_with_the_line_and_nothing_false_is_proved(scratch: Scratch) -> None:
    scratch.add("rules/optimist.py", OPTIMIST)
    (said,) = [text for text in tried(scratch, *OPEN) if text.startswith("optimist")]
    assert re.match(r"optimist \(part 0, line 1 \(affine\): \S", said)
    right = scratch.ask("prove", "logistic", "--expect", "convex")
    assert (right.returncode, right.stderr) == (0, "")


def test_a_file_that_is_no_rule_is_named(scratch: Scratch) -> None:
    scratch.add("rules/empty.py", '"""Nothing."""\n')
    run = scratch.ask("prove", "logistic")
    assert run.returncode != 0
    assert "empty.py does not keep the promise of its folder" in run.stderr
    assert "symconvex.drafting.rule says what a Rule is" in run.stderr
