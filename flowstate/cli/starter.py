"""The files that ``flowstate init`` writes."""

from __future__ import annotations

import json
from collections.abc import Mapping

_SETTINGS = """\
# What flowstate keeps as the manifests say, and where.
environments:
  sandbox:                            # a team on this machine: flowstate sandbox --ready-file .sandbox.json
    provider: {provider}
    sandbox: .sandbox.json
    passwords: {{file: .flowstate/passwords.jsonl}}
  production:
    provider: {provider}
    team: {team}                      # flowstate refuses credentials of any other team
    passwords: {{file: .flowstate/passwords.jsonl}}   # the one-time passwords of new people; never commit it
    # Credentials come from FLOWSTATE_CLIENT_ID and FLOWSTATE_CLIENT_SECRET, or from variables or files of your choice:
    # credentials: {{idEnv: ACME_ID, secretEnv: ACME_SECRET}}
"""

_MANIFEST = """\
# What is written here is managed; what is not is never touched. Any number of files and folders may follow.
# Take lines out again and people are locked and triggers archived; 'protect: true' on a resource keeps it safe.
users: []
#  - username: ada@example.com
#    name: Ada Byron
#    permissions: [executor, dataViewer]

groups: []
#  - name: Inspectors
#    permissions: [executor]
#    members: [ada@example.com]       # exactly these; {{include: [...]}} shares the list with the dashboard
"""

_IGNORED = """\
.flowstate/
.sandbox.json
"""


def files(team: str, provider: str) -> Mapping[str, str]:
    """The text of each file by its path."""
    return {
        "flowstate.yaml": _SETTINGS.format(team=json.dumps(team), provider=provider),
        ".gitignore": _IGNORED,
        "manifests/team.yaml": _MANIFEST.format(),
    }
