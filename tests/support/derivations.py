"""Hand derivations whose truth is known: the claims of their index beside the judgments of `check`."""

from collections.abc import Mapping

Fields = Mapping[str, object]

TRUE = ("proven", "holds-at-tried-sizes")
FALSE = ("false", "follows-from-earlier", "up-to-transpose", "true-under", "wrong-reason")


def matched(claims: list[Fields], relations: list[Fields]) -> list[Fields | None]:
    """For each claim the relation in its line, in order; definitions stand back, a surplus counts at its worst."""
    found: list[Fields | None] = [None] * len(claims)
    for line in dict.fromkeys(claim["tex_line"] for claim in claims):
        wanted = [k for k, claim in enumerate(claims) if claim["tex_line"] == line]
        here = [relation for relation in relations if relation["tex_line"] == line]
        stated = [relation for relation in here if relation["hint"] != "a definition"]
        here = stated if len(stated) >= len(wanted) else here
        for place, k in enumerate(wanted):
            rest = here[place:] if place == len(wanted) - 1 else here[place : place + 1]
            rest = rest or here[-1:]
            order = sorted(rest, key=lambda r: 0 if r["verdict"] in FALSE else 1 if r["verdict"] in TRUE else 2)
            found[k] = order[0] if order else None
    return found
