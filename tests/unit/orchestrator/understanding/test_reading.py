"""What one message states, whatever the conversation."""

import pytest

from orchestrator.understanding.reading import Reading, read
from tests.unit.orchestrator.shop import LEXICON


def reading_of(message: str) -> Reading:
    return read(message, LEXICON)


@pytest.mark.parametrize(
    ("message", "categories"),
    [
        ("white shirts", ("shirt",)),
        ("T-shirt", ("tshirt",)),
        ("jeans or chinos", ("jeans", "trousers")),
        ("denim shirt dress", ("dress",)),
        ("a belt for my jeans", ("belt",)),
        ("kurta with a dupatta", ("kurta",)),
        ("shirts, trousers", ("shirt", "trousers")),
        ("frock", ("dress",)),
        ("tshrt", ("tshirt",)),
        ("kameez", ("kurta",)),
        ("something light", ()),
        ("which dress suits me", ("dress",)),
        ("what suits a short girl", ()),
        ("what would suit my wife", ()),
        ("a suit my husband can wear", ("suit",)),
        ("navy suits", ("suit",)),
        ("lungi", ("salwar",)),
        ("sharara suit", ("kurta",)),
        ("which was the cheapest overall", ()),
        ("denim overalls", ("jumpsuit",)),
        ("dress code: smart casual", ()),
        ("a saree for mom, a kurta for dad", ("saree", "kurta")),
        ("a belt for men's jeans", ("belt",)),
        ("mom jeans", ("jeans",)),
        ("a light jacket that I can fold in my bag", ("jacket",)),
        ("my lipstick never fits in a clutch, so a proper shoulder bag", ("handbag",)),
        ("pant jisme bahut saari jeb ho", ("trousers",)),
        ("puffer vest", ("jacket",)),
        ("help me dress better", ()),
        ("how do I dress for it", ()),
        ("what dress should I buy", ("dress",)),
        ("a winter coat for my dog", ()),
    ],
)
def test_categories(message: str, categories: tuple[str, ...]) -> None:
    assert reading_of(message).categories == categories


@pytest.mark.parametrize(
    ("message", "colors", "unwanted"),
    [
        ("blue kurta", ("blue",), ()),
        ("neeli kameez", ("blue",), ()),
        ("off-white or maroon saree", ("off white", "maroon"), ()),
        ("anything but black", (), ("black",)),
        ("no black please, in red", ("red",), ("black",)),
        ("not too expensive, in green", ("green",), ()),
        ("pastel kurtis", ("light-coloured",), ()),
        ("shirts in dark colours", ("dark-coloured",), ()),
        ("nehru jacket, gehra rang", ("dark-coloured",), ()),
        ("a bright yellow dress", ("yellow",), ()),
        ("a saree, nothing too bright", (), ("bright-coloured",)),
        ("a navy blazer with gold buttons", ("navy",), ()),
        ("a black shirt with pockets, or a white one", ("black", "white"), ()),
        ("a saree with a golden border", ("gold",), ()),
        ("Red Tape shoes", (), ()),
    ],
)
def test_colors(message: str, colors: tuple[str, ...], unwanted: tuple[str, ...]) -> None:
    reading = reading_of(message)
    assert (reading.colors, reading.not_colors) == (colors, unwanted)


@pytest.mark.parametrize(
    "message", ["a clutch that goes with a black dress", "shoes for a blue suit", "kurta with a red dupatta"]
)
def test_color_of_another_thing_is_no_condition(message: str) -> None:
    assert reading_of(message).colors == ()


def test_denied_color_leaves_the_thing_wanted() -> None:
    reading = reading_of("anything but black shirts for my hubby")
    assert reading.categories == ("shirt",)
    assert reading.people == ("men",)


def test_denied_thing() -> None:
    assert reading_of("puma shoes but not sneakers").not_categories == ("sneakers",)


@pytest.mark.parametrize(
    ("message", "attributes"),
    [
        ("strpied shirt", ("striped",)),
        ("kurta without sleeves", ("sleeveless",)),
        ("slim fit cotton shirt", ("slim fit", "cotton")),
        ("a grey cardigan", ("cardigan",)),
        ("jeans or chinos", ()),
        ("hoodie", ("hooded",)),
    ],
)
def test_attributes(message: str, attributes: tuple[str, ...]) -> None:
    assert reading_of(message).attributes == attributes


@pytest.mark.parametrize("message", ["kurta that isn't printed", "kurtas that are not printed", "no prints"])
def test_whoever_wants_no_prints_wants_no_florals(message: str) -> None:
    assert {"printed", "floral"} <= set(reading_of(message).not_attributes)


def test_denied_sub_type_leaves_the_things_wanted() -> None:
    reading = reading_of("earrings but no jhumkas")
    assert (reading.categories, reading.not_attributes) == (("earrings",), ("jhumkas",))


def test_any_color_but_one() -> None:
    assert reading_of("a shirt, any colour but black").not_colors == ("black",)


@pytest.mark.parametrize("message", ["forget jeans, I want a watch", "ditch the jeans, show me a watch"])
def test_thing_turned_down_by_a_verb(message: str) -> None:
    reading = reading_of(message)
    assert (reading.categories, reading.not_categories) == (("watch",), ("jeans",))


@pytest.mark.parametrize(
    "message",
    ["formal trousers, ditch the slim fits", "remove slim fit ones", "remove the slim fit trousers"],
)
def test_look_turned_down_by_a_verb(message: str) -> None:
    assert reading_of(message).not_attributes == ("slim fit",)


@pytest.mark.parametrize("message", ["nothing with checks, formal shirt", "formal shirt, checks not allowed"])
def test_denied_attribute(message: str) -> None:
    assert reading_of(message).not_attributes == ("checked",)


@pytest.mark.parametrize(
    ("message", "brands"),
    [
        ("nike or puma sneakers", ("Nike", "Puma")),
        ("tommy hilfiger shirt", ("Tommy Hilfiger",)),
        ("tommy shirt", ("Tommy Hilfiger",)),
        ("us polo shirts", ("U.S. Polo Assn.",)),
        ("nikee shoes", ("Nike",)),
        ("only shirts", ()),
        ("ONLY shirts", ("ONLY",)),
        ("kurtas by W", ("W",)),
        ("kurtas by puma or w", ("Puma", "W")),
        ("campus shoes", ("Campus",)),
        ("shoes for campus", ()),
        ("puma", ("Puma",)),
        ("campus", ()),
        ("only", ()),
        ("sunglasses, cat eye", ()),
        ("yellow jeans", ()),
        ("what is the difference between jeans and chinos", ()),
        ("a difference shirt", ("Difference of Opinion",)),
    ],
)
def test_brands(message: str, brands: tuple[str, ...]) -> None:
    assert reading_of(message).brands == brands


def test_denied_brand() -> None:
    assert reading_of("sneakers, anything but nike").not_brands == ("Nike",)


@pytest.mark.parametrize(
    ("message", "limit"),
    [
        ("two sarees and a lehenga", 3),
        ("a saree and a lehenga", None),
        ("sarees, 3 cheapest", 3),
        ("my daughter is 9, party frock needed", None),
        ("show me 3 red sarees", 3),
        ("ten options please", 10),
        ("top 50 shirts", 20),
        ("price of 2", None),
        ("2 brown shirts", 2),
        ("size 9 shoes", None),
    ],
)
def test_number_of_products_wanted(message: str, limit: int | None) -> None:
    assert reading_of(message).limit == limit


def test_query_is_plain_and_translated() -> None:
    assert reading_of("mujhe neeli kameez dikhao ladies ke liye").query == "blue kurta women"


def test_words_that_no_product_mentions() -> None:
    assert reading_of("do you sell hovercrafts").unknown == ("hovercraft",)
    assert reading_of("kanjeevaram saree").unknown == ()


@pytest.mark.parametrize(
    ("message", "described"),
    [
        ("something with cartoons on it", ("cartoons",)),
        ("a tee with some cute cartoons, in blue", ("cute cartoons",)),
        ("dinosaur print shirts", ("dinosaur",)),
        ("striped print shirts", ()),
        ("a dress for dinner with clients", ()),
        ("saree with my grandmother's blouse", ()),
    ],
)
def test_what_a_thing_shall_have_on_it(message: str, described: tuple[str, ...]) -> None:
    reading = reading_of(message)
    assert reading.described == described
    assert not reading.references


@pytest.mark.parametrize(
    ("message", "thing"),
    [
        ("do you sell refrigerators", "refrigerators"),
        ("air conditioner", "air conditioner"),
        ("do you sell mattresses and cots", "mattresses"),
        ("mattress covers and bedsheets", ""),
        ("phone cases", ""),
        ("hair conditioner", ""),
    ],
)
def test_things_of_other_shops(message: str, thing: str) -> None:
    assert reading_of(message).elsewhere == thing


@pytest.mark.parametrize(
    ("message", "categories"),
    [
        ("jogger pants", ("trackpants",)),
        ("sneaker shoes", ("sneakers",)),
        ("backpack bag", ("backpack",)),
        ("cargo pants", ("trousers",)),
        ("tie and dye kurta", ("kurta",)),
        ("denim shirt dress", ("dress",)),
        ("kameez for men", ("shirt",)),
        ("kameez for women", ("kurta",)),
    ],
)
def test_general_words_add_nothing(message: str, categories: tuple[str, ...]) -> None:
    assert reading_of(message).categories == categories


@pytest.mark.parametrize(
    ("message", "brands"),
    [
        ("often t-shirts", ("Often",)),
        ("show me often shirts", ("Often",)),
        ("I often wear white shirts", ()),
        ("how often do you get new shirts", ()),
    ],
)
def test_adverb_that_is_a_brand(message: str, brands: tuple[str, ...]) -> None:
    assert reading_of(message).brands == brands


def test_his_greets_nobody() -> None:
    assert "greeting" not in reading_of("I am his sister").cues


def test_correct_english_is_no_typing_error() -> None:
    assert reading_of("write a poem").occasion is None


def test_phrase_about_money_names_no_clothes() -> None:
    assert reading_of("in a lower range").categories == ()


@pytest.mark.parametrize(
    ("message", "categories"),
    [
        ("shoes that go with a maroon sherwani", ("flats",)),
        ("shoes for my saree", ("heels",)),
        ("outfit for a ring ceremony", ()),
        ("fancy dress competition", ()),
        ("cocktail dress", ("dress",)),
    ],
)
def test_what_is_wanted_by_what_stands_beside(message: str, categories: tuple[str, ...]) -> None:
    assert reading_of(message).categories == categories


@pytest.mark.parametrize(
    ("message", "thing"),
    [
        ("do you sell laptops?", "laptops"),
        ("sofas", "sofas"),
        ("a bag for my laptop", ""),
        ("laptop backpack", ""),
        ("something with room for a laptop", ""),
        ("in apple green please", ""),
        ("shirt with fish print", ""),
        ("air conditioner", "air conditioner"),
        ("something for a bike trip", ""),
    ],
)
def test_things_asked_for_themselves(message: str, thing: str) -> None:
    assert reading_of(message).elsewhere == thing


SHOES = ("sneakers", "casual_shoes", "sports_shoes", "formal_shoes", "boots", "flats")


@pytest.mark.parametrize(
    ("message", "denied", "categories"),
    [
        ("dress other than bodycon and mini", ("mini", "bodycon dress"), ("dress",)),
        ("collar nahi, bina collar wali tshirt", (), ("tshirt",)),
        ("bina baazu ki kurti", (), ("kurta",)),
        ("no kurtas with dupatta, only plain ones", ("with dupatta",), ("kurta",)),
        ("shoes but not formal and not sneakers", ("formal",), SHOES),
        ("jeans jo phati na ho", ("ripped",), ("jeans",)),
        ("anything but black shirts", (), ("shirt",)),
        ("skip the sling bags", ("sling bag",), ()),
        ("without dupatta", ("with dupatta",), ()),
        ("skip the linen shirts", ("linen",), ("shirt",)),
        ("leave out the striped ones", ("striped",), ()),
        ("drop shoulder tee", (), ("tshirt",)),
    ],
)
def test_how_far_a_no_reaches(message: str, denied: tuple[str, ...], categories: tuple[str, ...]) -> None:
    reading = reading_of(message)
    assert reading.categories == categories
    assert set(denied) <= set(reading.not_attributes)


@pytest.mark.parametrize("message", ["he doesn't like white", "she can't stand white", "I don't wear white"])
def test_what_is_disliked_is_denied(message: str) -> None:
    reading = reading_of(message)
    assert (reading.colors, reading.not_colors) == ((), ("white",))


@pytest.mark.parametrize(
    ("message", "brand"), [("redtape shoes", "Red Tape"), ("tommyhilfiger shirts", "Tommy Hilfiger")]
)
def test_a_brand_without_its_blanks(message: str, brand: str) -> None:
    assert reading_of(message).brands == (brand,)


def test_trousers_that_are_formal() -> None:
    reading = reading_of("black pant formal")
    assert (reading.categories, reading.attributes) == (("trousers",), ("formal",))


def test_what_one_has_is_not_wanted() -> None:
    reading = reading_of("I've a black skirt and want a top that goes with it, maybe white")
    assert (reading.categories, reading.colors, reading.worn_with) == (("top",), ("white",), ("skirt",))


def test_what_stands_before_the_other_thing_belongs_to_the_first() -> None:
    assert reading_of("leather belt, brown, for formal trousers").colors == ("brown",)


def test_trousers_that_are_not_formal_are_wanted() -> None:
    reading = reading_of("trousers for men, not formal, not grey")
    assert (reading.categories, reading.not_categories) == (("trousers",), ())
    assert "formal" in reading.not_attributes


def test_a_mans_purse() -> None:
    assert reading_of("aadmi ka purse").categories == ("wallet",)


@pytest.mark.parametrize(
    "message", ["not too expensive shirt for my boyfriend", "a shirt, not so costly, in white"]
)
def test_a_price_that_is_turned_down_leaves_the_thing_wanted(message: str) -> None:
    found = reading_of(message)
    assert found.categories == ("shirt",)
    assert found.not_categories == ()
    assert found.cues & {"cheaper", "budget"}
    assert "premium" not in found.cues


def test_a_number_of_each_kind() -> None:
    found = reading_of("show me 3 hoodies and 2 track pants for boys")
    assert found.limit == 5
    assert found.categories == ("sweatshirt", "trackpants")
    assert found.attributes == ()


def test_one_kind_is_what_its_name_says() -> None:
    assert "hooded" in reading_of("show me 3 hoodies").attributes


@pytest.mark.parametrize("message", ["no I don't want black, red is fine", "no, i don't want black but red"])
def test_a_no_that_answers_denies_nothing_itself(message: str) -> None:
    found = reading_of(message)
    assert (found.colors, found.not_colors) == (("red",), ("black",))


def test_the_first_in_hinglish_is_no_misspelt_yellow() -> None:
    found = reading_of("pehla wala dikhao")
    assert (found.colors, found.references.numbers) == ((), (1,))


@pytest.mark.parametrize(
    "message",
    ["white shirt, like a really white one, formal, slim", "shirt, formal", "a shirt that is formal"],
)
def test_a_property_behind_the_thing_makes_it_no_wider_one(message: str) -> None:
    found = read(message, LEXICON)
    assert found.categories == ("shirt",)
    assert "formal" in found.attributes


def test_who_wants_nothing_dear_has_a_budget() -> None:
    assert "budget" in reading_of("saree, zyada mehngi nahi").cues


@pytest.mark.parametrize(
    ("message", "content"),
    [
        ("puma 511 blue", ("511",)),
        ("titan 1802WL01", ("1802wl01",)),
        ("shirt 511", ()),
        ("2 shirts of 500gm", ()),
        ("puma shoes under 2000", ()),
    ],
)
def test_a_makers_model_is_a_word_of_the_wish(message: str, content: tuple[str, ...]) -> None:
    assert reading_of(message).content == content


@pytest.mark.parametrize(
    ("message", "attributes"),
    [("block heels", ("block heel",)), ("aviator sunglasses", ("aviator",)), ("track pants", ())],
)
def test_a_thing_whose_name_is_a_property_too(message: str, attributes: tuple[str, ...]) -> None:
    assert reading_of(message).attributes == attributes
