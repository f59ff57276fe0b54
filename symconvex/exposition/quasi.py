"""Why a loss is quasiconvex or quasiconcave, or not: what the certificate says beside the answer, read off it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from symconvex.drafting.arguments.chord import Tables
from symconvex.drafting.points import simplified
from symconvex.drafting.profile import Z
from symconvex.exposition.chord import between, is_short, point_tex
from symconvex.exposition.exactly import exact_value
from symconvex.exposition.general import notation_of
from symconvex.exposition.notation import Notation
from symconvex.exposition.told import Told
from symconvex.exposition.words import arguments
from symconvex.kernel import term as t
from symconvex.kernel.statement import read_array, read_judgment, read_term
from symconvex.kernel.term import Nested, Term
from symconvex.language.free_name import free_name
from symconvex.language.printing.texwords import number_tex, word_tex

Step = Mapping[str, Any]
# What is said of f for the one, and of -f for the other.
SIGNS = {"quasiconvex": "", "quasiconcave": "-"}
BROKEN = {"not_quasiconvex": (">", "\\max"), "not_quasiconcave": ("<", "\\min")}


def quasi_paragraphs(told: Told[Any], certificate: Mapping[str, Any]) -> Iterator[str]:
    """A paragraph for each part that shows it."""
    for part in certificate["parts"]:
        found = {read_judgment(step["gives"]).word: step for step in part["steps"] if _is_about(step)}
        if not part["given"] and found:
            paragraphs = list(_told(told, part, found))
            title = "Quasiconvexity" if any(word.endswith("convex") for word in found) else "Quasiconcavity"
            yield f"\\paragraph{{{title}.}}\n" + "\n\n".join(paragraphs) if paragraphs else ""


def _is_about(step: Step) -> bool:
    return bool(step["rule"] == "quasi" or (step["rule"] == "chord" and read_judgment(step["gives"]).word in BROKEN))


def _told(told: Told[Any], part: Step, found: Mapping[str, Step]) -> Iterator[str]:
    notation = notation_of(told)
    shown = [word for word in SIGNS if word in found]
    if shown and "slope" in found[shown[0]]["with"]:
        yield by_slope(told, notation, part, found[shown[0]], shown)
    elif shown and not found[shown[0]]["with"]:
        yield by_convex(told, notation, part, found[shown[0]], shown)
    elif shown:
        yield by_function(told, notation, part, found[shown[0]], shown)
    for word in BROKEN:
        if word in found:
            yield by_points(told, notation, part, found[word], word)


def free(told: Told[Any], letters: str) -> str:
    """The first of the letters that the problem does not use."""
    return word_tex(free_name(letters, told.taken))


def line(part: Step, step: Step, k: int) -> Term:
    """The term of the k-th line that a step uses."""
    return read_judgment(part["steps"][step["uses"][k] - 1]["gives"]).term or t.ZERO


def by_slope(told: Told[Any], notation: Notation, part: Step, step: Step, words: list[str]) -> str:
    """f' = A m along a line."""
    a, m = free(told, "ACK"), free(told, "mrh")
    sign = SIGNS[words[0]]
    factor, slope = simplified(line(part, step, 0)), simplified(read_term(step["with"]["slope"]))
    rise = simplified(line(part, step, 1))
    start = (
        f"Along a line with the direction $v$ the derivative of ${sign}f$ is ${a}\\,{m}$ with\n\\[\n"
        f"  {a}={notation.tex(factor)}\\ge0,\\qquad {m}={notation.tex(slope)}"
    )
    if rise == t.ZERO and len(words) == 2:
        monotone = f"As ${m}$ does not change along the line, $f$ is monotone on every line"
        return f"{start}.\n\\]\n{monotone}: it is {words[0]} and {words[1]}."
    bend = "0" if rise == t.ZERO else f"{notation.tex(rise)}\\ge0"
    return (
        f"{start},\\qquad {m}'={bend}.\n\\]\nSo ${m}$, and with it the derivative, changes its sign at most once "
        f"there, from negative to positive: ${sign}f$ falls, then rises, and between two points of the line it is at "
        f"most the larger of its values at both. So $f$ is {words[0]}."
    )


def by_convex(told: Told[Any], notation: Notation, part: Step, step: Step, words: list[str]) -> str:
    """f' = A B' along a line, B convex: affine where two words are said."""
    sign, base, (a, b, _, _) = SIGNS[words[0]], simplified(line(part, step, 1)), told.spots
    start = (
        f"Along a line, off its kinks, it is ${sign}f'={a}\\,{b}'$ with the "
        f"{'affine' if len(words) == 2 else 'convex'} function ${b}={notation.tex(base)}$ and\n\\[\n"
        f"  {a}={notation.tex(simplified(line(part, step, 0)))}\\ge0.\n\\]\n"
    )
    if len(words) == 2:
        monotone = f"As ${b}'$ does not change there, $f$ is monotone on every line"
        return f"{start}{monotone}: it is {words[0]} and {words[1]}."
    return (
        f"{start}So where ${b}$ falls, ${sign}f$ does not rise, and where ${b}$ rises, it does not fall: between two "
        f"points of the line it is at most the larger of its values at both. So $f$ is {words[0]}."
    )


def by_function(told: Told[Any], notation: Notation, part: Step, step: Step, words: list[str]) -> str:
    """f is a monotone function of a convex term."""
    sign, inner = SIGNS[words[0]], simplified(line(part, step, 1))
    kind = read_judgment(part["steps"][step["uses"][1] - 1]["gives"]).kind
    letter, b = free(told, "zsur"), free(told, "BCK")
    phi = notation.naming({Z: letter}).tex(simplified(read_term(step["with"]["function"])))
    end = (
        "so is convex and concave"
        if len(words) == 2
        else f"so the points where ${sign}f\\le c$ are those where ${b}$ is at most some number, a convex set"
    )
    claim = " and ".join(words)
    return (
        f"It is ${sign}f=\\varphi({b})$ with\n\\[\n  {b}({arguments(told.problem)})={notation.tex(inner)},\\qquad "
        f"\\varphi({letter})={phi}.\n\\]\nHere $\\varphi$ does not decrease on the values of ${b}$, which is {kind}, "
        f"{end}. So $f$ is {claim}."
    )


def by_points(told: Told[Any], notation: Notation, part: Step, step: Step, word: str) -> str:
    """A value between two others that is above (below) both."""
    relation, most = BROKEN[word]
    a, b, m, _ = told.spots
    ends = [numbers_of(part, end) for end in step["with"]["ends"]]
    named = [f"{spot}\\colon\\ {point_tex(end)}" for spot, end in zip((a, b), ends, strict=True)]
    weights = [notation.tex(t.Num(t.rational(weight))) for weight in step["with"]["weights"]]
    known = by_numbers(told, word, [*ends, between(ends[0], ends[1], t.rational(step["with"]["weights"][0]))])
    shown, how = (f"={known[0]}", f"{known[1]}=") if known else ("", "")
    return (
        f"The function $f$ is {word.replace('_', ' ')}: with\n\\[\n  {named[0]},\\qquad {named[1]},\\qquad "
        f"{m}={weights[0]}{a}+{weights[1]}{b}\n\\]\nit is "
        f"$f({m}){shown}{relation}{how}{most}\\{{f({a}),f({b})\\}}${'' if known else ', by ball arithmetic'}."
    )


def by_numbers(told: Told[Any], word: str, points: Sequence[Tables]) -> tuple[str, str] | None:
    """The value between, and the larger (smaller) one of those at the ends, where all are rational and show it."""
    found = [exact_value(told.draft, point) for point in points]
    values = [value.value for value in found if isinstance(value, t.Num)]
    if len(values) < len(found) or not all(map(is_short, values)):
        return None
    *ends, middle = values
    above = word == "not_quasiconvex"
    most = max(ends) if above else min(ends)
    return (number_tex(middle), number_tex(most)) if (middle > most if above else middle < most) else None


def numbers_of(part: Step, end: Mapping[str, Any]) -> Tables:
    """The numbers of a point that is given by names for them."""
    found = dict[str, Nested]()
    for name, entry in end.items():
        made = read_term(entry["is"])
        if isinstance(made, t.Sym) and made.name in part["numbers"]:
            found[name] = read_array(part["numbers"][made.name]["is"], len(entry["at"]))
    return found
