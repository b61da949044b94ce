"""Probes of what holds for all calls."""

from __future__ import annotations

from flowstate.sandbox.chapters.users import new_user

from .behaving import Case, Stage, cases
from .calling import TEMPLATE, TRIGGER

NEW = {"username": "Bob@x.example", "emailAddress": "Bob@x.example", "name": "Bob"}
USER, PERMISSIONS = "/api/team/user/{user_id}", "/api/team/user/{user_id}/permissions"


def _write_answer(stage: Stage) -> object:
    answer = stage.call(f"PUT {USER}".format(**stage.world), {"Name": "Countess"})
    shown = "the user" if answer.text.startswith("{") and answer.json() == stage.read(f"GET {USER}") else answer.text
    return answer.status_code, shown


def _create_answer(stage: Stage) -> object:
    group = stage.call("POST /group", {"name": "Fitters"})
    trigger = stage.call("POST /trigger/v2", TRIGGER)
    template = stage.call("POST /reporttemplates/v1/content", TEMPLATE)
    user = stage.call("POST /api/team/user", NEW)
    assert all(each.status_code == 200 for each in (group, trigger, template, user))
    return (
        [bool(each.content) for each in (group, trigger, template)],
        "userId" in user.json(),
        "password" in user.json(),
    )


def _error_body(stage: Stage) -> object:
    answers = [stage.call("GET /trigger/v2/x"), stage.call("POST /group", {}), stage.call("GET /nowhere")]
    answers.append(stage.call("GET /group", token=""))
    assert [answer.status_code for answer in answers] == [404, 400, 404, 401]
    assert answers[3].headers["www-authenticate"] == "Bearer"
    (kind,) = {answer.headers.get("content-type") for answer in answers}
    return kind, {bool(answer.content) for answer in answers}


def _list_order(stage: Stage) -> object:
    names = [f"u{number:02}@x.example" for number in range(20)]
    users = [new_user(name, name, name) for name in names]
    stage.sandbox.store.write(("user", user["userId"], user) for user in users)
    seen = [user["username"] for user in stage.read("GET /api/team/user")][2:]
    return "in order" if seen == names else "in another order"


def _list_lag(stage: Stage) -> object:
    stage.sandbox.clock.move(3)
    made = stage.call("POST /api/team/user", NEW).json()["userId"]
    assert stage.read(f"GET /api/team/user/{made}")["name"] == "Bob"
    listed = [made in str(stage.read("GET /api/team/user"))]
    stage.sandbox.clock.move(2.5)
    return [*listed, made in str(stage.read("GET /api/team/user"))]


def _extra_fields(stage: Stage) -> object:
    template = "/reporttemplates/v1/content"
    whole = stage.read(f"GET {template}/{{report_template_id}}")
    return stage.statuses(
        ("POST /group", {"name": "Fitters", "mood": "good"}),
        (f"POST {template}", {**TEMPLATE, "options": {"mood": "good"}}),
        (f"PUT {PERMISSIONS}", {"mood": True}),
        (f"PUT {template}/{{report_template_id}}", whole),
    )


def _repeat(stage: Stage) -> object:
    user, trigger = "/api/team/{user_id}", "/trigger/v2"
    lines = [f"POST {user}/lock", f"POST {user}/unlock", f"DELETE {trigger}/{{trigger_id}}"]
    lines.append(f"PUT {trigger}/unarchive/{{trigger_id}}")
    return [stage.statuses((line,), (line,)) for line in lines]


CASES: list[Case] = [
    *cases(
        "write-answer",
        _write_answer,
        {
            "empty": ("a write is answered 200 without a body", (200, "")),
            "none": ("a write is answered 204", (204, "")),
            "object": ("a write is answered with the object as it is read afterwards", (200, "the user")),
            "text": ("a write is answered with a word that is no JSON", (200, "OK")),
        },
    ),
    *cases(
        "create-answer",
        _create_answer,
        {
            "documented": ("a creation is answered with what was made", ([True, True, True], True, True)),
            "empty": ("a creation is answered without a body, but for a password", ([False] * 3, False, True)),
        },
    ),
    *cases(
        "error-body",
        _error_body,
        {
            "problem": ("refusals are JSON problems", ("application/problem+json", {True})),
            "text": ("refusals are lines of text", ("text/plain; charset=utf-8", {True})),
            "html": ("refusals are HTML pages", ("text/html; charset=utf-8", {True})),
            "none": ("refusals have no body", (None, {False})),
        },
    ),
    *cases(
        "list-order",
        _list_order,
        {
            "insertion": ("lists are in the order of creation", "in order"),
            "shuffled": ("lists are in no order", "in another order"),
        },
    ),
    *cases(
        "list-lag",
        _list_lag,
        {
            "0": ("what was made is listed at once", [True, True]),
            "2s": ("what was made is listed two seconds later", [False, True]),
        },
    ),
    *cases(
        "extra-fields",
        _extra_fields,
        {
            "ignore": ("a field that a call does not have is ignored", [200, 200, 200, 200]),
            "refuse": ("a field that a call does not have is refused, also inside of another", [400, 400, 400, 200]),
        },
    ),
    *cases(
        "repeat",
        _repeat,
        {
            "ok": ("what is so already can be made so again", [[200, 200]] * 4),
            "refuse": ("what is so already cannot be made so again", [[200, 409], [200, 409], [200, 409], [200, 409]]),
        },
    ),
]
