"""The judged set can be read, is as large as it promises, and asks for what the sample catalogue has."""

import tomllib

import pytest

from scripts.evaluation.asking import read_questions
from scripts.evaluation.catalogue import HERE, load
from scripts.evaluation.dialogues import read_dialogues
from scripts.evaluation.judge import fitting
from scripts.evaluation.run import MYNTRA, OWN, SAMPLE, JudgedSet, below_baseline
from scripts.evaluation.sessions import FOLLOWED, read_sessions

QUESTIONS = read_questions(HERE / "queries.toml")
BOTH = pytest.mark.parametrize("judged", [OWN, MYNTRA], ids=["sample", "myntra"])


def test_set_is_large_enough() -> None:
    assert len(QUESTIONS) >= 150
    assert len(read_dialogues(HERE / "dialogues.toml")) >= 25


def test_every_product_has_a_kind() -> None:
    assert [product.name for product in load(SAMPLE).values() if product.kind == "other"] == []


def test_most_questions_can_be_answered_in_full() -> None:
    products = load(SAMPLE).values()
    ranked = [question for question in QUESTIONS if question.expects == "ranking"]
    assert sum(bool(fitting(products, question.want)) for question in ranked) >= 0.9 * len(ranked)
    for question in QUESTIONS:
        assert question.expects in ("ranking", "nothing") or fitting(products, question.want), question.text


def test_sessions_drift_and_have_enough_to_look_at() -> None:
    products = load(SAMPLE).values()
    for session in read_sessions(HERE / "sessions.toml"):
        assert len(session.interests) >= 2, session.name
        for times, want in session.interests:
            assert len(fitting(products, want)) >= times + FOLLOWED, session.name


@BOTH
def test_figure_below_the_baseline_is_told(judged: JudgedSet) -> None:
    names = tomllib.loads(judged.baseline.read_text(encoding="utf-8"))["figures"]
    assert below_baseline(dict.fromkeys(names, 1.0), judged) == []
    assert len(below_baseline(dict.fromkeys(names, 0.0), judged)) == len(names)


def test_batches_over_the_real_catalogue_can_be_read() -> None:
    texts = [question.text for path in MYNTRA.queries for question in read_questions(path)]
    assert len(texts) == len(set(texts)) >= 450
    assert sum(len(read_dialogues(path)) for path in MYNTRA.dialogues) >= 35


def test_set_knows_its_catalogue() -> None:
    assert OWN.is_about(SAMPLE)
    assert not MYNTRA.is_about(SAMPLE)
