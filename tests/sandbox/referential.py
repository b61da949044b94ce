"""What holds between the objects of a team at any time, as long as the behaviours are the documented ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from flowstate.sandbox.store import Store


def broken(team: Store) -> list[str]:
    """Each rule that does not hold, in words."""
    return [*_references(team), *_versions(team), *_default(team), *_names(team)]


def _references(team: Store) -> Iterator[str]:
    users, anybody = set(team.ids("user")), {*team.ids("user"), *team.ids("group")}
    for group in team.all("group"):
        yield from _strangers(f"members of {group['name']}", group["users"], users)
        yield from _repeated(f"members of {group['name']}", group["users"])
    for workflow in team.all("workflow"):
        yield from _strangers(f"audience of {workflow['name']}", workflow["liveObjectIds"], anybody)
        yield from _repeated(f"audience of {workflow['name']}", workflow["liveObjectIds"])


def _versions(team: Store) -> Iterator[str]:
    for workflow in team.all("workflow"):
        active = [each for each in workflow["versions"] if each["versionId"] == workflow["activeVersionId"]]
        if len(active) != 1 or active[0]["isArchived"]:
            yield f"the active version of {workflow['name']} is {active}"


def _default(team: Store) -> Iterator[str]:
    default = team.all("settings")[0]["Reports"].get("DefaultReport")
    live = [each["reportTemplateId"] for each in team.all("reportTemplate") if not each["isArchived"]]
    if default is not None and default not in live:
        yield f"the default template is {default}"


def _names(team: Store) -> Iterator[str]:
    yield from _repeated("usernames", (user["username"].casefold() for user in team.all("user")))
    yield from _repeated("names of groups", (group["name"].casefold() for group in team.all("group")))


def _strangers(what: str, ids: Iterable[str], known: set[str]) -> Iterator[str]:
    if strangers := set(ids) - known:
        yield f"{what}: {strangers} are unknown"


def _repeated(what: str, values: Iterable[str]) -> Iterator[str]:
    if repeated := [value for value, number in Counter(values).items() if number > 1]:
        yield f"{what}: {repeated} are repeated"
