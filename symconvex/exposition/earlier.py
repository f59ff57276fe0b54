"""Pages for verdicts whose rule returns no argument yet: told from the certificate."""

from collections.abc import Iterator

from symconvex.exposition import bounded, general, numeric, readout, structure
from symconvex.exposition.notation import Notation
from symconvex.exposition.picture import picture
from symconvex.exposition.reading import read_certificate
from symconvex.exposition.scene import Scene, scene_of
from symconvex.exposition.segment import find_segment
from symconvex.exposition.told import Told
from symconvex.exposition.words import rows_of
from symconvex.verdict import Decided

REFUTATIONS = {
    "linear-readout": readout.body,
    "bounded-loss": bounded.bounded_body,
    "tied-factors": bounded.tied_body,
}


def tell(verdict: Decided, told: Told[object]) -> Iterator[str]:
    """The paragraphs between title and footer."""
    reading = read_certificate(verdict.certificate)
    if reading.parts[0].lines[-1].rule == "convex_loss":
        notation = Notation({}, rows_of(verdict.problem))
        yield from structure.body(verdict.problem, reading, notation)
        yield f"\\paragraph{{Gradient.}}\n{general.gradient(told.derivation)}"
        return
    segment = find_segment(verdict.problem, verdict.certificate)
    scene = scene_of(verdict, reading, told.claims)
    if numeric.line_of(reading, "not_convex"):
        yield from numeric.body(verdict, reading, segment)
    elif scene is not None and verdict.rule in REFUTATIONS:
        yield from (relettered(text, scene) for text in REFUTATIONS[verdict.rule](scene))
    else:
        yield from general.tell(told)
        return
    yield "" if segment is None else picture(segment)
    yield general.derivatives(told)


def relettered(text: str, scene: Scene) -> str:
    """k for the sample that is not zero, also where the certificate needed another name for it."""
    free = scene.witness is not None and scene.witness[1] == "k1" and "k" not in scene.reading.sizes
    return text.replace("k_{1}", "k") if free else text
