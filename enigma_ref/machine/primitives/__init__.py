"""The vocabulary that the semantics of opcodes and BIFs are written in."""
