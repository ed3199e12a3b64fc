"""`make eval`: judge the recommendations and the dialogues of a local stack.

Always with the project's own questions over the sample catalogue (scripts/evaluation/). Where CATALOGUE is
the Myntra data set, also with those over it (scripts/evaluation/myntra/). Both fail below their baselines.
And, where it is there, with the evaluator of a folder outside (EVAL, by default `../shared/eval`) over
CATALOGUE: its `evaluate.py` with `queries_dev.json` and `dialogues_dev.json`.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2

from scripts import results
from scripts.evaluation import report as reporting
from scripts.evaluation.report import Report
from scripts.evaluation.run import MYNTRA, OWN, SAMPLE, below_baseline, evaluate
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


def own_report() -> Report:
    """The project's own evaluation. Raises StackError, and httpx2.HTTPError if the API fails."""
    with local_stack(_stack(SAMPLE, "eval-sample")) as base_url:
        return evaluate(base_url)


def outside_reports() -> tuple[Report | None, dict[str, float]]:
    """Over CATALOGUE: the project's own questions, if it is the file they are about, and the figures of the
    evaluator outside; nothing where the files are not there."""
    catalogue = Path(os.environ.get("CATALOGUE") or "../shared/data/myntra_products_catalog.csv").resolve()
    folder = Path(os.environ.get("EVAL") or "../shared/eval").resolve()
    if not catalogue.exists():
        print(f"There is no {catalogue} (CATALOGUE): judging over the sample catalogue only.")
        return None, {}
    with local_stack(_stack(catalogue, "eval")) as base_url:
        report = evaluate(base_url, MYNTRA, catalogue) if MYNTRA.is_about(catalogue) else None
        if not (folder / "evaluate.py").exists():
            print(
                f"There is no {folder / 'evaluate.py'} (EVAL): judging with the project's own questions only."
            )
            return report, {}
        return report, figures(judge(base_url, catalogue, folder))


def main() -> int:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter).parse_args()
    try:
        own, (myntra, outside) = own_report(), outside_reports()
    except (StackError, subprocess.CalledProcessError, httpx2.HTTPError) as error:
        print(error, file=sys.stderr)
        return 2
    found: dict[str, object] = {"outside": outside}
    failures, worse = [], []
    for name, judged, report in (("own", OWN, own), ("myntra", MYNTRA, myntra)):
        if report is None:
            continue
        reached = reporting.figures(report)
        found |= {name: reached, f"{name}_by_topic": reporting.by_topic(report)}
        failures.append(f"# {name}\n\n{reporting.failures(report)}\n")
        worse += [f"{name}: {sentence}" for sentence in below_baseline(reached, judged)]
        print(f"\n{name}\n{reporting.table(report)}")
    rows = [(f"outside: {name}", f"{value:.3f}".rstrip("0").rstrip(".")) for name, value in outside.items()]
    if rows:
        print(f"\n{results.table(rows)}")
    written = results.write("eval", found)
    told = written.with_name("eval_failures.md")
    told.write_text("\n".join(failures), encoding="utf-8")
    print(f"Written: {written}, and what failed: {told}")
    print("\n".join(worse) or "Nothing is below the baseline.")
    return 1 if worse else 0


def _stack(catalogue: Path, state: str) -> StackSettings:
    return StackSettings(catalogue=catalogue, state_dir=CHECKOUT / ".local" / state)


if __name__ == "__main__":
    sys.exit(main())
