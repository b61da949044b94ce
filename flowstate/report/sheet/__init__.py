"""What a report says, before it is Markdown or a page: text that is safe to show, in the order it is read."""

from flowstate.report.sheet.model import Alert, Group, Item, Row, Sheet, Total

__all__ = ["Alert", "Group", "Item", "Row", "Sheet", "Total"]
