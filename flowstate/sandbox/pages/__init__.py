"""What people look at in a browser: read only, no script, nothing from elsewhere.

``html``       markup into which foreign text cannot get unescaped
``style``      how it looks, in the light and in the dark, on a desk and on a phone
``parts``      what pages are made of
``team``       ``/``: the team as it is now, and the latest calls
``reference``  ``/docs``: the OpenAPI document for people
``routes``     where they are served, and what browsers may do with them
"""

from __future__ import annotations

from typing import Final

PAGES: Final = frozenset({"/", "/docs", "/openapi.json"})
