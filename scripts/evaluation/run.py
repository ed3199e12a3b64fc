"""Judge a running API on questions over one catalogue, and compare it with that set's committed baseline.

python -m scripts.evaluation.run --base-url http://127.0.0.1:8000/v1 [--set myntra --catalogue FILE]
    [--failures FILE] [--set-baseline]
"""

import argparse
import hashlib
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True)
class JudgedSet:
    """Questions, conversations and sessions over one catalogue, in a folder with their baseline."""

    folder: Path

    @property
    def queries(self) -> list[Path]:
        return sorted(self.folder.glob("queries*.toml"))

    @property
    def dialogues(self) -> list[Path]:
        return sorted(self.folder.glob("dialogues*.toml"))

    @property
    def sessions(self) -> list[Path]:
        return sorted(self.folder.glob("sessions*.toml"))

    @property
    def baseline(self) -> Path:
        return self.folder / "baseline.toml"

    def is_about(self, catalogue: Path) -> bool:
        """Whether the file is the one that the questions were judged over; any, if the set names none."""
        wanted = tomllib.loads(self.baseline.read_text(encoding="utf-8")).get("catalogue_sha256")
        return wanted in (None, hashlib.sha256(catalogue.read_bytes()).hexdigest())


OWN = JudgedSet(HERE)
"""Over the sample catalogue."""
MYNTRA = JudgedSet(HERE / "myntra")
"""Over the Myntra data set, which is not part of the repository."""


def evaluate(base_url: str, judged: JudgedSet = OWN, catalogue: Path = SAMPLE) -> Report:
    """Ask everything. The API has to serve the catalogue. Raises httpx2.HTTPError."""
    api, products = Api(base_url), load(catalogue)
    return Report(
        [ask(api, question, products) for path in judged.queries for question in read_questions(path)],
        [
            turn
            for path in judged.dialogues
            for dialogue in read_dialogues(path)
            for turn in hold(api, dialogue, products)
        ],
        [
            step
            for path in judged.sessions
            for session in read_sessions(path)
            for step in play(api, session, products)
        ],
    )


def below_baseline(found: Mapping[str, float], judged: JudgedSet = OWN) -> list[str]:
    """What is worse than the baseline by more than its margin, in sentences."""
    baseline = tomllib.loads(judged.baseline.read_text(encoding="utf-8"))
    margins = baseline["margins"]
    return [
        f"{name} is {found[name]:.4f}; the baseline is {reached:.4f}, with a margin of {margins[name]}"
        for name, reached in baseline["figures"].items()
        if found[name] < reached - margins[name]
    ]


def set_baseline(found: Mapping[str, float], judged: JudgedSet = OWN) -> None:
    """Write the figures as the new baseline, over the old ones; what is said above them stays."""
    text = judged.baseline.read_text(encoding="utf-8")
    head = text[: text.index("[figures]")]
    lines = [f"{name} = {value:.4f}\n" for name, value in found.items()]
    judged.baseline.write_text(f"{head}[figures]\n{''.join(lines)}", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--set", choices=("own", "myntra"), default="own", dest="judged")
    parser.add_argument("--catalogue", type=Path, default=SAMPLE, help="the file that the API serves")
    parser.add_argument("--failures", type=Path, help="write what fails to this file")
    parser.add_argument("--set-baseline", action="store_true", help="commit to the figures reached")
    options = parser.parse_args()
    judged = OWN if options.judged == "own" else MYNTRA
    try:
        report = evaluate(options.base_url, judged, options.catalogue)
    except httpx2.HTTPError as error:
        print(f"The API could not be judged: {error}", file=sys.stderr)
        return 2
    found = reporting.figures(report)
    print(reporting.table(report))
    if options.failures:
        options.failures.write_text(reporting.failures(report) + "\n", encoding="utf-8")
    if options.set_baseline:
        set_baseline(found, judged)
    worse = below_baseline(found, judged)
    print("\n".join(worse) or "Nothing is below the baseline.")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
