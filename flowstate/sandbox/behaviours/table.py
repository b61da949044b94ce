"""Every behaviour. The first value is the default, the one marked ``*`` is the hostile one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Behaviour:
    """``values`` starts with the default; ``hostile`` is the value that careless clients fall for."""

    name: str
    values: tuple[str, ...]
    hostile: str
    help: str

    @property
    def default(self) -> str:
        return self.values[0]


_TABLE = """
group-routes: any guide* accounts
    Where group calls are served: all spellings on both hosts, only where the guide has each, or accounts
    /api/group only; elsewhere 404 or 405 without a body.
workflow-get: both post* get
    The verb of get-workflow (14.2); the other one is answered 405.
write-answer: empty none object text*
    What a write without a documented answer is answered: 200 without a body, 204, the object as it is read
    afterwards, or the text OK.
create-answer: documented empty*
    Whether new groups, triggers, templates, users and uploaded workflows are answered as documented or without a
    body; a new user's password, and that alone, is answered even then, as nothing else ever shows it.
one-as-list: list object*
    Whether one trigger (12.2) is answered as a list of one or as the object itself.
setting-single: braces json
    Whether one setting (11.3) is answered in braces, which is not JSON, or as JSON.
error-body: problem text html* none
    What refusals say: a JSON problem, a line of text, an HTML page, or nothing; the token call keeps to OAuth's
    words.
list-order: insertion shuffled*
    Whether lists are in the order of creation or in another order each time.
list-lag: 0 2s*
    How far lists lag behind: with 2s they show the team as it was two seconds ago, while reading one object
    shows it as it is.
extra-fields: ignore refuse*
    What happens to a field that a call does not have: it is ignored, or the body is refused (settings have
    settings-unknown).
lenient-json: off on
    Whether the guide's request examples that are not JSON are repaired: commas at the end, line breaks in
    texts, a stray quote, Python's words, keys without quotes.
repeat: ok refuse*
    Whether locking the locked, unlocking the unlocked, archiving the archived and unarchiving the unarchived
    succeeds or is answered 409.
usernames: nocase case*
    Whether usernames that differ only in case are the same and refused.
username-form: verbatim lowercased*
    Whether a new username is kept as sent or in lower case; the e-mail address is kept as sent.
name-key: any Name*
    Whether a user's new name (13.8) may be sent as Name or name, or as Name only.
new-user-permissions: none executor+dataViewer*
    What a new user may do.
permissions-read: true-only all seen*
    Which permissions of users and groups are shown: those that are true, all six, or the keys of the guide's
    examples, true or false.
permissions-write: replace* merge
    Whether a permission left out (5.5, 13.9) becomes false or stays.
owner-permissions: readable forbidden*
    Whether the owner's permissions can be read (13.4) or are answered 403.
admin-hierarchy: off on*
    Whether a client without OWNER is refused to change, lock, unlock, reset or delete admins and to grant
    admin.
group-names: nocase free*
    Whether group names are unique without regard to case or may repeat.
locked-members: allow refuse*
    Whether a locked user can be added to a group; refused with 409.
unknown-members: refuse* ignore
    Whether an unknown id among members to add or remove refuses the call or is left aside.
deleted-refs: removed* dangling
    Whether a deleted user or group leaves members, audiences and trigger audiences, or its id stays there.
trigger-create: full minimal*
    Whether a creation takes every field or only name, triggerType and disabled.
trigger-put: replace* merge
    Whether an optional field left out of 12.4 takes its default or stays.
archived-triggers: listed hidden* gone
    Whether archived triggers are listed, only read by id, or not read at all until unarchived.
archived-trigger-put: ok refuse*
    Whether an archived trigger can be written (12.4); refused with 409.
unarchive: keeps enables* disables
    Whether an unarchived trigger is enabled or disabled as it was, or always the one or the other.
trigger-refs: unchecked checked*
    Whether a trigger may name only users, groups, workflows and templates that are there, or that it named
    before.
template-put: replace* merge
    Whether an optional field left out of 9.10 takes its default or stays.
template-put-extras: ignored applied*
    Whether isDefault, metadata and isArchived in 9.10 are ignored or, where sent, take effect.
metadata-put: replace merge*
    Whether 9.9 sets these keys in place of all others or beside them.
template-delete: hidden listed* hard refused-in-use
    A deleted template is archived and off the lists, archived and listed, or gone; or refused (409) while it is
    the default or an unarchived trigger names it.
default-none: 204 404* null empty
    How 9.4 says that there is no default template: 204, 404, null, or 200 without a body.
default-setting: linked* separate
    Whether Reports.DefaultReport is the default template or a setting that nothing heeds.
html: verbatim crlf rewritten*
    Whether HTML is kept as sent, with CRLF at line ends, or wrapped into a whole document.
settings-post: shallow deep replace*
    Whether 11.2 sets whole top-level keys, merges inside them, or gives all keys left out their defaults.
settings-unknown: refuse* store ignore
    What happens to a setting that the team does not have.
settings-null: store ignore*
    Whether null is a value, where a setting may be null, or leaves the setting as it was.
workflow-put: replace* merge
    Whether an optional field left out of 14.3 takes its default or stays.
workflow-delete: hidden listed* hard refused-in-use
    A deleted workflow is archived and off the list, archived and listed, or gone; or refused (409) while an
    unarchived trigger names it.
audience-none: list null*
    Whether an audience of everybody is shown as an empty list or as null.
audience-refs: checked* unchecked
    Whether an audience may name only users and groups that are there, or that it named before.
activate-archived: refuse* ok
    Whether an archived version can be activated; refused with 409.
user-policy: either guide* earlier
    Which scope the calls of 13.3 to 13.10 ask for: trigger.admin or team.admin, trigger.admin only, or
    team.admin only.
open-calls: documented guarded*
    Whether changes that the guide allows to any token ask for a policy: Team_Admin to rename a group,
    Workflow_Modify for collections.
scope-slashes: any single double*
    How the token call wants scopes spelled: anyhow, with single slashes, or, where the guide prints two
    slashes, with two; tokens then show them so.
"""


def _behaviours(text: str) -> Iterator[Behaviour]:
    """``name: values`` at the start of a line, its help indented below."""
    for entry in re.split(r"\n(?=\S)", text.strip()):
        head, _, meaning = entry.partition("\n")
        name, _, values = head.partition(": ")
        yield _behaviour(name, values.split(), " ".join(meaning.split()))


def _behaviour(name: str, values: list[str], meaning: str) -> Behaviour:
    plain = tuple(value.removesuffix("*") for value in values)
    starred = (value.removesuffix("*") for value in values if value.endswith("*"))
    return Behaviour(name, plain, next(starred, plain[0]), meaning)


BEHAVIOURS: Mapping[str, Behaviour] = MappingProxyType({each.name: each for each in _behaviours(_TABLE)})
