"""What the specs of several kinds share."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, model_validator

from flowstate.model import Names, Part, Ref

# The default of every field that may be left out. It is never read (a field counts only when it was written), and it
# leaves null refused unless the field's type names it.
ABSENT: Final[Any] = None


class Audience(Part):
    """Who gets it: everyone, or the people and groups named."""

    everyone: Annotated[Literal[True], Field(description="Open to every user who may execute jobs.")] = ABSENT
    users: Annotated[Names, Field(description="Usernames of people."), Ref("user")] = ABSENT
    groups: Annotated[Names, Field(description="Names of groups."), Ref("group")] = ABSENT

    @model_validator(mode="after")
    def _everyone_stands_alone(self) -> Self:
        if "everyone" in self.model_fields_set and len(self.model_fields_set) > 1:
            raise ValueError("everyone: true stands alone; leave out users and groups")
        return self
