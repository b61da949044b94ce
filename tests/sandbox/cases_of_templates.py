"""Probes of chapter 9."""

from __future__ import annotations

from .behaving import Case, Stage, cases
from .calling import TEMPLATE, TRIGGER

ALL = "/reporttemplates/v1"
ONE, CONTENT, METADATA = (f"{ALL}/{part}{{report_template_id}}" for part in ("", "content/", "metadata/"))
SET_DEFAULT, UNSET_DEFAULT, DEFAULT = (
    f"PUT {ALL}/default/{{report_template_id}}",
    f"PUT {ALL}/default/unset",
    f"{ALL}/default",
)


def _template_put(stage: Stage) -> object:
    stage.statuses((f"PUT {CONTENT}", {**TEMPLATE, "description": "Long"}), (f"PUT {CONTENT}", {"name": "Other"}))
    found = stage.read(f"GET {CONTENT}")
    return found["name"], found["description"], found["bodyContent"], found["options"]["title"]


def _template_put_extras(stage: Stage) -> object:
    stage.statuses((f"PUT {METADATA}", {"a": "1"}))
    sent = {**TEMPLATE, "isDefault": True, "metadata": {"b": "2"}}
    seen = []
    for extra in (sent, TEMPLATE, {**sent, "isDefault": False}, {**sent, "isArchived": True}):
        assert stage.statuses((f"PUT {CONTENT}", extra)) == [200]
        found = stage.read(f"GET {CONTENT}")
        seen.append((found["isDefault"], found["metadata"], found["isArchived"]))
    return seen


def _metadata_put(stage: Stage) -> object:
    stage.statuses((f"PUT {METADATA}", {"a": "1", "b": "1"}), (f"PUT {METADATA}", {"b": "2"}))
    return stage.read(f"GET {CONTENT}")["metadata"]


def _template_delete(stage: Stage) -> object:
    """While a trigger names it, while it is the default, and free of both; then what lists and reads show."""
    named = {**TRIGGER, "reportTemplateId": stage.world["report_template_id"]}
    stage.statuses(("PUT /trigger/v2/{trigger_id}", named))
    refused = [stage.statuses((f"DELETE {ONE}",)) == [409]]
    stage.statuses(("DELETE /trigger/v2/{trigger_id}",), (SET_DEFAULT,))
    refused.append(stage.statuses((f"DELETE {ONE}",)) == [409])
    stage.statuses((UNSET_DEFAULT,), (f"DELETE {ONE}",))
    listed = [[each["isArchived"] for each in stage.read(f"GET {path}")] for path in (ALL, f"{ALL}/names")]
    return refused, listed, stage.statuses((f"GET {CONTENT}",))


def _default_none(stage: Stage) -> object:
    answer = stage.call(f"GET {DEFAULT}")
    return answer.status_code, answer.text if answer.is_success else "refused"


def _default_setting(stage: Stage) -> object:
    stage.statuses((SET_DEFAULT,))
    set_by_call = stage.read("GET /teamsettings/v1")["Reports"]["DefaultReport"] is not None
    reports = {"Reports": {"DefaultReport": stage.world["report_template_id"]}}
    stage.statuses((UNSET_DEFAULT,), ("POST /teamsettings/v1", reports))
    return set_by_call, stage.read(f"GET {CONTENT}")["isDefault"]


def _html(stage: Stage) -> object:
    stage.statuses((f"PUT {CONTENT}", {**TEMPLATE, "headerContent": "", "bodyContent": "<p>\nA\r\n</p>\n"}))
    found = stage.read(f"GET {CONTENT}")
    stage.statuses((f"PUT {CONTENT}", found))
    again = stage.read(f"GET {CONTENT}")
    assert again["bodyContent"] == found["bodyContent"]
    made = stage.call(f"POST {ALL}/content", {**TEMPLATE, "bodyContent": "a\nb"}).json()
    return found["headerContent"], found["bodyContent"], made["bodyContent"]


_AS_BEFORE = (False, {"a": "1"}, False)

CASES: list[Case] = [
    *cases(
        "template-put",
        _template_put,
        {
            "replace": ("a field left out of an update takes its default", ("Other", None, "", "Other")),
            "merge": ("a field left out of an update stays", ("Other", "Long", "<p>Body</p>", "T")),
        },
    ),
    *cases(
        "template-put-extras",
        _template_put_extras,
        {
            "ignored": ("an update changes neither default nor metadata nor archived", [_AS_BEFORE] * 4),
            "applied": (
                "an update changes default, metadata and archived, where they are sent",
                [
                    (True, {"b": "2"}, False),
                    (True, {"b": "2"}, False),
                    (False, {"b": "2"}, False),
                    (False, {"b": "2"}, True),
                ],
            ),
        },
    ),
    *cases(
        "metadata-put",
        _metadata_put,
        {
            "replace": ("metadata take the place of those before", {"b": "2"}),
            "merge": ("metadata come beside those before", {"a": "1", "b": "2"}),
        },
    ),
    *cases(
        "template-delete",
        _template_delete,
        {
            "hidden": ("a deleted template leaves the lists and can be read", ([False, False], [[], []], [200])),
            "listed": ("a deleted template is listed as archived", ([False, False], [[True], [True]], [200])),
            "hard": ("a deleted template is gone", ([False, False], [[], []], [404])),
            "refused-in-use": ("a template in use is not deleted", ([True, True], [[], []], [200])),
        },
    ),
    *cases(
        "default-none",
        _default_none,
        {
            "204": ("no default is 204", (204, "")),
            "404": ("no default is 404", (404, "refused")),
            "null": ("no default is null", (200, "null")),
            "empty": ("no default is 200 without a body", (200, "")),
        },
    ),
    *cases(
        "default-setting",
        _default_setting,
        {
            "linked": ("the default template and the setting are one", (True, True)),
            "separate": ("the default template and the setting know nothing of each other", (False, False)),
        },
    ),
    *cases(
        "html",
        _html,
        {
            "verbatim": ("HTML is kept as it was sent", ("", "<p>\nA\r\n</p>\n", "a\nb")),
            "crlf": ("HTML is kept with CRLF at line ends", ("", "<p>\r\nA\r\n</p>\r\n", "a\r\nb")),
            "rewritten": (
                "HTML is made a whole document, once",
                (
                    "",
                    "<html><head></head><body><p>\nA\r\n</p></body></html>",
                    "<html><head></head><body>a\nb</body></html>",
                ),
            ),
        },
    ),
]
