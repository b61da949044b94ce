"""What may be said of a resource beside its fields: what becomes of it, and of what others do to it."""

from __future__ import annotations

from typing import Final, Literal, get_args

OnRemove = Literal["archive", "delete", "keep"]
"""What becomes of a live object whose lines left the manifests."""

OnDrift = Literal["overwrite", "keep", "stop"]
"""What becomes of a value that somebody else changed on the service since the last apply."""

ON_REMOVE: Final[tuple[OnRemove, ...]] = get_args(OnRemove)
ON_DRIFT: Final[tuple[OnDrift, ...]] = get_args(OnDrift)
