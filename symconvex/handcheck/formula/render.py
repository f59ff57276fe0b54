"""A formula as it was read, in one line of plain text: what was bound to what is visible."""

from symconvex.handcheck.formula import tree as f
from symconvex.handcheck.latex import typed
from symconvex.handcheck.latex.signs import WORDS

GREEK_SIGNS = {
    word.removeprefix("\\"): sign for sign, word in typed.SIGNS.items() if sign in typed.LETTERS or sign == "ℓ"
}
ACCENT_SIGNS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "dot": "\u0307", "ddot": "\u0308", "vec": "\u20d7"}
MARK_SIGNS = {"star": "*", "plus": "+", "minus": "-", "dots": "...", "infinity": "∞", "dagger": "†", "cdot": "·"}
MARK_SIGNS |= {"colon": ":", "vdots": "⋮", "ddots": "⋱", "ast": "*"}
SIGNS = {
    "!=": "≠",
    "<=": "≤",
    ">=": "≥",
    "succeq": "⪰",
    "succ": "≻",
    "preceq": "⪯",
    "prec": "≺",
    "in": "∈",
    "notin": "∉",
}
SIGNS |= {"approx": "≈", "propto": "∝", "equiv": "≡", "to": "→", "sim": "~", "subset": "⊂"}
PRODUCTS = {"": " ", "cdot": " · ", "times": " × ", "ast": " * ", "odot": " ⊙ ", "circ": " ∘ ", "otimes": " ⊗ "}
PRODUCTS |= {"colon": " : ", "oplus": " ⊕ ", "wedge": " ∧ ", "star": " ⋆ "}
CLOSING = {"(": ")", "[": "]"}
SUM, COLON, KRON, HADAMARD, DOT, SIDE, PREFIX, TIGHT = range(8)
LEVELS = {"": SIDE, "odot": HADAMARD, "circ": HADAMARD, "otimes": KRON, "colon": COLON, "oplus": COLON, "wedge": COLON}


def render(node: f.Node) -> str:
    """The formula as read, for a terminal."""
    return _text(node)[0]


def _text(node: f.Node) -> tuple[str, int]:
    """The text and how tightly it binds."""
    match node:
        case f.Number(value):
            return _number(node), TIGHT if value.denominator == 1 else SIDE
        case f.Name():
            return _name(node), TIGHT
        case f.Mark(text):
            return MARK_SIGNS.get(text, text), TIGHT
        case f.Text(text):
            return f'"{text}"', TIGHT
        case f.Add(terms):
            return _sum(terms), SUM
        case f.Neg(body):
            return "-" + _at(body, KRON), SUM
        case f.Product(factors, sign):
            level = LEVELS.get(sign, DOT)
            texts = [_at(one, level + 1) for one in factors[:-1]] + [_last(factors[-1], level + 1)]
            return PRODUCTS.get(sign, f" {sign} ").join(texts), level
        case f.Quotient(top, bottom):
            return f"{_at(top, PREFIX)}/{_at(bottom, TIGHT)}", SIDE
        case f.Chain(left, relations):
            return " ".join([render(left), *(f"{SIGNS.get(r.sign, r.sign)} {render(r.right)}" for r in relations)]), -1
        case f.Function(args, body):
            return f"{_list(args)} ↦ {render(body)}", -1
    return _operator(node)


def _operator(node: f.Node) -> tuple[str, int]:
    match node:
        case f.Power(base, exponent, entrywise):
            return f"{_at(base, TIGHT)}^{'∘' if entrywise else ''}{_at(exponent, TIGHT)}", PREFIX
        case f.Transpose(body, written):
            return f"{_at(body, TIGHT)}^{'T' if written == 'T' else '⊤'}", TIGHT
        case f.Prime(body, count):
            return _at(body, TIGHT) + "'" * count, TIGHT
        case f.Entry(body, subscripts):
            return f"{_bracketed(body, '[]')}_{_index(subscripts)}", TIGHT
        case f.Factorial(body):
            return _at(body, TIGHT) + "!", TIGHT
        case f.Apply(function, args, subscripts):
            below = f"_{_index(subscripts)}" if subscripts else ""
            return f"{WORDS.get(function, function)}{below}({_list(args)})", TIGHT
        case f.MaybeCall(head, args, bracket, after):
            hung = "".join(_after(one) for one in after)
            return f"{_at(head, TIGHT)}{bracket}{_list(args)}{CLOSING[bracket]}{hung}", TIGHT
        case f.Big():
            return _big(node), SUM + 1
        case f.Derivative():
            return _derivative(node), PREFIX
        case f.Evaluated(body, at):
            return f"{_at(body, PREFIX)} at {{{render(at)}}}", SIDE
    return _enclosed(node), TIGHT


def _enclosed(node: f.Node) -> str:
    match node:
        case f.Norm(body, kind):
            return f"‖{render(body)}‖" + (f"_{render(kind)}" if kind else "")
        case f.Abs(body):
            return f"|{render(body)}|"
        case f.Inner(left, right, kind):
            return f"⟨{render(left)}, {render(right)}⟩" + (f"_{render(kind)}" if kind else "")
        case f.Group(left, items, right, separator):
            between = separator + " " if separator != "|" else " | "
            return left + between.join(render(one) for one in items) + right
        case f.Matrix(rows):
            return "[" + "; ".join(_list(row) for row in rows) + "]"
        case f.Cases(rows):
            return "{" + "; ".join(_case(row) for row in rows) + "}"
        case f.Indicator(condition):
            return f"1[{render(condition)}]"
        case f.Braced(body, note):
            return f"({render(body)} ⟵ {render(note)})"
        case f.Unreadable(text):
            return f"⟦{text}⟧"
    return repr(node)


def _at(node: f.Node, level: int) -> str:
    text, own = _text(node)
    return text if own >= level else f"({text})"


def _last(node: f.Node, level: int) -> str:
    """The last factor: a sum reaches to the end of its term anyway."""
    return render(node) if isinstance(node, f.Big) else _at(node, level)


def _bracketed(node: f.Node, brackets: str) -> str:
    return brackets[0] + render(node) + brackets[1]


def _list(nodes: tuple[f.Node, ...]) -> str:
    return ", ".join(render(one) for one in nodes)


def _number(node: f.Number) -> str:
    return str(node.value)


def _index(subscripts: tuple[f.Node, ...]) -> str:
    texts = [render(one).strip('"') for one in subscripts]
    return texts[0] if len(texts) == 1 and len(texts[0]) == 1 else "{" + ",".join(texts) + "}"


def _name(node: f.Name) -> str:
    text = GREEK_SIGNS.get(node.base, node.base)
    for decoration in node.decorations:
        text += ACCENT_SIGNS.get(decoration, "")
    if node.subscripts:
        text += "_" + _index(node.subscripts)
    return text + "".join(f"^{render(one)}" for one in node.superscripts)


def _sum(terms: tuple[f.Node, ...]) -> str:
    text = _at(terms[0], SUM)
    for term in terms[1:]:
        text += f" - {_at(term.body, KRON)}" if isinstance(term, f.Neg) else f" + {_at(term, SUM + 1)}"
    return text


def _big(node: f.Big) -> str:
    inside = ",".join(render(one) for one in node.indices)
    if node.lower is not None:
        inside += "=" + render(node.lower)
    if node.upper is not None:
        inside += ".." + render(node.upper)
    if node.condition is not None:
        inside = render(node.condition)
    return f"{node.operator}{'_{' + inside + '}' if inside else ''} {_at(node.body, COLON)}"


def _derivative(node: f.Derivative) -> str:
    of = "" if node.of is None else " " + _at(node.of, TIGHT)
    match node.kind:
        case "gradient" | "hessian":
            below = "_{" + _list(node.wrt) + "}" if node.wrt else ""
            return f"∇{'²' if node.order == 2 else ''}{below}{of}"
        case "differential":
            return f"d{'²' if node.order == 2 else ''}{of.strip()}"
        case "directional":
            return f"D{'²' if node.order == 2 else ''}{of}[{_list(node.wrt)}]"
    sign = "∂" if node.kind == "partial" else "d"
    below = " ".join(sign + render(one) for one in node.wrt)
    order = "" if node.order == 1 else "²" if node.order == 2 else f"^{node.order}"
    below = below if len(node.wrt) == 1 else f"({below})"
    short = isinstance(node.of, f.Name)
    return f"{sign}{order}{of.strip() if short else ''}/{below}{'' if short else of}"


def _after(one: f.After) -> str:
    match one.kind:
        case "power":
            return f"^{_at(one.what[0], TIGHT)}"
        case "entrywise":
            return f"^∘{_at(one.what[0], TIGHT)}"
        case "transpose":
            return "^⊤" if one.what[0] == f.Text("top") else "^T"
        case "prime":
            return "'" * int(one.what[0].value) if isinstance(one.what[0], f.Number) else "'"
        case "subscript":
            return "_" + _index(one.what)
    return f"^{_list(one.what)}"


def _case(row: f.Case) -> str:
    return render(row.value) + (f" if {render(row.condition)}" if row.condition else " otherwise")
