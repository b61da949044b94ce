"""Plans, runs and problems as text for people; every function returns what the command line prints."""

from flowstate.report.plan import plan_text
from flowstate.report.problems import problems_json, problems_text
from flowstate.report.results import result_line, results_text
from flowstate.report.run import run_text
from flowstate.report.style import Style

__all__ = ["Style", "plan_text", "problems_json", "problems_text", "result_line", "results_text", "run_text"]
