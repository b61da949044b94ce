"""What ``flowstate scopes`` prints for programs."""

from __future__ import annotations

from flowstate.schema.contracts.parts import list_of, mapping, names, or_null, record, words
from flowstate.schema.models import Schema


def scopes() -> dict[str, Schema]:
    """The keys of it."""
    held = {
        "scopes": names("What the token has."),
        "missing": names("What it lacks."),
        "surplus": names("What it need not have."),
        "stronger": names("What it has more power by than it takes."),
    }
    call = {"operation": words("The call."), "method": words("Its method."), "url": words("Its URL.")}
    call |= {"body": mapping("What to send.", {})}
    return {
        "environment": words("The environment."),
        "for": words("What the client is for: plan or apply."),
        "plan": record("What a plan takes.", _demand()),
        "apply": record("What apply takes, what a plan takes included.", _demand()),
        "token": or_null(record("How the token compares; null: it was not compared.", held)),
        "notCompared": words("Why it was not compared.", null=True),
        "client": or_null(record("The call that makes a client that fits; null: none is known.", call)),
    }


def _demand() -> dict[str, Schema]:
    asked = {
        "policy": words("Its name."),
        "scopes": names("One of them is enough."),
        "permissions": names("One of them is enough."),
    }
    need = {
        "operation": words("The call."),
        "kind": words("The kind it is made for."),
        "verb": words("What is done with the kind by it."),
        "fields": names("The fields it is for; empty: any."),
        "policies": list_of(
            "What guards it; several where the documentation has several.", record("One policy.", asked)
        ),
    }
    return {
        "scopes": names("The least scopes."),
        "permissions": names("The permissions that go with them."),
        "operations": list_of("The calls that may be made.", record("One call.", need)),
    }
