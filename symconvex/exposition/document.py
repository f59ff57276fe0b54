"""Proofs as LaTeX documents, and a verdict in one line for notebooks.

A template for each rule is filled with terms of the certificate and formulas of the derivation; what is stated is
what the kernel accepted, and nothing more.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from symconvex.exposition import bounded, general, numeric, readout, squares, structure, variance
from symconvex.exposition.claims import Claims, claims_of
from symconvex.exposition.general import thin
from symconvex.exposition.notation import Notation
from symconvex.exposition.picture import Segment, picture
from symconvex.exposition.reading import Reading, read_certificate
from symconvex.exposition.scene import Scene, scene_of
from symconvex.exposition.story import story_of
from symconvex.exposition.summand import find_summands
from symconvex.exposition.words import arguments, called, document, footer, rows_of, sizes_sentence
from symconvex.formats.text import direction_of
from symconvex.language.printing import formula_tex
from symconvex.language.printing.texwords import word_tex

if TYPE_CHECKING:
    from symconvex.calculus.closed.derivation import Derivation
    from symconvex.verdict import Decided

REFUTATIONS = {
    "linear-readout": readout.body,
    "bounded-loss": bounded.bounded_body,
    "tied-factors": bounded.tied_body,
}


def render_proof(verdict: "Decided", derivation: "Derivation", segment: Segment | None = None) -> str:
    """A complete document: setting, theorem, proof, a picture of the segment, and where the certificate is."""
    reading = read_certificate(verdict.certificate)
    claims = claims_of(verdict.theorems)
    parts = [*body(verdict, derivation, reading, claims, segment), footer(verdict, reading.count, reading.digest)]
    return document(title(verdict, claims), parts, pictures=any("tikzpicture" in part for part in parts))


def title(verdict: "Decided", claims: Claims) -> str:
    """The result in words."""
    subject = called(verdict.problem.name)
    if claims.always("strongly_convex"):
        return f"{subject} is strongly convex"
    if claims.always("strictly_convex"):
        return f"{subject} is strictly convex"
    return f"{subject} is {'not convex' if verdict.answer == 'neither' else verdict.answer}"


def body(
    verdict: "Decided",
    derivation: "Derivation",
    reading: Reading,
    claims: Claims,
    segment: Segment | None,
) -> Iterator[str]:
    """The paragraphs between title and footer, by the shape of the argument."""
    ways = {name: word_tex(way) for name, way in direction_of(derivation).items()}
    shape = find_summands(reading) if verdict.rule == "weighted-squares" else None
    if shape is not None:
        sizes = sizes_sentence(verdict.problem, reading.sizes)
        story = story_of(verdict.problem, reading, claims, shape, ways[shape.parameter], sizes)
        yield from squares.body(story)
        return
    scores = variance.find_scores(verdict.problem, reading, claims, next(iter(ways.values())))
    if scores is not None and verdict.rule == "weighted-squares":
        yield from variance.body(scores)
        return
    if reading.parts[0].lines[-1].rule == "convex_loss":
        notation = Notation({}, rows_of(verdict.problem))
        yield from structure.body(verdict.problem, reading, notation)
        yield f"\\paragraph{{Gradient.}}\n{general.gradient(derivation)}"
        return
    if numeric.line_of(reading, "not_convex"):
        yield from numeric.body(verdict, reading, segment)
        yield "" if segment is None else picture(segment)
        yield general.derivatives(derivation)
        return
    scene = scene_of(verdict, reading, claims)
    if scene is not None and verdict.rule in REFUTATIONS:
        yield from (relettered(text, scene) for text in REFUTATIONS[verdict.rule](scene))
        yield "" if segment is None else picture(segment)
        yield general.derivatives(derivation)
        return
    yield from general.body(verdict, derivation, reading, claims)


def relettered(text: str, scene: Scene) -> str:
    """k for the sample that is not zero, also where the certificate needed another name for it."""
    free = scene.witness is not None and scene.witness[1] == "k1" and "k" not in scene.reading.sizes
    return text.replace("k_{1}", "k") if free else text


def headline(verdict: "Decided") -> str:
    """The loss and the answer as one displayed formula, for notebooks."""
    claims = claims_of(verdict.theorems)
    answer = "neither convex nor concave" if verdict.answer == "neither" else verdict.answer
    for word in ("strictly_convex", "strongly_convex"):
        answer = word.replace("_", " ") if claims.always(word) else answer
    given = verdict.hypotheses[0] if len(verdict.hypotheses) == 1 and verdict.hypotheses[0].endswith("!= 0") else ""
    when = f"\\text{{ for }}{word_tex(given.split()[0])}\\neq 0" if given else ""
    loss = thin(formula_tex(verdict.problem.loss))
    return f"$$f({arguments(verdict.problem)})={loss}\\quad\\text{{is {answer}}}{when}$$"
