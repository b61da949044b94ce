"""Examples that hypothesis makes are judged by what they show, not by how long a busy machine takes for them."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("flowstate", deadline=None, max_examples=60)
settings.load_profile("flowstate")
