"""``python -m flowstate``."""

from flowstate.cli import main

main()
