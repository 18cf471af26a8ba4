"""The import contracts hold: programs do not know each other, shared is layered, bots do not know bots."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_import_contracts_hold() -> None:
    result = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stdout


def test_a_bot_never_imports_a_bot() -> None:
    found = []
    for path in (ROOT / "bots").glob("*/**/*.py"):
        own = path.relative_to(ROOT / "bots").parts[0]
        for other in re.findall(
            r"^(?:from|import) bots\.(\w+)", path.read_text(encoding="utf-8"), re.MULTILINE
        ):
            if other != own:
                found.append(f"{path.relative_to(ROOT)} imports {other}")

    assert found == []
