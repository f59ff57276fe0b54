"""A new name is the first that is free."""

from itertools import islice

import pytest

from symconvex.language.free_name import free_name, numbered

NAMES = [
    # id                      offers          taken                the name
    ("free",                  "v",            "",                  "v"),
    ("the next offer",        "v v_w",        "v",                 "v_w"),
    ("all are taken",         "v v_w",        "v v_w",             "v_w_"),
    ("and the next",          "v v_w",        "v v_w v_w_",        "v_w__"),
    ("a gap",                 "v",            "v v__",             "v_"),
    ("a number",              "z z1 z2",      "z z1",              "z2"),
    ("a part of a name",      "v",            "vv av v1",          "v"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "offers", "taken", "name"), NAMES, ids=[row[0] for row in NAMES])
def test_a_name_is_the_first_that_is_free(case: str, offers: str, taken: str, name: str) -> None:
    assert free_name(offers.split(), taken.split()) == name


def test_numbers_do_not_end() -> None:
    assert [*islice(numbered("z"), 3)] == ["z1", "z2", "z3"]
    assert free_name(numbered("z"), {f"z{k}" for k in range(1000)}) == "z1000"
