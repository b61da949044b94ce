"""Examples that hypothesis makes are judged by what they show, not by how long a busy machine takes for them."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("flowstate", deadline=None, max_examples=60)
settings.load_profile("flowstate")

# What a pipeline sets changes what flowstate allows; a test that means it says so itself.
for name in [name for name in os.environ if name == "CI" or name.startswith("FLOWSTATE_")]:
    if not name.endswith("_CASES"):
        del os.environ[name]
