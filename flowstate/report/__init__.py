"""Plans, drift, runs and problems for people and for programs; every function returns what is printed or written."""

from flowstate.report.as_html import html
from flowstate.report.as_markdown import markdown
from flowstate.report.drift import drift_text
from flowstate.report.junit import drift_junit
from flowstate.report.plan import plan_text
from flowstate.report.problems import problems_json, problems_text
from flowstate.report.results import result_line, results_text
from flowstate.report.run import run_text
from flowstate.report.sarif import drift_sarif
from flowstate.report.sheet.drifts import drift_sheet
from flowstate.report.sheet.plans import plan_sheet
from flowstate.report.style import Style

__all__ = [
    "Style",
    "drift_junit",
    "drift_sarif",
    "drift_sheet",
    "drift_text",
    "html",
    "markdown",
    "plan_sheet",
    "plan_text",
    "problems_json",
    "problems_text",
    "result_line",
    "results_text",
    "run_text",
]
