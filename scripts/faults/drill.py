"""`make faults`: break each dependency of the running stack under load, and count what shoppers saw.

Exit status 1 if anybody was left hanging, a stream broke, a wrong product was shown, or something did not
recover. The table goes into docs/RELIABILITY.md as well.
"""

import argparse
import itertools
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from scripts import results
from scripts.drilling.stack import served
from scripts.evaluation.catalogue import Product, load
from scripts.faults.breaking import FAULTS, Fault, Parts, ScriptedModel
from scripts.faults.disk import full_disk
from scripts.faults.proxy import Wire
from scripts.faults.shoppers import Seen, Shoppers
from scripts.local.postgres import postgres_child
from scripts.local.postgres_files import server_home, socket_folder
from scripts.local.postgres_keeper import START_SECONDS
from scripts.local.stack import CHECKOUT, StackSettings, local_stack
from scripts.local.supervisor import Supervisor

SAMPLE = CHECKOUT / "data" / "sample_catalogue.csv"
PAGE = CHECKOUT / "docs" / "RELIABILITY.md"
BEGIN, END = "<!-- make faults: begin -->", "<!-- make faults: end -->"
WARM_UP_SECONDS = 3
RECOVERY_SECONDS = 60
UNLIMITED = dict.fromkeys(
    ("GUEST_MESSAGES_PER_DAY", "MESSAGES_PER_MINUTE", "USER_TOKENS_PER_DAY", "TOKENS_PER_DAY"), "1000000000"
)


@dataclass(frozen=True)
class Outcome:
    fault: str
    answers: int
    """That ended between the blow and the recovery."""
    saw: Mapping[str, int]
    hung: int
    broken: int
    wrong: int
    slowest_seconds: float
    recovered_seconds: float | None
    """From the moment that the fault ended to the next whole answer; None: not within a minute."""

    @property
    def bad(self) -> bool:
        return bool(self.hung or self.broken or self.wrong or self.recovered_seconds is None)


@contextmanager
def stack(folder: Path, catalogue: Path) -> Iterator[tuple[str, Parts]]:
    """The whole system over a database behind a wire, with limits and a scripted LLM."""
    model = ScriptedModel()
    supervisor = Supervisor(lambda line: print(f"    {line}"))
    child, _ = postgres_child(folder / "postgres", folder / "postgres.log")
    try:
        supervisor.start(child, START_SECONDS)
        supervisor.watch()
        wire = Wire(str(socket_folder(server_home(folder / "postgres")) / ".s.PGSQL.5432"))
        wire.accept()
        with served(model.answer) as environment:
            settings = StackSettings(
                catalogue=catalogue,
                state_dir=folder / "state",
                database_url=f"postgresql://postgres@127.0.0.1:{wire.port}/postgres?sslmode=disable",
                limits=True,
                environment={**environment, **UNLIMITED},
            )
            with local_stack(settings, lambda line: print(f"    {line}")) as base_url:
                yield base_url, Parts(wire, model)
        wire.refuse()
    finally:
        supervisor.stop()


def suffer(fault: Fault, base_url: str, parts: Parts, catalogue: Mapping[str, Product]) -> Outcome:
    """One fault, from the first quiet seconds to the recovery."""
    shoppers = Shoppers(base_url, catalogue)
    shoppers.arrive()
    time.sleep(WARM_UP_SECONDS)
    began = time.monotonic()
    fault.begin(parts)
    time.sleep(fault.seconds)
    fault.end(parts)
    ended = time.monotonic()
    recovered = _wait_for_recovery(shoppers, ended)
    hung = shoppers.leave()
    touched = [seen for seen in shoppers.seen if seen.at >= began]
    return _outcome(fault, touched, hung, recovered)


def _wait_for_recovery(shoppers: Shoppers, ended: float) -> float | None:
    """Until two answers in a row of questions that were asked afterwards are whole."""
    while time.monotonic() - ended < RECOVERY_SECONDS:
        later = [seen for seen in shoppers.seen if seen.at - seen.seconds >= ended]
        for first, second in itertools.pairwise(later):
            if first.saw == second.saw == "products":
                return first.at - ended
        time.sleep(0.1)
    return None


def _outcome(fault: Fault, touched: list[Seen], hung: int, recovered: float | None) -> Outcome:
    for seen in touched:
        if seen.wrong or seen.saw in ("a broken stream", "nothing"):
            print(f"    {seen.saw}: {seen.wrong} {seen.text[-300:]!r}")
    return Outcome(
        fault=fault.name,
        answers=len(touched),
        saw=dict(Counter(seen.saw for seen in touched)),
        hung=hung + sum(seen.saw == "nothing" for seen in touched),
        broken=sum(seen.saw == "a broken stream" for seen in touched),
        wrong=sum(bool(seen.wrong) for seen in touched),
        slowest_seconds=round(max((seen.seconds for seen in touched), default=0.0), 1),
        recovered_seconds=None if recovered is None else round(recovered, 1),
    )


def table(outcomes: list[Outcome]) -> str:
    """In markdown."""
    lines = [
        "| what breaks | answers | shoppers saw | slowest | hung | broken | wrong | whole again after |",
        "|---|--:|---|--:|--:|--:|--:|--:|",
    ]
    for one in outcomes:
        saw = ", ".join(f"{kind} {count}" for kind, count in sorted(one.saw.items()))
        again = "not within a minute" if one.recovered_seconds is None else f"{one.recovered_seconds} s"
        lines.append(
            f"| {one.fault} | {one.answers} | {saw} | {one.slowest_seconds} s | {one.hung} | {one.broken} "
            f"| {one.wrong} | {again} |"
        )
    return "\n".join(lines)


def write_page(text: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description="Break each dependency of the running stack under load.")
    parser.add_argument("--only", default="", help="faults whose name holds this text; writes no page")
    only = parser.parse_args().only
    catalogue = load(SAMPLE)
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory(prefix="apparel-faults-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with stack(folder, SAMPLE) as (base_url, parts):
            for fault in FAULTS:
                if only in fault.name:
                    print(f"{fault.name} ...", flush=True)
                    outcomes.append(suffer(fault, base_url, parts, catalogue))
    text = table(outcomes)
    disk = full_disk() if not only else ""
    print(f"\n{text}\n\n{disk}")
    if not only:
        write_page(f"{text}\n\n{disk}")
        results.write("faults", {"faults": [asdict(one) for one in outcomes], "full_disk": disk})
    return int(any(one.bad for one in outcomes))
