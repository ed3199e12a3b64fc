"""What product texts say: the head of the name decides, the brand's words say nothing."""

import pytest

from apparel.classification import classify
from apparel.phrases import words
from apparel.taxonomy import categories, category_phrases, color_kin, color_phrases


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("Men Navy Blue Slim Fit Checked Casual Shirt", "shirt"),
        ("Women Printed Round Neck T-shirt", "tshirt"),
        ("Women Red Kurta with Churidar & Dupatta", "kurta"),
        ("Boys White Party Shirt with Waistcoat & Bow Tie", "shirt"),
        ("Men Blue Self-Design Bandhgala Suit", "suit"),
        ("Women Black Solid Dhoti Jumpsuit", "jumpsuit"),
        ("Women Blue Denim Shirt Dress", "dress"),
        ("Men Brown Leather Formal Slip-Ons", "formal_shoes"),
        ("Women Solid Capris", "capris"),
        ("Men Black Mid-Top Running Turbo Shoes", "casual_shoes"),
        ("Set of 2 Brown Curtains", "curtains"),
        ("Men Khakis in Slim Fit", "trousers"),
    ],
)
def test_category_is_the_head_of_the_name(name: str, category: str) -> None:
    assert classify(name, "", "", "").category == category


def test_category_falls_back_to_the_description() -> None:
    assert classify("Marine 9000", "", "Blue regular shorts, has two pockets", "").category == "shorts"


def test_unknown_thing_is_other_and_no_apparel() -> None:
    facts = classify("Zyqqx Blorp", "", "", "")
    assert (facts.category, facts.apparel) == ("other", False)


def test_what_nobody_wears_is_no_apparel() -> None:
    assert not classify("Blue Printed Ceramic Mug", "", "", "").apparel


def test_words_of_the_brand_say_nothing() -> None:
    assert classify("Red Tape Men Brown Derbys", "Red Tape", "", "").colors == ("brown",)


def test_color_of_the_name_is_trusted_before_the_column() -> None:
    assert classify("Men Brown Trousers", "", "", "Red").colors == ("brown",)
    assert classify("Men Trousers", "", "Olive green trousers", "Red").colors == ("olive", "green")
    assert classify("Men Trousers", "", "", "Red").colors == ("red",)


def test_attributes_come_from_name_and_run_together_description() -> None:
    facts = classify("Women Kurta", "", "Cotton kurta, zip closureGreen striped dupatta", "")
    assert {"cotton", "striped"} <= set(facts.attributes)


def test_sub_type_is_an_attribute() -> None:
    assert "cardigan" in classify("Women Grey Cardigan", "", "", "").attributes


def test_shades_pass_for_their_family_and_not_the_other_way() -> None:
    assert "navy" in color_kin("blue")
    assert color_kin("navy") == ()


def test_every_category_of_a_group_exists() -> None:
    known = set(categories())
    for phrase in ("shoes", "bags", "ethnic wear", "winter wear", "footwear", "accessories"):
        for match in category_phrases().find(words(phrase)):
            assert set(match.value.categories) <= known


def test_a_name_tells_more_than_what_the_description_names_first() -> None:
    found = classify("Women Black Solid Jodhpuris", "", "Black solid trousers and slip-on shoes", "Black")
    assert found.category == "trousers"


@pytest.mark.parametrize(
    ("name", "category", "attribute"),
    [
        ("Women Kurta with Sharara & Dupatta", "kurta", "sharara set"),
        ("Women Black Sharara", "salwar", "sharara"),
        ("Men Sweater Vest", "sweater", ""),
        ("Men Black Puffer Vest", "jacket", "puffer jacket"),
        ("Women Chikankari Kurta", "kurta", "chikankari"),
        ("Women Chikankari Kurta", "kurta", "embroidered"),
        ("Women Pleated Skirt", "skirt", "pleated"),
    ],
)
def test_kinds_and_crafts(name: str, category: str, attribute: str) -> None:
    facts = classify(name, "", "", "")
    assert facts.category == category
    assert not attribute or attribute in facts.attributes


def test_hinglish_colors() -> None:
    assert [match.value for match in color_phrases().find(words("neeli aur laal"))] == ["blue", "red"]
