"""Made-up workflows, report templates and triggers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from random import Random
from typing import Any

from flowstate.sandbox.chapters.report_templates import Template, new_template
from flowstate.sandbox.chapters.triggers import Trigger, new_trigger
from flowstate.sandbox.chapters.workflows import new_workflow
from flowstate.sandbox.seed.people import DOMAIN
from flowstate.sandbox.seed.words import PLACES, REPORTS, TAGS, TASKS, THINGS
from flowstate.sandbox.store import Body

_BODY = """<html>
<body>
  <h1>{title}</h1>
  <p>Job {{{{job.title}}}} of {{{{job.completed}}}}, done by {{{{job.user}}}} in {place}.</p>
  <table>
    <tr><th>Step</th><th>Result</th></tr>
    {{{{#each steps}}}}<tr><td>{{{{title}}}}</td><td>{{{{value}}}}</td></tr>{{{{/each}}}}
  </table>
</body>
</html>
"""
_HEADER = '<div class="header"><b>Solar Energy</b> &middot; {title}</div>\n'


def workflows(chance: Random, team: str, author: Body, users: list[Body], groups: list[Body]) -> Iterator[Body]:
    """Without end; every second is for everybody, every seventh has the name of the one before, and a past."""
    name = ""
    for number in count(1):
        name = name if number % 7 == 0 else f"{chance.choice(THINGS)} {chance.choice(TASKS)}"
        workflow = new_workflow(team, author, name, _description(chance, name), chance.randint(1, 4))
        workflow["tags"] = sorted(chance.sample(TAGS, chance.randint(0, 3)))
        workflow["liveObjectIds"] = [] if number % 2 else _audience(chance, users, groups)
        yield _with_past(workflow) if number % 7 == 0 else workflow


def _with_past(workflow: Body) -> Body:
    """The newest version is active, and those before it are archived."""
    *older, newest = workflow["versions"]
    archived = [{**each, "isArchived": True} for each in older]
    return {**workflow, "versions": [*archived, newest], "activeVersionId": newest["versionId"]}


def _audience(chance: Random, users: list[Body], groups: list[Body]) -> list[str]:
    """Some groups and, now and then, single people."""
    chosen = chance.sample(groups, min(len(groups), chance.randint(1, 3)))
    single = chance.sample(users, min(len(users), chance.choice((0, 0, 1, 2))))
    return [*(group["id"] for group in chosen), *(user["userId"] for user in single)]


def _description(chance: Random, name: str) -> str:
    return chance.choice(("", f"{name}, as the handbook has it", f"{name}\nRead the safety sheet first.\n"))


def templates(chance: Random, author: Body) -> Iterator[Body]:
    """Without end, all with HTML; every eighth has the name of the one before."""
    name = ""
    for number in count(1):
        name = name if number % 8 == 0 else f"{chance.choice(REPORTS)} report, {chance.choice(PLACES)}"
        template = new_template(_template(chance, name), author["userId"])
        yield {**template, "metadata": {"owner": chance.choice(("qa", "site", "office"))} if number % 3 else {}}


def _template(chance: Random, name: str) -> Template:
    return Template.model_validate(
        {
            "name": name,
            "description": chance.choice((None, f"For {chance.choice(THINGS).lower()} jobs")),
            "headerContent": _HEADER.format(title=name),
            "bodyContent": _BODY.format(title=name, place=chance.choice(PLACES)),
            "options": {"title": name, "isLandscape": chance.random() < 0.2},
        }
    )


def triggers(
    chance: Random, workflows: list[Body], templates: list[Body], users: list[Body], groups: list[Body]
) -> Iterator[Body]:
    """Without end; every sixth is archived, and every fifth disabled."""
    for number in count(1):
        workflow = chance.choice(workflows) if workflows else None
        named = {
            "name": f"Mail {chance.choice(PLACES)} when {workflow['name'] if workflow else 'a job'} is done",
            "objectIds": _audience(chance, users, groups) if chance.random() < 0.4 else [],
            "templateIds": [workflow["workflowId"]] if workflow and number % 3 else [],
            "templateTags": chance.sample(TAGS, chance.randint(0, 2)),
            "reportTemplateId": chance.choice(templates)["reportTemplateId"] if templates and number % 2 else None,
            "pdfRequirement": chance.choice(("NotRequired", "FullImages")),
            "disabled": number % 5 == 0,
        }
        trigger = new_trigger(Trigger.model_validate(named | _kind(number)))
        yield {**trigger, "archived": number % 6 == 0}


def _kind(number: int) -> dict[str, Any]:
    """Mostly mail; now and then a type that the guide does not spell out."""
    if number % 10 == 9:
        return {"triggerType": "Http", "triggerOptions": {"url": f"https://hooks.{DOMAIN}/{number}"}}
    options = {
        "recipients": f"supervisor{number % 4 + 1}@{DOMAIN}",
        "sendCopyToUser": "false" if number % 4 else "true",
    }
    return {"triggerType": "Email", "triggerOptions": options}
