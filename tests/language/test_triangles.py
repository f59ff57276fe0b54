"""Eigenvalues of a matrix that need not be symmetric: it is said what they are read as."""

import pytest

from symconvex.language import state

# loss                                      wrt      shapes                          sets                  matrices that are spoken of
ROWS = [
    ("lambda_max(B)",                       "B",     {"B": (2, 2)},                  {},                   ["B"]),
    ("np.linalg.eigvalsh(B)[-1]",           "B",     {"B": (2, 2)},                  {},                   ["B"]),
    ("lambda_max(A + x*B)",                 "x",     {"A": (2, 2), "B": (2, 2), "x": ()}, {},              ["A + x * B"]),
    ("lambda_max(A + x*B)",                 "x",     {"A": (2, 2), "B": (2, 2), "x": ()},
                                                     {"A": "symmetric"},                                   ["A + x * B"]),
    ("lambda_max([[a, b], [c, a]])",        "a,b,c", {},                             {},                   ["[[a, b], [c, a]]"]),
    ("lambda_max(B) - lambda_min(B)",       "B",     {"B": (2, 2)},                  {},                   ["B"]),
    ("lambda_max(B)",                       "B",     {"B": (2, 2)},                  {"B": "symmetric"},   []),
    ("lambda_max(B + 2*C)",                 "B",     {"B": (2, 2), "C": (2, 2)},     {"B": "psd", "C": "symmetric"}, []),
    ("lambda_max(B + B.T)",                 "B",     {"B": (2, 2)},                  {},                   []),
    ("lambda_max(B.T @ B)",                 "B",     {"B": (2, 2)},                  {},                   []),
    ("lambda_max([[a, b], [b, c]])",        "a,b,c", {},                             {},                   []),
    ("sum(B**2)",                           "B",     {"B": (2, 2)},                  {},                   []),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=[f"{row[0]} {row[3]}" for row in ROWS])
def test_it_is_said_which_entries_are_read(row: tuple[str, str, dict, dict, list[str]]) -> None:
    loss, wrt, shapes, sets, matrices = row
    notes = [note for note in state(loss, wrt=wrt, shapes=shapes, sets=sets).notes if "need not be symmetric" in note]
    assert [note.partition(" need not")[0] for note in notes] == matrices
    assert all("on and below the diagonal" in note for note in notes)
