"""Hand derivations: read from LaTeX, judged relation by relation."""
