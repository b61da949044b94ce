"""A live team as the folder of a project: manifests by kind, long texts as files, flowstate.yaml."""

from flowstate.export.files import Exported, Origin, export
from flowstate.export.place import check_folder, write_folder
from flowstate.export.read import Team, read_team
from flowstate.export.template import as_template

__all__ = ["Exported", "Origin", "Team", "as_template", "check_folder", "export", "read_team", "write_folder"]
