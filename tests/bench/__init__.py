"""Measures the site against what the machine can do at all: `make bench`, or with `--quick`.

Absolute figures tell of the machine and of its neighbours. What is compared here
is measured in one run and in turns, and told as a ratio.
"""
