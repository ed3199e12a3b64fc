"""The quick ones of `make faults`: parts of the running stack broken for real, and mended."""

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

import pytest

from scripts.evaluation.catalogue import Product, load
from scripts.faults.breaking import FAULTS, Parts
from scripts.faults.drill import stack, suffer
from tests.conftest import SAMPLE
from tests.folders import open_folder

QUICK = [fault for fault in FAULTS if fault.seconds <= 6]
Running = tuple[str, Parts, Mapping[str, Product]]


@pytest.fixture(scope="module")
def running(bundle: Path) -> Iterator[Running]:
    with open_folder() as folder, SAMPLE.open(encoding="utf-8") as sample:
        few = folder / "few.csv"
        few.write_text("".join(islice(sample, 300)), encoding="utf-8")
        with stack(folder, few) as (base_url, parts):
            yield base_url, parts, load(few)


@pytest.mark.parametrize("fault", QUICK, ids=lambda fault: fault.name)
def test_nobody_hangs_nothing_breaks_and_all_is_well_again(running: Running, fault: object) -> None:
    outcome = suffer(next(one for one in QUICK if one is fault), *running)
    assert outcome.answers > 0
    assert (outcome.hung, outcome.broken, outcome.wrong) == (0, 0, 0)
    assert outcome.recovered_seconds is not None
