"""Who will wear it: gender and age, as far as a message says."""

import re
from collections.abc import Iterable, Sequence
from itertools import count

from apparel.phrases import Match, Word, words
from apparel.product import Gender
from apparel.taxonomy import categories
from orchestrator.understanding.vocabulary import (
    implied_people_phrases,
    load,
    partner_phrases,
    people_phrases,
)

_CHILD = 14
"""Years; whoever is this old or younger wears children's sizes."""

_NUMBER_WORDS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
)
_AGES = {word: number for number, word in enumerate(_NUMBER_WORDS.split(), 1)}
_NO_AGE = r"(?!\s*(?:k\b|thousand|hundred|[,.]?\d|%|feet|foot|ft\b|['’\"]|inch|cm\b|kg|kilo|metre|meter))"
_ORDINALS = dict(zip("first second third fourth fifth sixth seventh eighth ninth tenth".split(), count(1)))
_BIRTHDAY = re.compile(rf"\b(?:(\d{{1,2}})(?:st|nd|rd|th)|({'|'.join(_ORDINALS)})) (?:birthday|bday|b'day)\b")
_AGE = re.compile(
    rf"\b(\d{{1,2}}|{'|'.join(_AGES)})[\s-]*(?:years?|yrs?|yr|months?|saal)?[\s-]*(?:old|ka|ki|ke|of age)\b"
    rf"|\b(?:(?:boys?|girls?|kids?|child|son|daughter|baby|beta|beti) of|age|aged|is|turn(?:s|ed|ing))\s+"
    rf"(\d{{1,2}}|{'|'.join(_AGES)})\b{_NO_AGE}"
    rf"|\b(\d{{1,2}}|{'|'.join(_AGES)})[\s-]*(?:years?|yrs?|months?|saal|sal|baras)\b"
    rf"|\bs?he['’]?s (?:just |only |now )?(\d{{1,2}})\b{_NO_AGE}"
)
# "my brother's wedding": the brother marries, somebody else is dressed.
_EVENTS = frozenset(
    [
        "wedding",
        "marriage",
        "shaadi",
        "shadi",
        "birthday",
        "party",
        "anniversary",
        "reception",
        "sangeet",
        "engagement",
        "house",
        "place",
        "home",
        "function",
        "ceremony",
        "graduation",
        "farewell",
        "funeral",
        "school",
        "baptism",
        "mehendi",
        "haldi",
    ]
)
_OF_ADULTS = frozenset(
    "wedding marriage shaadi shadi anniversary reception sangeet engagement mehendi haldi house place "
    "home".split()
)
_OWN_DAYS = frozenset({"birthday", "anniversary"})
"""Events at which the person they are of is dressed, or given something."""
_ADULT = {"boys": "men", "girls": "women"}
CHILD_OF = {adult: child for child, adult in _ADULT.items()}
"""The group of the children of this sex."""
_GROWN_UP = frozenset(
    "college office university working adult teenage party night interview job naukri pub club bar date "
    "internship hostel placement campus convocation".split()
)
# How one speaks to whoever serves: "bhaiya, ek kurta dikhao", "thanks bro".
_OFFSPRING = frozenset("son daughter beta bete beti bitiya nephew niece grandson granddaughter".split())
_SMALL = frozenset({"little", "small", "baby", "toddler", "frock"})
_ADDRESSES = frozenset({"bhaiya", "bhai", "bro", "didi"})
_BEFORE_ADDRESSES = frozenset(
    {"hi", "hey", "hello", "hlo", "namaste", "ok", "okay", "thank", "you", "yes", "yo", "arre", "haan", "no"}
    | {"so", "much", "very", "a", "lot"}
)
_WORN_BY_SPEAKER = frozenset({"i", "main", "pehnu", "pehnun", "pahnu"})
_MEETING = frozenset({"meet", "meeting", "impress", "visit", "visiting", "dating"})
_OWN = frozenset({"my", "his", "her", "our", "the", "a"})
_OF = frozenset({"ka", "ki", "ke"})
_TO = "ko"
_AND = frozenset({"and", "aur"})
_RELATIONS = frozenset({"parent", "family", "relative", "folk", "boss"})
_OF_SELF = re.compile(
    r"\b(?:i (?:am|m)|main) (?:an? |ek )?(?:boy|girl|ladki|ladka)\b"
    r"|\b(?:boy|girl|ladki|ladka) (?:hu|hun|hoon)\b|\b(?:should|shall|can|do|to) i wear\b|\bpehnu\b"
)
_SELF_TOLD = re.compile(r"\bi (?:am|m) (?:an? )?(?:\w+ )?(?:man|woman|guy|lady|girl|boy|male|female)\b")
_US = re.compile(
    r"\b(?:me|i|myself) (?:and|&) my\b|(?:and|&) (?:me|myself|i)\b|\b(?:both|two) of us\b"
    r"|\bfor (?:both|us)\b",
    re.I,
)
_MINE = frozenset({"my", "mere", "meri", "apne", "apni"})
_RELATED = re.compile(r"\bi (?:am|m) (?:her|his|their)(?: \w+)? $|\bmain (?:us|un|is|in)k[aei] (?:\w+ )?$")
_PRONOUNS = frozenset({"he", "him", "she", "her", "himself", "herself"})


def _age(message: str) -> int | None:
    found = _AGE.search(message.lower())
    if not found:
        return None
    number = found[1] or found[2] or found[3] or found[4]
    return _AGES[number] if number in _AGES else int(number)


def _speaks_of_child(message: str, text: Sequence[Word]) -> bool:
    """ "My little girl", "my son's birthday party": the party is no grown-up's. A number tells the age."""
    forms = {word.form for word in text}
    birthday = _BIRTHDAY.search(message.lower())
    if birthday:
        return int(birthday[1] or _ORDINALS[birthday[2]]) <= _CHILD
    return bool(forms & _SMALL) or (bool(forms & _OFFSPRING) and "birthday" in forms)


def _is_address(match: Match[str], text: Sequence[Word]) -> bool:
    greeted = {word.form for word in text[: match.first]} <= _BEFORE_ADDRESSES
    return greeted and text[match.first].form in _ADDRESSES


def _is_wearer(text: Sequence[Word], match: Match[str], people: set[int]) -> bool:
    """Whether the person is dressed, and not only spoken of ("my sister's wedding", "with my wife").

    `people` are the places where people are named: of "my wife's brother" only the last is dressed.
    """
    after = text[match.last].form if match.last < len(text) else ""
    before = [word.form for word in text[max(0, match.first - 2) : match.first]]
    spoken_to = before[-1:] == ["you"] or _is_address(match, text)
    if spoken_to and after not in _OF and after != _TO:
        return False
    # "A journey with kids, clothes for a mom".
    if before[-1:] == ["with"] and len(people) > 1:
        return False
    later = {word.form for word in text[match.last : match.last + 3]}
    related = match.last + (after in _OF)
    owner = text[match.last - 1].possessive or after in _OF
    relation = related < len(text) and text[related].form in _RELATIONS
    if owner and (related in people or relation):
        return False
    days = later & _EVENTS
    if days and (text[match.last - 1].possessive or after in {"ki", "ka"}):
        return len(people) == 1 and _is_own_day(text, match, days)
    if _shares_event(text, match.last + (after in _AND), people):
        return False
    if text[match.first].form in _PRONOUNS and after in _EVENTS:
        return False
    if later & {"married", "marrying"}:
        return False
    met = len(before) > 1 and before[0] in _MEETING and before[1] in _OWN
    if before[-1:] and before[-1] in _OWN and _is_of_event(text, match.first - 2):
        return False
    if met or before[-1:] in (["impress"], ["meet"]):
        return False
    return not (before and before[0] == "with" and before[-1] in _OWN)


def _is_of_event(text: Sequence[Word], at: int) -> bool:
    """Whether "of" stands there after an event: "the naming ceremony of my nephew"."""
    return at > 0 and text[at].form == "of" and text[at - 1].form in _EVENTS


def _shares_event(text: Sequence[Word], at: int, people: set[int]) -> bool:
    """Whether who stands there has the event with who was named before: "mum and dad's anniversary"."""
    after = [word.form for word in text[at + 1 : at + 3]]
    owns = at in people and (text[at].possessive or bool(_OF & {*after[:1]}))
    return owns and bool({*after} & _EVENTS)


def _is_own_day(text: Sequence[Word], match: Match[str], events: set[str]) -> bool:
    """Whether clothes for the day are for the person it is of, and not for a guest: "mum's anniversary",
    any day of a child's. Not where somebody speaks of wearing them."""
    childs = match.value in {"boys", "girls", "kids"} and not events & _OF_ADULTS
    own = childs or (bool(events & _OWN_DAYS) and "party" not in events)
    return own and not {word.form for word in text} & _WORN_BY_SPEAKER


def find_people(message: str, text: Sequence[Word]) -> tuple[list[str], list[Match[str]]]:
    """(groups of wearers, the matches they were read from), in the order of the message.

    A boy is a child unless something says otherwise; "college girl" is a woman. Who writes "I'm her son" is
    dressed only where there is an event to go to.
    """
    implied = implied_people_phrases().find(text)
    # "Baby shower" names no baby.
    taken = {at for match in implied for at in range(match.first, match.last)}
    matches = people_phrases().find(text, taken)
    places = {match.first for match in matches}
    wearers = [match for match in matches if _is_wearer(text, match, places)]
    related = [match for match in wearers if _is_relation(text, match)]
    if not {word.form for word in text} & (_EVENTS - _OWN_DAYS):
        wearers = [match for match in wearers if match not in related]
    plain = [match for match in wearers if text[match.first].form not in _PRONOUNS]
    age = (
        _age(message)
        if wearers or re.search(r"\b(?:old|year|yr|aged?|saal|umar|umr|turn(?:s|ed|ing)?)", message.lower())
        else None
    )
    pronouns = [match for match in wearers if match not in plain]
    groups = list(dict.fromkeys(match.value for match in (plain or pronouns)))
    young = _speaks_of_child(message, text)
    if age is not None:
        groups = list(dict.fromkeys(_with_age(groups, age)))
    elif young and pronouns and not plain and {match.value for match in matches} & _ADULT.keys():
        # "My son's first birthday, what should he wear".
        groups = list(dict.fromkeys(_with_age(groups, 1)))
    elif (
        set(groups) & _ADULT.keys()
        and not young
        and (related or {word.form for word in text} & _GROWN_UP or _speaks_of_self(text))
    ):
        groups = list(dict.fromkeys(_ADULT.get(group, group) for group in groups))
        groups = [group for group in groups if group not in _ADULT] or groups
    specific = [group for group in groups if group in {"boys", "girls"}]
    if "kids" in groups and specific:
        groups = specific
    if not groups:
        groups = list(dict.fromkeys(match.value for match in implied))
    return groups, wearers


def names_people(message: str) -> bool:
    """Whether somebody is named by more than "he" or the age of a child."""
    text = words(message)
    return (_age(message) or 0) > _CHILD or any(
        text[match.first].form not in _PRONOUNS for match in people_phrases().find(text)
    )


def with_speaker(message: str, text: Sequence[Word], groups: Sequence[str], speaker: str) -> list[str]:
    """The wearers, and both where who writes speaks of two: "me and my husband", "Goa with my wife, both of
    us"."""
    if not speaker or not _US.search(message):
        return list(groups)
    partners = [match for match in people_phrases().find(text) if _is_partner(match, text)]
    return list(dict.fromkeys([speaker, *groups, *(match.value for match in partners)]))


def _is_partner(match: Match[str], text: Sequence[Word]) -> bool:
    return bool(partner_phrases().find(text[match.first : match.last]))


def speaker_of(text: Sequence[Word], groups: Sequence[str]) -> str:
    """The group of who writes, where the message tells: "I'm a woman", "I'm her son", or "for my husband";
    else blank."""
    forms = " ".join(word.form for word in text)
    related = next((match for match in people_phrases().find(text) if _is_relation(text, match)), None)
    if related is not None:
        return _ADULT.get(related.value, related.value)
    if _SELF_TOLD.search(forms) and len(groups) == 1:
        return groups[0]
    partner = next(iter(partner_phrases().find(text)), None)
    own = partner is not None and partner.first and text[partner.first - 1].form in _MINE
    return partner.value if partner and own else ""


def _is_relation(text: Sequence[Word], match: Match[str]) -> bool:
    """Whether the word says what who writes is to whom it is for: the son in "I'm her son"."""
    return _RELATED.search("".join(f"{word.spelt} " for word in text[: match.first])) is not None


def likely_people(text: Sequence[Word], worn_with: Iterable[str]) -> tuple[str, ...]:
    """Whom it is for where nobody says, the likeliest first: those who alone wear the categories that it
    shall go with (a sherwani), or else the partner of who is spoken of ("my girlfriend's parents")."""
    worn_by = {categories()[name].worn_by for name in worn_with}
    if len(worn_by) == 1:
        return worn_by.pop()
    return tuple(match.value for match in partner_phrases().find(text)[:1]) if not worn_by else ()


def _speaks_of_self(text: Sequence[Word]) -> bool:
    """ "I'm a girl", "what should I wear, girl": whoever writes is no child."""
    forms = " ".join(word.form for word in text)
    return _OF_SELF.search(forms) is not None


def _with_age(groups: list[str], age: int) -> list[str]:
    if age > _CHILD:
        return [_ADULT.get(group, group) for group in groups]
    return [CHILD_OF.get(group, group) for group in groups] or ["kids"]


def genders_of(groups: Sequence[str]) -> tuple[Gender, ...]:
    """The values of the catalogue's Gender column that suit these people."""
    people = load("people")
    return tuple(dict.fromkeys(gender for group in groups for gender in people[group]["genders"]))
