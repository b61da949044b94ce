"""Write docs/reference/ anew."""

from __future__ import annotations

import sys
from pathlib import Path

from making import pages

FOLDER = Path(__file__).resolve().parents[1] / "reference"

FOLDER.mkdir(exist_ok=True)
for name, text in pages().items():
    (FOLDER / name).write_text(text, encoding="utf-8")
    sys.stdout.write(f"wrote   docs/reference/{name}\n")
