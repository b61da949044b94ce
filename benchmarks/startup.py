"""How long ``flowstate --version`` takes, against a click program that does nothing else.

``python benchmarks/startup.py [RUNS]`` prints both medians and their ratio; the exit code is 1 above the goal.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

GOAL = 1.2

# What pip writes for an entry point; both programs start in the same way.
LAUNCHER = "import sys\nfrom {module} import main\nif __name__ == '__main__':\n    sys.exit(main())\n"

BARE = """\
import click


@click.group()
@click.version_option("1", "-V", "--version", prog_name="bare")
def main() -> None:
    pass
"""


def main(runs: int) -> int:
    """Measure, print, and judge."""
    with tempfile.TemporaryDirectory() as folder:
        programs = [_bare(Path(folder)), _flowstate(Path(folder))]
        bare, flowstate = _medians(programs, runs)
    ratio = flowstate / bare
    print(f"bare click program   {bare * 1000:6.1f} ms")
    print(f"flowstate --version  {flowstate * 1000:6.1f} ms")
    print(f"ratio {ratio:.2f}, goal at most {GOAL} (medians of {runs} runs)")
    return int(ratio > GOAL)


def _bare(folder: Path) -> Path:
    (folder / "bare.py").write_text(BARE)
    return _launcher(folder, "bare")


def _flowstate(folder: Path) -> Path:
    return _launcher(folder, "flowstate.cli")


def _launcher(folder: Path, module: str) -> Path:
    path = folder / f"run_{module.replace('.', '_')}"
    path.write_text(LAUNCHER.format(module=module))
    return path


def _medians(programs: list[Path], runs: int) -> list[float]:
    """In turns, so that whatever else the machine does meets both; the first run writes the byte code."""
    seconds: list[list[float]] = [[] for _ in programs]
    for run in range(runs + 1):
        for program, found in zip(programs, seconds, strict=True):
            took = _seconds(program)
            if run:
                found.append(took)
    return [statistics.median(found) for found in seconds]


def _seconds(program: Path) -> float:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    subprocess.run([sys.executable, str(program), "--version"], env=environment, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 40))
