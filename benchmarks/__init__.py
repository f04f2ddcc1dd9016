"""Side-by-side measurements: each module's `measure()` gives rows of name, against, ratio, goal, met and a note.

Ratios are taken in one run on one machine, medians of several rounds; nothing here is a test.
"""
