"""`make bench-latency BASE=<commit>`: is `/v1/recommendations` as fast as it was?

The stack of another commit, from a git worktree, and that of this checkout run at the same time over the
same catalogue (CATALOGUE). Every question goes to both, one right after the other and in turns first, so
that a busy neighbour slows both. The first round warms up and does not count. Fails where this checkout's
median is slower than the other's by more than a tenth.

A commit that is measured for the first time loads the catalogue anew, which takes minutes.
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx2

from scripts import results
from scripts.evaluation.asking import read_questions
from scripts.evaluation.run import MYNTRA, OWN

SEED = 10
WORSE_BY = 1.1
"""The median may grow by this factor."""
SIMILAR, VIEWED = 40, 40
"""Questions of these kinds, beside those in words."""
_STACK = """
import sys
from pathlib import Path
from scripts.local.stack import StackSettings, local_stack
with local_stack(StackSettings(Path(sys.argv[1]), Path(sys.argv[2])), lambda line: None) as url:
    print("URL", url, flush=True)
    sys.stdin.read()
"""
Body = Mapping[str, object]
Times = dict[str, list[float]]


@contextmanager
def worktree(commit: str) -> Iterator[tuple[Path, str]]:
    """A checkout of the commit beside this one, and its full hash. Raises CalledProcessError."""
    found = _git("rev-parse", f"{commit}^{{commit}}")
    path = results.ROOT / ".local" / "latency" / f"tree-{found[:12]}"
    _git("worktree", "add", "--force", "--detach", str(path), found)
    try:
        yield path, found
    finally:
        _git("worktree", "remove", "--force", str(path))


@contextmanager
def stack_of(checkout: Path, catalogue: Path, state: Path) -> Iterator[str]:
    """The base URL of a checkout's own stack."""
    paths = os.pathsep.join(str(checkout / part) for part in ("", "lambdas", "layers"))
    process = subprocess.Popen(
        [sys.executable, "-c", _STACK, str(catalogue), str(state)],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": paths},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        url = next((line.split()[1] for line in process.stdout if line.startswith("URL ")), None)
        if url is None:
            raise RuntimeError(f"The stack of {checkout} did not start; its logs are in {state / 'logs'}.")
        yield url
    finally:
        # The end of its input ends it, and its children with it.
        process.communicate()


def questions(client: httpx2.Client, most: int) -> dict[str, list[Body]]:
    """Bodies of requests by kind: the judged questions, and products that these find."""
    texts = {
        question.text
        for judged in (OWN, MYNTRA)
        for path in judged.queries
        for question in read_questions(path)
        if question.expects == "ranking"
    }
    chosen = random.Random(SEED).sample(sorted(texts), min(most, len(texts)))
    found = [client.post("/recommendations", json={"query": text}).json() for text in chosen[: SIMILAR + 60]]
    ids = [item["product_id"] for answer in found for item in answer["recommendations"][:1]]
    return {
        "query": [{"query": text} for text in chosen],
        "similar_to": [{"similar_to": product_id} for product_id in ids[:SIMILAR]],
        "viewed": [{"viewed": ids[at : at + 4]} for at in range(VIEWED)],
    }


def measure(bodies: Sequence[Body], clients: Mapping[str, httpx2.Client], rounds: int) -> Times:
    """Milliseconds of every answer, for each of the stacks; the stacks take turns in being first."""
    times: Times = {name: [] for name in clients}
    for turn in range(rounds + 1):
        for number, body in enumerate(bodies):
            order = list(clients.items())
            for name, client in order if (turn + number) % 2 else reversed(order):
                started = time.perf_counter()
                client.post("/recommendations", json=body).raise_for_status()
                if turn:
                    times[name].append(1000 * (time.perf_counter() - started))
    return times


def figures(times: Times) -> dict[str, float]:
    """Of one kind of question: medians, means and 95th percentiles in ms, and the ratios now to base."""
    base, now = times["base"], times["now"]
    found: dict[str, float] = {"answers": len(now)}
    for name, values in times.items():
        found[f"{name}_p50_ms"] = statistics.median(values)
        found[f"{name}_mean_ms"] = statistics.mean(values)
        found[f"{name}_p95_ms"] = statistics.quantiles(values, n=20)[-1]
    found["ratio_p50"] = found["now_p50_ms"] / found["base_p50_ms"]
    found["ratio_mean"] = found["now_mean_ms"] / found["base_mean_ms"]
    # Of the same question, asked twice in a row.
    found["median_of_ratios"] = statistics.median(a / b for a, b in zip(now, base, strict=True))
    return {name: round(value, 3) for name, value in found.items()}


def table(found: Mapping[str, Mapping[str, float]]) -> str:
    columns = (
        "base_p50_ms",
        "now_p50_ms",
        "ratio_p50",
        "base_mean_ms",
        "now_mean_ms",
        "ratio_mean",
        "answers",
    )
    rows: list[Sequence[object]] = [("", *columns)]
    rows += [(kind, *(values[column] for column in columns)) for kind, values in found.items()]
    return results.table(rows)


def _git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(results.ROOT), *arguments], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("base", help="the commit to compare with")
    parser.add_argument("--questions", type=int, default=300, help="at most so many in words")
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    catalogue = Path(os.environ.get("CATALOGUE") or results.ROOT / "data" / "sample_catalogue.csv").resolve()
    states = results.ROOT / ".local" / "latency"
    with worktree(options.base) as (tree, commit):
        print(f"Starting {commit[:12]} and this checkout over {catalogue} ...", flush=True)
        with (
            stack_of(tree, catalogue, states / commit[:12]) as base_url,
            stack_of(results.ROOT, catalogue, states / "now") as now_url,
        ):
            clients = {
                "base": httpx2.Client(base_url=base_url, timeout=60),
                "now": httpx2.Client(base_url=now_url, timeout=60),
            }
            asked = questions(clients["base"], options.questions)
            found = {
                kind: figures(measure(bodies, clients, options.rounds)) for kind, bodies in asked.items()
            }
    print(table(found))
    print(
        f"Written: {results.write('latency', {'base_commit': commit, 'catalogue': catalogue.name, **found})}"
    )
    slower = [kind for kind, values in found.items() if values["ratio_p50"] > WORSE_BY]
    print(f"Slower than by a tenth: {', '.join(slower)}" if slower else "Nothing is slower by a tenth.")
    return 1 if slower else 0


if __name__ == "__main__":
    sys.exit(main())
