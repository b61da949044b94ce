"""What was changed on the service, written into the manifests where it is defined.

:func:`propose` makes the new texts of the files that define what differs, :func:`verified` proves that they say what is
live and nothing else, :func:`write` replaces the files, all or none.
"""

from flowstate.accept.additions import Found, manifest_data
from flowstate.accept.origin import Form, Origin, names_file, origin
from flowstate.accept.pages import Page, Sources
from flowstate.accept.propose import Inputs, propose
from flowstate.accept.result import Acceptance, Revision
from flowstate.accept.secrets import keep_written
from flowstate.accept.verify import verified
from flowstate.accept.writing import write

__all__ = [
    "Acceptance",
    "Form",
    "Found",
    "Inputs",
    "Origin",
    "Page",
    "Revision",
    "Sources",
    "keep_written",
    "manifest_data",
    "names_file",
    "origin",
    "propose",
    "verified",
    "write",
]
