"""The controller's side of a run: gathers the workers' results and shows how far they are."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Generator
from typing import Any, Final

import pytest

_CARRIED: Final = "conformance_unit"


class CarryResults:
    """Puts each unit's result on its report, which xdist carries to the controller."""

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, Any, None]:
        """Copy the JSON text that the test left on its item."""
        outcome = yield
        text = getattr(item, "conformance", None)
        if call.when == "call" and text is not None:
            setattr(outcome.get_result(), _CARRIED, text)


class GatherResults:
    """Keeps results in the controller; `progress` gets the outcome of each unit as it comes."""

    def __init__(self, progress: Callable[[str, str], None]) -> None:
        self.units: list[dict[str, Any]] = []
        self.lost: list[str] = []
        self._progress = progress

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the result off a report; a failure without one is a defect of the suite."""
        text = getattr(report, _CARRIED, None)
        if text is not None:
            unit = json.loads(text)
            self.units.append(unit)
            self._progress(unit["id"], unit["outcome"])
        elif report.failed:
            self.lost.append(f"{report.nodeid} ({report.when}): {report.longreprtext[-1500:]}")
            self._progress(report.nodeid, "error")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep why units could not be collected: pytest's own summary is not shown."""
        if report.failed:
            self.lost.append(f"{report.nodeid} (collection): {report.longreprtext[-1500:]}")

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Keep pytest from printing a character for each unit; its counts stay."""
        if report.when == "call" or report.failed:
            xfailed = hasattr(report, "wasxfail") and report.skipped
            return ("xfailed" if xfailed else report.outcome), "", ""
        return None


def pytest_configure(config: pytest.Config) -> None:
    """Register what every process of the run needs."""
    config.pluginmanager.register(CarryResults())


def counts(units: list[dict[str, Any]]) -> Counter[str]:
    """How many units came out how."""
    return Counter(unit["outcome"] for unit in units)
