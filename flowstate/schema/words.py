"""What is explained, as lines for a terminal."""

from __future__ import annotations

from flowstate.model import Provider
from flowstate.report.page import Page
from flowstate.report.style import Style, Tone
from flowstate.schema.explain import Explained

_WIDEST = 28


def explained_text(explained: Explained, *, style: Style, width: int = 80) -> str:
    """Name and type, meaning, what may be written, notes, an example, and what it holds."""
    page = Page(style, width)
    head = page.line((explained.name, Tone.STRONG), (f"  ({explained.type})", Tone.QUIET))
    lines = [head, "", *page.prose(explained.meaning, 2)]
    for lead, said in _facts(explained):
        lines += page.prose(f"{lead}: {said}", 2, hang=2)
    if explained.notes:
        lines += ["", *(line for note in explained.notes for line in page.prose(f"- {note}", 2, hang=2))]
    if explained.example:
        lines += ["", page.line(("Example:", None), indent=2), page.line((explained.example, None), indent=4)]
    return "\n".join([*lines, *_parts(page, explained.parts)]) + "\n"


def _facts(explained: Explained) -> list[tuple[str, str]]:
    facts = {
        "Known values": ", ".join(explained.values),
        "Default": explained.default,
        "Required": "yes" if explained.required else "",
    }
    return [(lead, said) for lead, said in facts.items() if said]


def _parts(page: Page, parts: tuple[tuple[str, str, str], ...]) -> list[str]:
    if not parts:
        return []
    room = min(max(len(name) for name, _, _ in parts), _WIDEST)
    lines = ["", page.line(("Keys:", None), indent=2)]
    for name, kind, meaning in parts:
        lines += page.prose(f"{name:<{room}}  {meaning} ({kind})", 4, hang=room + 2)
    return lines


def kinds_text(provider: Provider, *, style: Style, width: int = 80) -> str:
    """Every kind with its section and what it is, and what else can be explained."""
    page = Page(style, width)
    room = max(map(len, provider.kinds))
    lines = [page.line((f"Kinds of {provider.name}", Tone.STRONG)), ""]
    for name, kind in sorted(provider.kinds.items()):
        lines += page.prose(f"{name:<{room}}  {kind.spec.__doc__} Section: {kind.section}.", 2, hang=room + 2)
    more = "More: flowstate explain KIND, KIND.FIELD, flowstate.yaml, or a way into it (environments.NAME.passwords)."
    return "\n".join([*lines, "", *page.prose(more)]) + "\n"
