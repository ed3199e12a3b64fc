"""Judge a running API over the sample catalogue, and compare it with the committed baseline.

python -m scripts.evaluation.run --base-url http://127.0.0.1:8000/v1 [--failures FILE] [--set-baseline]
"""

import argparse
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import httpx2

from scripts.evaluation import report as reporting
from scripts.evaluation.asking import Api, ask, read_questions
from scripts.evaluation.catalogue import HERE, load
from scripts.evaluation.dialogues import hold, read_dialogues
from scripts.evaluation.report import Report
from scripts.evaluation.sessions import play, read_sessions
from scripts.results import ROOT

SAMPLE = ROOT / "data" / "sample_catalogue.csv"
BASELINE = HERE / "baseline.toml"


def evaluate(base_url: str) -> Report:
    """Ask everything. The API has to serve the sample catalogue. Raises httpx2.HTTPError."""
    api, catalogue = Api(base_url), load(SAMPLE)
    return Report(
        [ask(api, question, catalogue) for question in read_questions(HERE / "queries.toml")],
        [turn for one in read_dialogues(HERE / "dialogues.toml") for turn in hold(api, one, catalogue)],
        [step for one in read_sessions(HERE / "sessions.toml") for step in play(api, one, catalogue)],
    )


def below_baseline(found: Mapping[str, float]) -> list[str]:
    """What is worse than the baseline by more than its margin, in sentences."""
    baseline = tomllib.loads(BASELINE.read_text(encoding="utf-8"))
    margins = baseline["margins"]
    return [
        f"{name} is {found[name]:.4f}; the baseline is {reached:.4f}, with a margin of {margins[name]}"
        for name, reached in baseline["figures"].items()
        if found[name] < reached - margins[name]
    ]


def set_baseline(found: Mapping[str, float]) -> None:
    """Write the figures as the new baseline, over the old ones; what is said above them stays."""
    text = BASELINE.read_text(encoding="utf-8")
    head = text[: text.index("[figures]")]
    lines = [f"{name} = {value:.4f}\n" for name, value in found.items()]
    BASELINE.write_text(f"{head}[figures]\n{''.join(lines)}", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--failures", type=Path, help="write what fails to this file")
    parser.add_argument("--set-baseline", action="store_true", help="commit to the figures reached")
    options = parser.parse_args()
    try:
        report = evaluate(options.base_url)
    except httpx2.HTTPError as error:
        print(f"The API could not be judged: {error}", file=sys.stderr)
        return 2
    found = reporting.figures(report)
    print(reporting.table(report))
    if options.failures:
        options.failures.write_text(reporting.failures(report) + "\n", encoding="utf-8")
    if options.set_baseline:
        set_baseline(found)
    worse = below_baseline(found)
    print("\n".join(worse) or "Nothing is below the baseline.")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
