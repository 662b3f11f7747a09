"""Reports from the results of a run and the spec."""

from conformance.report.build import ReportError, build_report

__all__ = ["ReportError", "build_report"]
