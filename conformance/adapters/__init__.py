"""Adapters put an implementation of the BEAM behind the harness's protocol.

Nothing here is imported by the harness: each adapter is a program of its own.
"""
