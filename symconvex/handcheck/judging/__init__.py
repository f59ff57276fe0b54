"""The verdict on every line: proven, tested, false, open; slips and the answer for a person."""
