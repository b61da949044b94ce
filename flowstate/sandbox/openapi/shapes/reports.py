"""Chapter 9: report templates in their four forms."""

from __future__ import annotations

from flowstate.sandbox.openapi.shapes.base import Shape, Time


class Layout(Shape):
    """How a report is laid out."""

    is_landscape: bool
    """Pages lie on their long side."""
    title: str
    """Above the report."""
    header_height: int
    """How much room the header has on each page."""
    hide_footer: bool
    """No line with page numbers."""


class _Described(Shape):
    report_template_id: str
    """What calls name it by."""
    name: str
    """What people pick it by; two may share one."""
    description: str | None
    """What it is for."""
    last_updated: Time
    is_archived: bool
    """Deleted, and only shown when asked for by id."""
    metadata: dict[str, str]
    """Free keys with text."""


class ReportTemplate(_Described):
    """A report template in full."""

    user_id: str | None
    """Who made it; nothing in the answer to its creation."""
    header_content: str
    """HTML that is repeated on each page."""
    body_content: str
    """HTML of the report, with placeholders for what was recorded."""
    options: Layout
    """How it is laid out."""
    is_default: bool
    """Used where none is named; at most one is."""


class TemplateFile(Shape):
    """Where HTML is kept."""

    name: str
    """What the file holds."""
    uri: str
    """What it is kept under."""
    content_type: str
    """Always text/html."""
    download_url: str
    """A signed link, another one in each answer."""


class TemplateFiles(Shape):
    """The two files of a report template."""

    template_id: str
    """What the two are kept under."""
    template_body_file: TemplateFile
    """HTML of the report."""
    template_header_file: TemplateFile
    """HTML that is repeated on each page."""
    uploaded_date: Time
    user_id: str | None
    """Who uploaded them."""


class ListedTemplate(_Described):
    """A report template in the list: links in place of its HTML."""

    options: Layout
    """How it is laid out."""
    is_default: bool
    """Used where none is named; at most one is."""
    template: TemplateFiles
    """Where its HTML is."""


class NamedTemplate(_Described):
    """A report template in the list of names: its id and name, and little else."""

    template_versions: None
    """Always nothing."""
    team_name: None
    """Always nothing."""
    template: None
    """Always nothing."""
    options: None
    """Always nothing."""
