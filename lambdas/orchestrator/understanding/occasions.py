"""What is worn when: the occasion table behind `vocabulary/occasions.toml`."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from apparel.phrases import Match, Phrases
from orchestrator.understanding.vocabulary import load


@dataclass(frozen=True)
class Occasion:
    """One entry of the table. `worn` maps a group of people to categories in the order of offering."""

    id: str
    label: str
    worn: dict[str, tuple[str, ...]]
    shoes: dict[str, tuple[str, ...]]
    look: str
    shun: tuple[str, ...]
    colors: tuple[str, ...]
    """What one wears of, where one does not wear any colour; empty otherwise."""

    def categories(self, groups: Sequence[str]) -> tuple[str, ...]:
        """What these people wear; with nobody named, what men and women wear, taking turns."""
        named = [group for group in groups if group in self.worn]
        if "kids" in groups:
            named += ["boys", "girls"]
        lists = [self.worn[group] for group in (named or ["women", "men"])]
        longest = max(len(entries) for entries in lists)
        turns = [entries[turn] for turn in range(longest) for entries in lists if turn < len(entries)]
        return tuple(dict.fromkeys(turns))

    def narrowed(self, categories: Sequence[str], groups: Sequence[str]) -> tuple[str, ...]:
        """Of several categories that a word may mean ("shoes"), those that suit the occasion; all of them
        if none is known to."""
        adults = {"boys": "men", "girls": "women"}
        named = [adults.get(group, group) for group in groups] or ["men", "women"]
        fitting = [shoe for group in named for shoe in self.shoes.get(group, ())]
        fitting += self.categories(groups)
        return tuple(category for category in categories if category in fitting) or tuple(categories)

    def suits(self, categories: Sequence[str]) -> bool:
        """Whether somebody wears all of these then, so that the look of the occasion is theirs too."""
        return set(categories) <= {category for group in self.worn.values() for category in group}


@cache
def occasions() -> tuple[Occasion, ...]:
    """All occasions, in the order in which they win."""
    return tuple(
        Occasion(
            id=key,
            label=entry["label"],
            worn={group: tuple(entry[group]) for group in ("men", "women", "boys", "girls")},
            shoes={group: tuple(entries) for group, entries in entry.get("shoes", {}).items()},
            look=entry["look"],
            shun=tuple(entry["shun"]),
            colors=tuple(entry.get("colors", ())),
        )
        for key, entry in load("occasions").items()
    )


def occasion_called(name: str) -> Occasion:
    """The entry with this id."""
    return next(occasion for occasion in occasions() if occasion.id == name)


@cache
def occasion_phrases() -> Phrases[Occasion]:
    """Phrases that name an occasion."""
    by_id = {occasion.id: occasion for occasion in occasions()}
    return Phrases((cue, by_id[key]) for key, entry in load("occasions").items() for cue in entry["cues"])


def winning(matches: Sequence[Match[Occasion]]) -> Occasion | None:
    """The occasion that a message is about when it names several: the earliest of the table."""
    order = {occasion.id: number for number, occasion in enumerate(occasions())}
    return min((match.value for match in matches), key=lambda found: order[found.id], default=None)
