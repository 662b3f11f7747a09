"""Damaged external terms: decoding gives a term or badarg, soon and in little memory, as in erl.

`python -m conformance.mutated_terms --help`.
"""
