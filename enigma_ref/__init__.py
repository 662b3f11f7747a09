"""Enigma: a reference BEAM, generated from the specification in `spec/`."""

__version__ = "0.1.0"
