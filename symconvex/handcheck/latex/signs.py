"""The words of LaTeX mathematics: which command is a letter, a sign, a function, a bracket."""

import re
from collections.abc import Mapping

from symconvex.functions import functions

LETTERS = """alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa varkappa lambda mu nu xi
omicron pi varpi rho varrho sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma
Upsilon Phi Psi Omega ell hbar imath jmath emptyset varnothing wp Re Im aleph"""
GREEK = frozenset(LETTERS.split())

RELATIONS: Mapping[str, str] = {
    **dict.fromkeys(("=",), "="),
    **dict.fromkeys((r"\coloneqq", r"\coloneq", r"\triangleq", r"\doteq", r"\eqdef", r"\defeq", r"\definedas"), ":="),
    **dict.fromkeys((r"\eqqcolon", r"\eqcolon"), "=:"),
    **dict.fromkeys((r"\ne", r"\neq"), "!="),
    **dict.fromkeys((r"\le", r"\leq", r"\leqslant", r"\leqq"), "<="),
    **dict.fromkeys((r"\ge", r"\geq", r"\geqslant", r"\geqq"), ">="),
    **dict.fromkeys(("<", r"\lt"), "<"),
    **dict.fromkeys((">", r"\gt"), ">"),
    **dict.fromkeys((r"\succeq", r"\succcurlyeq", r"\succsim"), "succeq"),
    **dict.fromkeys((r"\preceq", r"\preccurlyeq", r"\precsim"), "preceq"),
    r"\succ": "succ",
    r"\prec": "prec",
    r"\in": "in",
    r"\notin": "notin",
    r"\ni": "ni",
    **dict.fromkeys((r"\subset", r"\subseteq"), "subset"),
    **dict.fromkeys((r"\approx", r"\simeq", r"\cong"), "approx"),
    r"\propto": "propto",
    r"\equiv": "equiv",
    r"\sim": "sim",
    r"\perp": "perp",
    **dict.fromkeys((r"\gets", r"\leftarrow", r"\longleftarrow"), "gets"),
    **dict.fromkeys((r"\to", r"\rightarrow", r"\longrightarrow"), "to"),
    **dict.fromkeys((r"\mapsto", r"\longmapsto"), "mapsto"),
    **dict.fromkeys((r"\ll", r"\gg"), "approx"),
}

# What links two statements, and how.
LINKS: Mapping[str, str] = {
    **dict.fromkeys(
        (r"\Rightarrow", r"\implies", r"\Longrightarrow", r"\therefore", r"\leadsto", r"\rightsquigarrow"), "hence"
    ),
    **dict.fromkeys((r"\iff", r"\Leftrightarrow", r"\Longleftrightarrow"), "iff"),
    r"\because": "because",
    **dict.fromkeys((r"\impliedby", r"\Leftarrow", r"\Longleftarrow"), "because"),
}

PRODUCTS: Mapping[str, str] = {
    r"\cdot": "cdot", r"\cdotp": "cdot", r"\bullet": "cdot", r"\times": "times", r"\ast": "ast", "*": "ast",
    r"\odot": "odot", r"\circ": "circ", r"\otimes": "otimes", ":": "colon", r"\colon": "colon", r"\oplus": "oplus",
    r"\wedge": "wedge", r"\star": "star", r"\div": "slash", "/": "slash",
}  # fmt: skip

# A function of the catalogue whose values are written with a word of its own: \arcsin(z), \operatorname{artanh}(z).
WORDED = re.compile(r"\\(?:operatorname\{\{)?([A-Za-z]+)(?:\}\})?\(\{\}\)\Z")
WORDS: Mapping[str, str] = {
    name: word[1]
    for name, function in functions().items()
    if (word := WORDED.match(function.latex)) and word[1] not in GREEK
}
CATALOGUED: Mapping[str, str] = {
    **{name: name for name, function in functions().items() if function.arity == 1},
    **{word: name for name, word in WORDS.items()},
}
# Functions of matrices and lists, and what has no meaning here but its name.
OTHERS = """lg det dim ker deg gcd tr diag vec rank softmax logit elu hardtanh relu6 softsign var cov logsumexp blkdiag
vech logdet mean span"""
SPELLED = """ln:log sgn:sign sigm:sigmoid expit:sigmoid logistic:sigmoid Sigmoid:sigmoid ReLU:relu GELU:gelu
SiLU:silu Tr:tr trace:tr Trace:tr Diag:diag Vec:vec Det:det rk:rank Rank:rank Softmax:softmax SoftMax:softmax Var:var
Cov:cov LSE:logsumexp lse:logsumexp"""
FUNCTIONS: Mapping[str, str] = {
    **CATALOGUED,
    **{name: name for name in OTHERS.split()},
    **dict(pair.split(":") for pair in SPELLED.split()),
}
# English words, too.
ENGLISH = frozenset(("step", "square", "abs"))
# These take the whole product after them when no bracket follows: \operatorname{tr} A B.
OF_PRODUCTS = frozenset({"tr", "det", "vec", "rank", "vech"})

BIGS: Mapping[str, str] = {
    **{name: name for name in ("sum", "prod", "max", "min", "argmax", "argmin", "sup", "inf", "int", "lim")},
    "bigcup": "union",
    "bigcap": "intersection",
    "limsup": "limsup",
    "liminf": "liminf",
    "esssup": "sup",
}


def is_function(word: str, after: str) -> bool:
    """Is the word that of a function, or of a sum, before this sign? An English one only in front of a bracket."""
    return word in BIGS or (word in FUNCTIONS and (word not in ENGLISH or after in ("(", r"\left", r"\big", r"\bigl")))


BLANKS = r"\, \; \: \> ~ \quad \qquad \enspace \enskip \thinspace"
SPACES = frozenset((*BLANKS.split(), "\\ ", "\\\n", "\\\t"))
UNHEARD = r"""\! \displaystyle \textstyle \scriptstyle \scriptscriptstyle \limits \nolimits \notag \nonumber
\allowbreak \negthinspace \noindent \centering \hfill \hfil \null \strut \mathstrut \relax \protect \small \large
\footnotesize \normalsize \hline \qedhere \qed \left. \par \begingroup \endgroup \break \nobreak \/ \newline \medskip
\smallskip \bigskip \newpage \clearpage \maketitle \allowdisplaybreaks \middle"""
SILENT = frozenset(UNHEARD.split())
# Commands whose arguments say nothing: how many there are.
IGNORED: Mapping[str, int] = {
    r"\label": 1, r"\tag": 1, r"\hspace": 1, r"\vspace": 1, r"\phantom": 1, r"\hphantom": 1, r"\vphantom": 1,
    r"\color": 1, r"\mspace": 1, r"\cite": 1, r"\raisebox": 1, r"\setlength": 2, r"\footnote": 1, r"\kern": 0,
}  # fmt: skip
# Commands that only dress their last argument: how many arguments go before it.
DRESS: Mapping[str, int] = {
    r"\boxed": 0, r"\fbox": 0, r"\textcolor": 1, r"\colorbox": 1, r"\mathop": 0, r"\mathbin": 0, r"\mathrel": 0,
    r"\mathord": 0, r"\mathopen": 0, r"\mathclose": 0, r"\smash": 0, r"\ensuremath": 0, r"\mathinner": 0, r"\cancel": 0,
    r"\mathit": 0, r"\mathnormal": 0, r"\underline": 0, r"\emph": 0, r"\hl": 0, r"\mathclap": 0,
}  # fmt: skip

WORD_FONTS = frozenset((r"\mathrm", r"\operatorname", r"\mathsf", r"\mathtt", r"\rm", r"\sf"))
TEXT_FONTS = frozenset((r"\text", r"\textrm", r"\mbox", r"\textnormal", r"\textit", r"\textsf", r"\hbox", r"\textup"))
FONTS: Mapping[str, str] = {
    r"\mathbf": "bold", r"\bm": "bold", r"\boldsymbol": "bold", r"\pmb": "bold", r"\bold": "bold", r"\bf": "bold",
    r"\textbf": "bold", r"\symbf": "bold", r"\mathcal": "cal", r"\mathscr": "cal", r"\cal": "cal",
    r"\mathbb": "blackboard",
    r"\mathds": "blackboard", r"\Bbb": "blackboard", r"\mathfrak": "fraktur", r"\mathbbm": "blackboard",
}  # fmt: skip
SWITCHES = frozenset((r"\bf", r"\rm", r"\cal", r"\sf"))
ACCENTS: Mapping[str, str] = {
    r"\hat": "hat", r"\widehat": "hat", r"\bar": "bar", r"\overline": "bar", r"\tilde": "tilde", r"\widetilde": "tilde",
    r"\vec": "vec", r"\overrightarrow": "vec", r"\dot": "dot", r"\ddot": "ddot", r"\check": "check", r"\breve": "breve",
    r"\mathring": "ring", r"\acute": "acute", r"\grave": "grave",
}  # fmt: skip
FRACTIONS = frozenset((r"\frac", r"\dfrac", r"\tfrac", r"\cfrac", r"\nicefrac", r"\sfrac"))
SIZES = frozenset(
    "\\" + size + side for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m")
) | {r"\left", r"\right", r"\middle"}  # fmt: skip

# Brackets and bars: type and text. A bar says nothing about its side unless its command does.
DELIMITERS: Mapping[str, tuple[str, str]] = {
    "(": ("OPEN", "("), "[": ("OPEN", "["), r"\{": ("OPEN", "{"), r"\lbrace": ("OPEN", "{"), r"\lbrack": ("OPEN", "["),
    ")": ("CLOSE", ")"), "]": ("CLOSE", "]"), r"\}": ("CLOSE", "}"), r"\rbrace": ("CLOSE", "}"),
    r"\rbrack": ("CLOSE", "]"), r"\langle": ("LANGLE", "<"), r"\rangle": ("RANGLE", ">"),
    "|": ("BAR", "|"), r"\vert": ("BAR", "|"), r"\|": ("DBAR", "||"), r"\Vert": ("DBAR", "||"),
    r"\lvert": ("LBAR", "|"), r"\rvert": ("RBAR", "|"), r"\lVert": ("LDBAR", "||"), r"\rVert": ("RDBAR", "||"),
    r"\mid": ("MID", "|"), r"\lfloor": ("OPEN", "floor"), r"\rfloor": ("CLOSE", "floor"), r"\lceil": ("OPEN", "ceil"),
    r"\rceil": ("CLOSE", "ceil"),
}  # fmt: skip

DOTS: Mapping[str, str] = {
    **dict.fromkeys((r"\ldots", r"\dots", r"\cdots", r"\dotsc", r"\dotsb", r"\dotsm", r"\hdots"), "dots"),
    r"\vdots": "vdots",
    r"\ddots": "ddots",
}
MARKS: Mapping[str, str] = {
    r"\top": "top", r"\intercal": "top", r"\prime": "prime", r"\dagger": "dagger", r"\infty": "infinity",
    r"\ddagger": "dagger", r"\dag": "dagger",
}  # fmt: skip

MATRICES = frozenset(
    ["matrix", "pmatrix", "bmatrix", "Bmatrix", "smallmatrix", "psmallmatrix", "bsmallmatrix", "array"]
)
DETERMINANTS = frozenset(("vmatrix",))
CASES = frozenset(("cases", "dcases", "rcases", "cases*", "dcases*", "numcases"))
# Environments that only arrange rows.
ALIGNED = frozenset(("aligned", "split", "gathered", "alignedat", "multlined", "aligned*", "eqalign"))
# Displays of their own, which people put between dollars as well.
DISPLAYED = frozenset(
    name + star
    for name in ("align", "alignat", "flalign", "equation", "gather", "multline", "eqnarray")
    for star in ("", "*")
)
