"""What a colleague clicked goes into the manifests, and nothing else moves."""

from __future__ import annotations

from .bench import Bench, Command, leaves

_TEAM = """\
# our team
users:
  - username: ada@x.example   # the first
    name: 'Ada'
    permissions: [executor, dataViewer]  # rights
  - username: bob@x.example
    name: Bob
groups:
  - name: Fitters
    permissions:
      - executor   # needed
      - editor
    members: [ada@x.example, bob@x.example]
  - name: "Roofers"
    members: {include: [ada@x.example], exclude: [bob@x.example]}
reportTemplates:
  - name: Inspection report
    description: For panels
    body: |
      <p>one</p>
      <p>two</p>
    metadata: {owner: qa}
triggers:
  - name: Mail
    triggerType: Email
    triggerOptions:
      recipients: a@x.example
      sendCopyToUser: true   # a copy
    workflows: [Panel Repair]
    audience: {groups: [Fitters]}
    reportTemplate: Inspection report
workflows:
  - name: Panel Repair
    tags: [Panel]
    audience:
      groups:
        - Fitters
defaultReportTemplate: Inspection report   # the one
teamSettings:
  DisableJobRestart: true
  AutoDownload: {WorkflowUpdateMode: Optional}
"""


def test_smoke(bench: Bench, cli: Command) -> None:
    bench.text(_TEAM)
    assert bench.apply().exit_code == 0
    store = bench.sandbox.store
    ada, bob = bench.find("user", username="ada@x.example"), bench.find("user", username="bob@x.example")
    ada["permissions"] |= {"dataViewer": False, "modifier": True}
    store.put("user", ada["userId"], ada | {"name": "Ada B: x"})
    store.update("user", bob["userId"], locked=True)
    fitters = bench.find("group", name="Fitters")
    store.update(
        "group",
        fitters["id"],
        name="Roof fitters",
        users=[ada["userId"]],
        permissions=fitters["permissions"] | {"editor": False},
    )
    template = bench.find("reportTemplate", name="Inspection report")
    store.update(
        "reportTemplate",
        template["reportTemplateId"],
        bodyContent="<p>three</p>\n<b>",
        metadata={"owner": "me"},
        description=None,
    )
    trigger = bench.find("trigger", name="Mail")
    store.update(
        "trigger",
        trigger["triggerId"],
        disabled=True,
        triggerOptions={"recipients": "b@x.example", "sendCopyToUser": "false"},
    )
    print(leaves(bench.plan()))
    print(cli("accept", "*", "--check"))
    told = cli("accept", "*")
    print(told.out, told.err)
    print((bench.folder / "manifests/0.yaml").read_text())
    print(leaves(bench.plan()))
    assert 0
