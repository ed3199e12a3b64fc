"""The evaluation's figures, all between 0 and 1, higher is better; the table; and what fails, for people."""

import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from scripts import results
from scripts.evaluation.asking import Outcome
from scripts.evaluation.dialogues import Turn
from scripts.evaluation.sessions import Step


@dataclass(frozen=True)
class Report:
    outcomes: list[Outcome]
    turns: list[Turn]
    steps: list[Step]

    @property
    def untrue(self) -> list[str]:
        """Everything that was said and is not in the catalogue's file."""
        return [claim for untrue in self.untrue_by_answer for claim in untrue]

    @property
    def untrue_by_answer(self) -> list[list[str]]:
        """The same, a list for each answer."""
        return [
            *(outcome.untrue for outcome in self.outcomes),
            *(turn.untrue for turn in self.turns),
            *(step.untrue for step in self.steps),
        ]


def figures(report: Report) -> dict[str, float]:
    """Over all questions, conversations and sessions."""
    dialogues = {turn.dialogue for turn in report.turns}
    spoilt = {turn.dialogue for turn in report.turns if turn.wrong}
    found = {
        "ndcg_at_10": _mean(outcome.ndcg for outcome in report.outcomes),
        "strict_precision_at_5": _mean(outcome.precision for outcome in report.outcomes),
        "constraint_satisfaction": _mean(outcome.satisfaction for outcome in report.outcomes),
        "facts_and_refusals_right": _mean(outcome.right for outcome in report.outcomes),
        "dialogue_turns_right": _mean(not turn.wrong for turn in report.turns),
        "dialogues_right": 1 - len(spoilt) / len(dialogues),
        "session_drift_followed": _mean(step.followed for step in report.steps),
        "session_kept_in_view": _mean(step.in_view for step in report.steps),
        "session_viewed_left_out": _mean(step.left_out for step in report.steps),
        "answers_grounded": _mean(not untrue for untrue in report.untrue_by_answer),
    }
    return {name: round(value, 4) for name, value in found.items() if value is not None}


def by_topic(report: Report) -> dict[str, dict[str, float]]:
    """The figures of each kind of question, and how many there are."""
    topics: dict[str, list[Outcome]] = {}
    for outcome in report.outcomes:
        topics.setdefault(outcome.question.topic, []).append(outcome)
    found = {}
    for topic, outcomes in topics.items():
        means = {
            "ndcg_at_10": _mean(outcome.ndcg for outcome in outcomes),
            "strict_precision_at_5": _mean(outcome.precision for outcome in outcomes),
            "constraint_satisfaction": _mean(outcome.satisfaction for outcome in outcomes),
            "right": _mean(outcome.right for outcome in outcomes),
        }
        found[topic] = {"questions": float(len(outcomes))} | {
            name: round(mean, 4) for name, mean in means.items() if mean is not None
        }
    return found


def table(report: Report, more: Iterable[tuple[str, str]] = ()) -> str:
    """One table: a line for each kind of question, the figures over all, and `more` of those."""
    columns = ("questions", "ndcg_at_10", "strict_precision_at_5", "constraint_satisfaction", "right")
    rows: list[Sequence[object]] = [("", "questions", "nDCG@10", "strict P@5", "wants met", "right")]
    for topic, found in by_topic(report).items():
        cells = [f"{found[column]:.3f}" if column in found else "" for column in columns[1:]]
        rows.append((topic, int(found["questions"]), *cells))
    rows += [(name, "", "", "", "", f"{value:.3f}") for name, value in figures(report).items()]
    rows += [(name, "", "", "", "", value) for name, value in more]
    return results.table(rows)


def failures(report: Report) -> str:
    """Markdown: what was asked and did not get the right answer, with what came back."""
    return "\n".join(
        [
            "## Questions", *_failed_questions(report.outcomes),
            "", "## Dialogues", *_failed_turns(report.turns),
            "", "## Sessions", *_failed_steps(report.steps),
            "", "## Not in the catalogue's file", *(f"- {claim}" for claim in report.untrue),
        ]
    )  # fmt: skip


def _failed_questions(outcomes: Iterable[Outcome]) -> Iterator[str]:
    topic = ""
    for outcome in outcomes:
        if not outcome.failed:
            continue
        if outcome.question.topic != topic:
            topic = outcome.question.topic
            yield f"\n### {topic}"
        score = outcome.precision if outcome.precision is not None else outcome.right
        yield f"- **{outcome.question.text}** ({score:.2f}; {outcome.question.expects}): {_wants(outcome)}"
        yield from (f"  - {line}" for line in "\n".join(outcome.answered).splitlines() if line)


def _wants(outcome: Outcome) -> str:
    return ", ".join(f"{key}={value}" for key, value in vars(outcome.question.want).items() if value)


def _failed_turns(turns: Iterable[Turn]) -> Iterator[str]:
    for turn in turns:
        if turn.wrong:
            yield f"- {turn.dialogue}: **{turn.said}**: {'; '.join(turn.wrong)}"
            yield from (f"  > {line}" for line in turn.text.splitlines() if line)


def _failed_steps(steps: Iterable[Step]) -> Iterator[str]:
    for step in steps:
        if step.followed is False or step.in_view < 1 or not step.left_out:
            yield (
                f"- {step.session}, after {step.look}: followed {step.followed}, in view {step.in_view:.1f}, "
                f"viewed left out {step.left_out}: {'; '.join(step.answered)}"
            )


def _mean(values: Iterable[float | None]) -> float | None:
    known = [float(value) for value in values if value is not None]
    return statistics.mean(known) if known else None
