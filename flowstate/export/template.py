"""An exported project as a template: what is one team's own becomes a question, with this team's value as default."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from flowstate.export.files import MANIFESTS, Exported, Origin
from flowstate.export.writing import entry, scalar

_DOMAIN: Final = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?([.][a-z0-9]([a-z0-9-]*[a-z0-9])?)+"
_TEAM: Final = r"[A-Za-z0-9][A-Za-z0-9._ -]*"
_HOST: Final = r"(https://[A-Za-z0-9.-]+|http://127[.]0[.]0[.]1)(:[0-9]+)?"
_ADDRESS: Final = re.compile(r"@([A-Za-z0-9.-]*[A-Za-z0-9])")
_SETTINGS: Final = "flowstate.yaml"
_ENVIRONMENT: Final = {
    "variable_start_string": "<[", "variable_end_string": "]>", "block_start_string": "<%", "block_end_string": "%>",
    "comment_start_string": "<#", "comment_end_string": "#>", "keep_trailing_newline": True,
}  # fmt: skip
_README: Final = """\
# A template, exported from a team

`copier.yml` asks what was that team's own; `template/` has everything else. Commit it to a Git repository, tag it:

```sh
flowstate new PATH-OR-URL DIR
```
"""


@dataclass(frozen=True)
class _Question:
    """What is asked, what this team says to it, and what every answer must look like."""

    name: str
    default: str
    pattern: str
    help: str

    def lines(self) -> list[str]:
        """The question in copier.yml."""
        test = f"<% if not ({self.name} | regex_search('^{self.pattern}$')) %>not of the form {self.pattern}<% endif %>"
        return entry(self.name, {"type": "str", "help": self.help, "default": self.default, "validator": test})


def as_template(exported: Exported, origin: Origin) -> Exported:
    """The same team as a template; rendered with its defaults, manifests are those of the export, byte for byte.

    A value becomes a question only where it has the usual form. The domain is the one that most addresses have.
    """
    questions = {one.name: one for one in _questions(exported, origin) if re.fullmatch(one.pattern, one.default)}
    head = [*entry("_subdirectory", "template"), *entry("_envops", _ENVIRONMENT)]
    files = {
        "README.md": _README.encode(),
        "copier.yml": "".join(
            f"{line}\n" for line in (*head, *(line for one in questions.values() for line in one.lines()))
        ).encode(),
        "template/.copier-answers.yml.jinja": b"<[ _copier_answers | to_nice_yaml ]>",
    }
    for path, data in exported.files.items():
        text = _asked(path, data, questions)
        files |= {f"template/{path}": data} if text is None else {f"template/{path}.jinja": text.encode()}
    return replace(exported, files=files)


def _questions(exported: Exported, origin: Origin) -> Iterator[_Question]:
    if team := str(origin.section.get("team") or ""):
        yield _Question("team", team, _TEAM, "The name of the team, exactly as the service spells it.")
    hosts = origin.section.get("hosts")
    for role, url in sorted(hosts.items()) if isinstance(hosts, Mapping) else ():
        yield _Question(f"host_{role}", str(url), _HOST, f"The URL of the service's host {role!r}.")
    texts = [data.decode() for path, data in exported.files.items() if path.startswith(MANIFESTS)]
    counts = Counter(name for text in texts for name in _ADDRESS.findall(text))
    usual = [name for name in counts if re.fullmatch(_DOMAIN, name)]
    if usual:
        domain = min(usual, key=lambda name: (-counts[name], name))
        yield _Question("domain", domain, _DOMAIN, "The domain of everybody's e-mail address.")


def _asked(path: str, data: bytes, questions: Mapping[str, _Question]) -> str | None:
    """A file with answers in the place of this team's values; None where it holds none.

    A file with other line ends than rendering writes stays as it is.
    """
    text = data.decode()
    if "\r" in text or not (path.startswith(f"{MANIFESTS}/") or path in {_SETTINGS, "README.md"}):
        return None
    plain = re.sub(r"<(?=[\[%#])", "<[ '<' ]>", text)  # what only looks like a statement of the template
    done = plain
    if domain := questions.get("domain"):
        done = re.sub(rf"@{re.escape(domain.default)}(?![A-Za-z0-9-]|[.][A-Za-z0-9])", "@<[ domain ]>", done)
    if path == _SETTINGS:
        for one in questions.values():
            if one.name.startswith("host_"):
                done = done.replace(scalar(one.default), f"<[ {one.name} | to_json ]>")
        done = re.sub(r"(?m)^(\s+team: ).*$", r"\1<[ team | to_json ]>", done) if "team" in questions else done
    if path in {_SETTINGS, "README.md"} and "team" in questions:
        done = re.sub(r"(?m)^# Team (.*?)( as it was exported.*)?$", r"# Team <[ team ]>\2", done, count=1)
    return done if done != plain else None
