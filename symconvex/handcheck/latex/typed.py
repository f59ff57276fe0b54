r"""What people type in a formula instead of a command: ∇ for \nabla, log for \log, R_{emp} for R_{\text{emp}}."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from symconvex.handcheck.latex import signs
from symconvex.handcheck.latex.macros import Token, tokens_of

LETTERS = "αβγδεζηθικλμνξπρστυφχψωϕϵϑΓΔΘΛΞΠΣΦΨΩ"
NAMES = """alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon varphi
chi psi omega phi epsilon vartheta Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"""
PAIRS = r"""
∇ \nabla  ∂ \partial  ∑ \sum  ∏ \prod  − -  – -  ⊤ \top  ᵀ ^\top  ∈ \in  ∉ \notin  ≤ \le  ≥ \ge
≠ \ne  ≈ \approx  ⪰ \succeq  ⪯ \preceq  ≻ \succ  ≺ \prec  · \cdot  ⋅ \cdot  × \times  ⊙ \odot
∘ \circ  ⊗ \otimes  → \to  ⇒ \Rightarrow  ⇔ \iff  ∞ \infty  ‖ \|  ℝ \mathbb{R}  ℓ \ell
ℒ \mathcal{L}  ′ '  … \ldots  ∀ \forall  ← \gets  ≔ \coloneqq  ≡ \equiv  ∝ \propto  ∼ \sim
½ \frac{1}{2}  ¼ \frac{1}{4}  ᵢ _{i}  ⱼ _{j}  ₖ _{k}  ₙ _{n}
"""
SIGNS = {
    **{sign: rf"\{word}" for sign, word in zip(LETTERS, NAMES.split(), strict=True)},
    **dict(zip(PAIRS.split()[::2], PAIRS.split()[1::2], strict=True)),
    **{sign: f"^{{{digit}}}" for digit, sign in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
    **{sign: f"_{{{digit}}}" for digit, sign in enumerate("₀₁₂₃₄₅₆₇₈₉")},
}
APPLIED = frozenset(("tr", "ln", "lg", "rk"))
VOWEL = re.compile(r"[aeou]|y$", re.IGNORECASE)


def typed(tokens: Sequence[Token]) -> list[Token]:
    """The tokens of a formula with commands in place of typed signs and words."""
    return list(_words(list(_signs(_both_signs(tokens)))))


def _both_signs(tokens: Sequence[Token]) -> list[Token]:
    r"""y_i = \pm 1 and y_i \in \{\pm 1\} as y_i \in \{-1, 1\}."""
    found, at = list[Token](), 0
    while at < len(tokens):
        solid = [k for k in range(at, min(at + 8, len(tokens))) if tokens[k].kind != "space"][:4]
        heard, line = [tokens[k].text for k in solid], tokens[at].line
        inside = heard == [r"\{", r"\pm", "1", r"\}"]
        if inside or (heard[:3] == ["=", r"\pm", "1"] and not (heard[3:] and heard[3:][0].isalnum())):
            text = r"\{-1,1\}" if inside else r"\in\{-1,1\}"
            found += [Token(one.kind, one.text, line) for one in tokens_of(text)]
            at = solid[3 if inside else 2] + 1
        else:
            found.append(tokens[at])
            at += 1
    return found


def _signs(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        if token.kind == "char" and not token.text.isascii() and token.text in SIGNS:
            yield from (Token(one.kind, one.text, token.line) for one in tokens_of(SIGNS[token.text]))
        else:
            yield token


def _words(tokens: Sequence[Token]) -> Iterator[Token]:
    at, names = 0, _upright(tokens)
    while at < len(tokens):
        end = at
        while end < len(tokens) and _is_letter(tokens[end]) and not names[end]:
            end += 1
        word = "".join(token.text for token in tokens[at:end])
        line = tokens[at].line
        if len(word) < 2:
            yield tokens[at]
            at += 1
        elif _is_function(word, tokens[end].text if end < len(tokens) else ""):
            yield Token("cmd", rf"\{word}", line)
            at = end
        elif _is_label(word, tokens, at, end):
            yield Token("cmd", r"\text", line)
            yield Token("open", "{", line)
            yield from tokens[at:end]
            yield Token("close", "}", line)
            at = end
        else:
            yield from tokens[at:end]
            at = end


def _upright(tokens: Sequence[Token]) -> list[bool]:
    r"""For each token: does it stand in the argument of \text, \mathrm, \operatorname, \begin?"""
    wordy = signs.TEXT_FONTS | signs.WORD_FONTS | {r"\begin", r"\end", r"\tag", r"\label", r"\intertext", r"\hspace"}
    result, depth, opening = [False] * len(tokens), 0, False
    for at, token in enumerate(tokens):
        if depth or (opening and token.kind == "open"):
            depth += (token.kind == "open") - (token.kind == "close")
            result[at] = True
        if token.kind not in ("space", "char") or token.text not in (" ", "*"):
            opening = token.text in wordy
    return result


def _is_letter(token: Token) -> bool:
    return token.kind == "char" and token.text.isascii() and token.text.isalpha()


def _is_function(word: str, after: str) -> bool:
    return signs.is_function(word, after) and (len(word) > 2 or (word in APPLIED and after == "("))


def _is_label(word: str, tokens: Sequence[Token], at: int, end: int) -> bool:
    """Is this the only word of a subscript or superscript: no row of indices ijk, and no exponent of e?"""
    if at < 2 or end >= len(tokens) or tokens[at - 1].kind != "open" or tokens[end].kind != "close":
        return False
    sign, before = tokens[at - 2].text, tokens[at - 3].text if at > 2 else ""
    sounds = len(word) > 2 and VOWEL.search(word) is not None and not _is_run(word)
    return sign in ("_", "^") and before != "e" and sounds


def _is_run(word: str) -> bool:
    """abc: letters in the order of the alphabet are indices."""
    return all(ord(b) == ord(a) + 1 for a, b in pairwise(word))
