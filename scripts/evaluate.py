"""`make eval`: judge the recommendations and the dialogues of a local stack over a catalogue.

Runs the evaluator of an evaluation folder (EVAL, by default `../shared/eval`): its `evaluate.py` with
`queries_dev.json` and `dialogues_dev.json`, against a stack that is started for it with CATALOGUE.
"""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from scripts import results
from scripts.local.stack import CHECKOUT, StackError, StackSettings, local_stack


def judge(base_url: str, catalogue: Path, folder: Path) -> dict[str, Any]:
    """The evaluator's own report. Raises CalledProcessError if the API could not be judged."""
    report = CHECKOUT / "build" / "evaluation.json"
    report.parent.mkdir(exist_ok=True)
    subprocess.run(
        [
            sys.executable, str(folder / "evaluate.py"),
            "--base-url", base_url, "--catalogue", str(catalogue),
            "--queries", str(folder / "queries_dev.json"), "--dialogues", str(folder / "dialogues_dev.json"),
            "--json", str(report),
        ],
        check=True,
    )  # fmt: skip
    loaded: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return loaded


def figures(report: dict[str, Any]) -> dict[str, float]:
    """Strict precision@5 and the share of wants met by kind of query, dialogue turns, latency in ms."""
    found: dict[str, float] = {}
    for kind in ("attribute", "occasion"):
        rows = [row for row in report["queries"] if row["kind"] == kind]
        found[f"{kind}_strict_precision_at_5"] = statistics.mean(row["strict"] for row in rows)
        found[f"{kind}_wants_met"] = statistics.mean(row["met"] for row in rows)
        found[f"{kind}_queries"] = len(rows)
    turns = report["dialogues"]
    found["dialogue_turns"] = len(turns)
    found["dialogue_turns_right"] = sum(turn["ok"] for turn in turns)
    found["turns_with_an_invented_price"] = sum(bool(turn["invented_prices"]) for turn in turns)
    found["recommendations_p50_ms"] = 1000 * statistics.median(row["seconds"] for row in report["queries"])
    return found


def main() -> int:
    catalogue = Path(os.environ.get("CATALOGUE") or "../shared/data/myntra_products_catalog.csv").resolve()
    folder = Path(os.environ.get("EVAL") or "../shared/eval").resolve()
    for path, variable in ((catalogue, "CATALOGUE"), (folder / "evaluate.py", "EVAL")):
        if not path.exists():
            print(f"There is no {path}: set {variable} to where it is.", file=sys.stderr)
            return 2
    state = CHECKOUT / ".local" / "eval"
    try:
        with local_stack(StackSettings(catalogue=catalogue, port=0, state_dir=state)) as base_url:
            found = figures(judge(base_url, catalogue, folder))
    except (StackError, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return 1
    print(results.table([(name, f"{value:.3f}".rstrip("0").rstrip(".")) for name, value in found.items()]))
    print(f"Written: {results.write('eval', found)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
