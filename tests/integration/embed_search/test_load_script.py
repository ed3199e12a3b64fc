"""`python -m scripts.load_catalogue FILE`: what a person sees."""

import csv
import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg2

from embed_search.staging import LOCK
from tests.embed_search_fakes import row, write_catalogue


def run(file: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scripts.load_catalogue", str(file), *options],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_refused_row_is_in_the_report(postgres_url: str, bundle: Path, tmp_path: Path) -> None:
    rows = [row(1, "Shirt"), *[row("", "Shirt") for _ in range(1_200)]]
    file, refused = write_catalogue(tmp_path / "new.csv", rows), tmp_path / "reports" / "refused.csv"
    here = {"DATABASE_URL": postgres_url, "MODEL_BUNDLE": str(bundle)}
    careful = run(file, "--refused", str(refused), **here)
    assert careful.returncode != 0
    assert "Nothing was changed. Only 1 of the file's 1201 rows are good" in careful.stderr
    assert "  line 3: ProductID is blank" in careful.stderr
    assert f"  All refused rows: {refused}" in careful.stderr

    refused.unlink()
    forced = run(file, "--refused", str(refused), "--force", **here)
    assert forced.returncode == 0, forced.stderr
    assert "1 products in the catalogue: 1 new" in forced.stdout
    assert "1 texts embedded, 1200 rows refused" in forced.stdout
    assert f"  All refused rows: {refused}" in forced.stdout
    with refused.open(newline="") as report:
        lines = list(csv.DictReader(report))
    assert lines == [{"line": str(line), "reason": "ProductID is blank"} for line in range(3, 1203)]


def test_export_of_another_shop_loads_by_its_columns(postgres_url: str, bundle: Path, tmp_path: Path) -> None:
    file, columns = tmp_path / "shop.jsonl", tmp_path / "columns.toml"
    file.write_text('{"sku": "A-1", "title": "Blue Shirt", "for": "Male", "mrp": "Rs. 1,499"}\n')
    columns.write_text(
        '[columns]\nproduct_id = "sku"\nname = "title"\ngender = "for"\nprice = "mrp"\n'
        '[price]\ncurrency = ["Rs."]\nthousands = ","\n'
    )
    here = {"DATABASE_URL": postgres_url, "MODEL_BUNDLE": str(bundle)}
    done = run(file, "--columns", str(columns), "--force", "--refused", str(tmp_path / "refused.csv"), **here)
    assert done.returncode == 0, done.stderr
    assert "1 products in the catalogue" in done.stdout
    assert ", 0 rows refused" in done.stdout
    assert "All refused rows" not in done.stdout


def test_failures_are_sentences(postgres_url: str, bundle: Path, tmp_path: Path) -> None:
    file = write_catalogue(tmp_path / "new.csv", [row(1, "Shirt")])
    latin = tmp_path / "latin.toml"
    latin.write_bytes('[columns]\nname = "Größe"\n'.encode("latin-1"))
    here = {"DATABASE_URL": postgres_url, "MODEL_BUNDLE": str(bundle)}
    for done, sentence in [
        (run(tmp_path / "none.csv", **here), "none.csv can't be read: No such file"),
        (run(file, "--columns", str(tmp_path / "none.toml"), **here), "No such file or directory"),
        (run(file, "--columns", str(file), **here), "The column mapping is not readable as TOML"),
        (run(file, "--columns", str(latin), **here), f"The column mapping {latin} is not UTF-8"),
        (run(file, "--max-deleted-share", "20", **here), "20 is no share from 0 to 1"),
        (run(file, "--min-good-share", "nan", **here), "nan is no share from 0 to 1"),
        (run(file, **{**here, "DATABASE_URL": "postgresql://x@127.0.0.1:1/y"}), "Connection refused"),
        (run(file, **{**here, "DATABASE_URL": ""}), "set DATABASE_URL"),
        (run(file, **{**here, "MODEL_BUNDLE": str(tmp_path)}), "no complete model bundle"),
    ]:
        assert done.returncode != 0
        assert sentence in done.stderr
        assert "Traceback" not in done.stderr


def test_report_that_can_t_be_written_is_no_load_that_failed(
    postgres_url: str, bundle: Path, tmp_path: Path
) -> None:
    file = write_catalogue(tmp_path / "new.csv", [row(1, "Shirt"), row("", "Shirt")])
    here = {"DATABASE_URL": postgres_url, "MODEL_BUNDLE": str(bundle)}
    done = run(file, "--force", "--refused", str(tmp_path), **here)
    assert done.returncode == 1
    assert "1 products in the catalogue" in done.stdout
    assert f"The refused rows could not be written to {tmp_path}: Is a directory." in done.stderr
    assert "The catalogue is loaded" in done.stderr
    assert "Traceback" not in done.stderr


def test_ctrl_c_ends_it_at_once_and_without_a_traceback(
    postgres_url: str, bundle: Path, tmp_path: Path
) -> None:
    file = write_catalogue(tmp_path / "new.csv", [row(1, "Shirt")])
    with closing(psycopg2.connect(postgres_url)) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
        loader = subprocess.Popen(
            [sys.executable, "-m", "scripts.load_catalogue", str(file)],
            env={**os.environ, "DATABASE_URL": postgres_url, "MODEL_BUNDLE": str(bundle)},
            stderr=subprocess.PIPE,
            text=True,
        )
        assert loader.stderr
        assert loader.stderr.readline() == "waiting for another load to end\n"
        loader.send_signal(signal.SIGINT)
        _, told = loader.communicate(timeout=60)
    assert (loader.returncode, told) == (-signal.SIGINT, "")
