"""The hallucination drill: of what a lying model says, what reaches the shopper?"""

import itertools
import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scripts.drilling.liar import Liar, Said
from scripts.drilling.stack import stack_with
from scripts.evaluation.asking import Api, Question
from scripts.evaluation.catalogue import Product, load
from scripts.evaluation.grounding import ungrounded

_UNSEEN = re.compile("[\u200b\u200c\u200d\u2060]")
_SEED = 20_261_125


@dataclass
class Outcome:
    """What was said and shown, in sentences, by what they are about."""

    answers: int = 0
    said: Counter[str] = field(default_factory=Counter)
    shown: Counter[str] = field(default_factory=Counter)
    lies_shown: list[str] = field(default_factory=list)
    truths_lost: list[str] = field(default_factory=list)
    untrue: list[str] = field(default_factory=list)
    """What a check that knows nothing of the script finds in the answers."""

    @property
    def true_share(self) -> float:
        return self.shown["truth"] / self.said["truth"]

    def note(self, said: Sequence[Said], answer: str) -> None:
        self.answers += 1
        seen = _plain(answer)
        for sentence in said:
            self.said[sentence.about] += 1
            shown = _plain(sentence.text) in seen
            self.shown[sentence.about] += shown
            if sentence.about == "truth" and not shown:
                self.truths_lost.append(sentence.text)
            if sentence.about != "truth" and shown:
                self.lies_shown.append(f"{sentence.about}: {sentence.text}")


def drill(catalogue_file: Path, questions: Sequence[Question], answers: int) -> Outcome:
    """Ask until the model has spoken in as many answers. Raises StackError, httpx2.HTTPError."""
    catalogue = load(catalogue_file)
    liar = Liar(catalogue, _SEED)
    asked = [question.text for question in questions if question.expects == "ranking"]
    random.Random(_SEED).shuffle(asked)
    with stack_with(liar.answer, catalogue_file, "drill-lies") as base_url:
        return _ask(Api(base_url), liar, itertools.cycle(asked), answers, catalogue)


def _ask(
    api: Api, liar: Liar, asked: "itertools.cycle[str]", answers: int, catalogue: Mapping[str, Product]
) -> Outcome:
    outcome = Outcome()
    while outcome.answers < answers:
        question = next(asked)
        liar.said = []
        text, recommendations = api.chat([{"role": "user", "content": question}])
        if liar.said:
            outcome.note(liar.said, text)
            outcome.untrue += ungrounded(text, recommendations, catalogue, question)
    return outcome


def _plain(text: str) -> str:
    return " ".join(_UNSEEN.sub("", text.replace("\\", "")).split())
