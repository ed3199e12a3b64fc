"""For whom one message asks, and for which day."""

import pytest

from orchestrator.understanding.reading import Reading, read
from tests.unit.orchestrator.shop import LEXICON


def reading_of(message: str) -> Reading:
    return read(message, LEXICON)


@pytest.mark.parametrize(
    ("message", "people"),
    [
        ("shirts for men", ("men",)),
        ("gift for my wife", ("women",)),
        ("rakhi gift for bro", ("men",)),
        ("bro show me some shirts", ()),
        ("thanks bro", ()),
        ("thank you so much bro", ()),
        ("hello bhaiya, sarees", ()),
        ("my brother's wedding", ()),
        ("my brother's wedding, I am a woman", ("women",)),
        ("trip with my wife, what should she wear", ("women",)),
        ("for my ten-year-old", ("kids",)),
        ("boy of ten", ("boys",)),
        ("a boy of 17", ("men",)),
        ("pink frock for a little girl", ("girls",)),
        ("college girl", ("women",)),
        ("my husband is 6 feet tall, a kurta", ("men",)),
        ("my son is 6", ("boys",)),
        ("panties", ("women",)),
        ("mom jeans", ("women",)),
        ("what should I wear to an engagement, girl", ("women",)),
        ("me and my husband need outfits for a sangeet", ("women", "men")),
        ("a trip to Goa with my wife, clothes for both of us", ("men", "women")),
        ("me and my friends go to Goa", ()),
        ("a party dress for a little girl", ("girls",)),
        ("party frock for girls", ("girls",)),
        ("anarkalis for my daughter in law", ("women",)),
        ("chachi ke liye kurti", ("women",)),
        ("my son's first birthday party, what should he wear", ("boys",)),
        ("my son's birthday party", ("boys",)),
        ("my son's 21st birthday party", ("men",)),
        ("a party dress for a girl", ("women",)),
        ("campus placement, girl", ("women",)),
        ("bachchon ke liye", ("kids",)),
        ("dress for my 5 year old daughter", ("girls",)),
        ("for men and women", ("men", "women")),
        ("a dress for my daughter's birthday, she is turning 7", ("girls",)),
    ],
)
def test_people(message: str, people: tuple[str, ...]) -> None:
    assert reading_of(message).people == people


@pytest.mark.parametrize(
    ("message", "occasion"),
    [
        ("my cousin's wedding reception", "wedding"),
        ("office party", "office_party"),
        ("what to wear to the office", "office"),
        ("navratri garba night", "navratri"),
        ("winter trip to Shimla", "winter"),
        ("shaadi me kya pehnu", "wedding"),
        ("blue shirt", None),
        ("what should the groom's sister wear", "wedding"),
        ("a beach wedding in Goa", "wedding"),
        ("college farewell", "farewell"),
        ("office farewell", "office_party"),
        ("a black tie event", "gala"),
        ("a black tie", None),
        ("party wear for girls", "party"),
        ("the coffee stain on my shirt", None),
        ("meeting her for coffee", "brunch"),
        ("meeting with my boss", "office"),
        ("a dress for my mother in law", None),
        ("visiting my in laws", "family_visit"),
        ("a watch with day and date", None),
        ("sone ki bali", None),
        ("a mug for coffee", None),
        ("a lazy sunday on the sofa", "home_lounging"),
        ("first day at college, girl", "college"),
        ("swimming class for boys", "swimming"),
        ("the naming ceremony of my nephew", "baby"),
        ("a court hearing", "office"),
        ("tennis court", "sport"),
        ("annual day, the theme is rajasthani", "school"),
        ("kerala in june, what to pack", "beach"),
        ("sone ke liye kuch", "sleep"),
    ],
)
def test_occasion(message: str, occasion: str | None) -> None:
    found = reading_of(message).occasion
    assert (found.id if found else None) == occasion


@pytest.mark.parametrize(
    ("message", "people"),
    [
        ("green kurti", ("women",)),
        ("kurti for girls", ("girls",)),
        ("outfit for a baby shower", ("women",)),
        ("clothes for my baby girl's naming ceremony", ("girls",)),
        ("what should I wear to my son's birthday party", ()),
        ("kurta for my brother's wedding", ()),
        ("my brother is getting married, what should I wear", ()),
        ("bhai ki shaadi ke liye kurta", ()),
        ("mummy ke liye kurta", ("women",)),
        ("I'm a girl, what about a dress", ("women",)),
        ("my wife's brother likes shirts", ("men",)),
        ("something to impress my girlfriend's parents", ()),
        ("my grandson's first birthday, what should grandpa wear", ("men",)),
        ("naming ceremony of my nephew, I am his uncle", ("men",)),
        ("bhaiya ek kurta dikhao, main ladki hoon", ("women",)),
        ("bhai ko watch deni hai", ("men",)),
        ("didi ko saree deni hai", ("women",)),
        ("kal interview hai, ladka hu", ("men",)),
        ("goa trip with the boys", ("men",)),
        ("office meeting, woman", ("women",)),
        ("dadaji ke liye sweater", ("men",)),
        ("do you guys have jeans, women", ("women",)),
        ("my little sister, she's 9", ("girls",)),
        ("long journey with kids, clothes for a mom", ("women",)),
        ("mummy ki anniversary", ("women",)),
        ("something for my mom's birthday", ("women",)),
        ("mom and dad's anniversary", ()),
        ("mummy aur papa ki anniversary", ()),
        ("what should I wear to my mom's birthday", ()),
        ("a shirt for my brother's birthday party", ()),
    ],
)
def test_who_wears_it_by_the_thing_or_the_day(message: str, people: tuple[str, ...]) -> None:
    assert reading_of(message).people == people


@pytest.mark.parametrize(
    ("message", "people", "speaker"),
    [
        ("I am her son", ("women",), "men"),
        ("I'm his mother", (), "women"),
        ("I am her elder brother, what can I gift her", ("women",), "men"),
        ("main uska beta hoon", (), "men"),
        ("it's her wedding reception, I'm her son", ("men",), "men"),
    ],
)
def test_what_the_speaker_is_to_somebody_is_not_whom_it_is_for(
    message: str, people: tuple[str, ...], speaker: str
) -> None:
    reading = reading_of(message)
    assert (reading.people, reading.speaker) == (people, speaker)


@pytest.mark.parametrize(
    ("message", "people"),
    [
        ("shoes that go with a maroon sherwani", ("men", "boys")),
        ("a clutch for my red saree", ("women", "girls")),
        ("meeting my girlfriend's parents", ("men",)),
        ("my husband's office party, what do I wear", ("women",)),
        ("a belt for jeans", ()),
    ],
)
def test_whom_it_is_likely_for(message: str, people: tuple[str, ...]) -> None:
    assert reading_of(message).likely_people == people


@pytest.mark.parametrize(
    "message",
    [
        "where is your office",
        "weekend trek with office guys",
        "I want to check what I should pack",
        "I want to look slim",
        "a combo of shirt and trousers",
    ],
)
def test_what_only_sounds_like_an_occasion_or_a_property(message: str) -> None:
    reading = reading_of(message)
    assert reading.attributes == ()
    assert reading.occasion is None or reading.occasion.id == "trek"


@pytest.mark.parametrize(
    "message",
    ["my first diwali after marriage, under 5000", "sasural me pehli diwali hai, kuch dikhao 5k tak"],
)
def test_an_occasion_that_is_counted_points_at_no_product(message: str) -> None:
    assert read(message, LEXICON).references.numbers == ()
    assert read("the first one for diwali", LEXICON).references.numbers == (1,)


def test_a_match_of_cricket_pairs_nothing() -> None:
    reading = reading_of("what can I wear to a cricket match")
    assert "pairing" not in reading.cues
    assert reading_of("shoes that match this").cues >= {"pairing"}


def test_what_loses_as_an_occasion_may_still_be_a_property() -> None:
    reading = reading_of("a maternity dress for a baby shower")
    assert (reading.attributes, reading.occasion and reading.occasion.id) == (("maternity",), "baby")
