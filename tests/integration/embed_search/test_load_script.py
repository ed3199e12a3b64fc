"""`python -m scripts.load_catalogue FILE`: what a person sees."""

import os
import subprocess
import sys
from pathlib import Path

from tests.embed_search_fakes import row, write_catalogue


def run(file: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scripts.load_catalogue", str(file)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_report_names_refused_rows(postgres_url: str, bundle: Path, tmp_path: Path) -> None:
    file = write_catalogue(tmp_path / "new.csv", [row(1, "Shirt"), *[row("", "Shirt") for _ in range(12)]])
    done = run(file, DATABASE_URL=postgres_url, MODEL_BUNDLE=str(bundle))
    assert done.returncode == 0
    assert "1 products in the catalogue: 1 new" in done.stdout
    assert "1 texts embedded, 12 rows refused" in done.stdout
    assert "  line 3: ProductID is blank" in done.stdout
    assert "  and 2 more" in done.stdout


def test_failures_are_sentences(postgres_url: str, bundle: Path, tmp_path: Path) -> None:
    file = write_catalogue(tmp_path / "new.csv", [row(1, "Shirt")])
    here = {"DATABASE_URL": postgres_url, "MODEL_BUNDLE": str(bundle)}
    for done, sentence in [
        (run(tmp_path / "none.csv", **here), "none.csv can't be read: No such file"),
        (run(file, **{**here, "DATABASE_URL": "postgresql://x@127.0.0.1:1/y"}), "Connection refused"),
        (run(file, **{**here, "DATABASE_URL": ""}), "set DATABASE_URL"),
        (run(file, **{**here, "MODEL_BUNDLE": str(tmp_path)}), "no complete model bundle"),
    ]:
        assert done.returncode != 0
        assert sentence in done.stderr
        assert "Traceback" not in done.stderr
