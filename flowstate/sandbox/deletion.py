"""What becomes of a deleted template (9.5) or workflow (14.7), and who may still see it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from flowstate.sandbox.problems import Refusal
from flowstate.sandbox.store import Body, Change, Store

Deletable = Literal["reportTemplate", "workflow"]


def deleted(kind: Deletable, key: str, body: Body, how: str) -> Change:
    """The value of ``template-delete`` or ``workflow-delete`` says how."""
    return (kind, key, None) if how == "hard" else (kind, key, {**body, "isArchived": True})


def undeleted(bodies: Iterable[Body], how: str) -> list[Body]:
    """What lists show."""
    return [body for body in bodies if how == "listed" or not body["isArchived"]]


def refuse_in_use(team: Store, kind: Deletable, key: str, how: str) -> None:
    """An archived trigger needs nothing."""
    if how != "refused-in-use":
        return
    users = [each["name"] for each in team.all("trigger") if not each["archived"] and key in _named(kind, each)]
    if users:
        raise Refusal(409, f"The {kind} {key} is in use by the trigger {users[0]}.")


def _named(kind: Deletable, trigger: Body) -> list[str]:
    return [trigger["reportTemplateId"]] if kind == "reportTemplate" else trigger["templateIds"]
