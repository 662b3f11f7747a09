"""Random programs: the compiler's and the machine's answers to code that nobody thought of.

A module is made from a seed, or by Hypothesis; it always compiles, and always ends. It is
compiled and run by a real `erl`, and its `.beam` is run by the reference VM; both must answer the
same. Described in docs/random-programs.md.
"""
