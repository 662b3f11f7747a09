"""A conformance suite for implementations of the BEAM: protocol, adapters, cases, judge, report."""
