"""Formulas as they were written: the tree, its grammar, its text; nothing is typed here."""
