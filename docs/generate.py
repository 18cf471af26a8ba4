"""Write the generated pages of ``docs/reference``: ``python docs/generate.py``; ``--check`` only compares."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main(argv: Sequence[str] | None = None) -> int:
    """Write or compare the pages; return 1 when one differs, or when a part of Helena could not be read."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; say which pages differ")
    options = parser.parse_args(argv)
    # started as a file, Python looks for modules in docs/ alone
    sys.path.insert(0, str(ROOT))
    made = import_module("docs.generator.pages").make_pages()
    for problem in made.problems:
        sys.stderr.write(f"left out: {problem}\n")
    folder = ROOT / "docs" / "reference"
    different = [name for name, text in made.pages.items() if not _is_same(folder / name, text)]
    for name in different:
        if options.check:
            sys.stderr.write(f"docs/reference/{name} differs; run python docs/generate.py\n")
        else:
            (folder / name).write_text(made.pages[name], encoding="utf-8")
            sys.stdout.write(f"wrote docs/reference/{name}\n")
    return 1 if made.problems or (options.check and different) else 0


def _is_same(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    raise SystemExit(main())
