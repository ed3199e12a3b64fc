"""Makers of whom the shop sells nothing."""

import pytest

from apparel.contracts import Facet, FacetsReply
from orchestrator.answers.compose import opening
from orchestrator.answers.retrieve import Result
from orchestrator.dialogue.planning import plan_answer
from orchestrator.dialogue.plans import Describe, Numbered, Recommend, Say
from orchestrator.dialogue.situation import Situation
from orchestrator.understanding.lexicon import Lexicon, build_lexicon
from orchestrator.understanding.reading import read
from tests.unit.orchestrator.shop import LEXICON, SHOWN


def shop_of(*brands: str) -> Lexicon:
    named = [Facet(value=brand, count=1) for brand in brands]
    return build_lexicon(
        FacetsReply(
            catalogue_version="1", products=5, brands=named, categories=[], colors=[], words=["zari", "dress"]
        )
    )


@pytest.mark.parametrize(
    ("message", "makers"),
    [
        ("do you have zara dresses?", ("Zara",)),
        ("dresses like those of Zara", ("Zara",)),
        ("h&m tops for women", ("H&M",)),
        ("my wife loves H&M, show her tops", ("H&M",)),
        ("sneakers from vans", ("Vans",)),
        ("bata or asics shoes", ("Bata", "Asics")),
        ("show me vans sneakers", ("Vans",)),
        ("a bag by coach", ("Coach",)),
        ("coach bags under 5000", ("Coach",)),
        ("new balance sneakers", ("New Balance",)),
        ("a watch similar to rolex", ("Rolex",)),
        ("fossil or titan watches", ("Fossil",)),
        ("something like mango", ()),
        ("puma shoes", ()),
        ("a bag for my coach", ()),
        ("a van print t-shirt", ()),
        ("vip party dress", ()),
        ("mango yellow saree", ()),
        ("dresses, but not zara", ()),
        ("is there a gap in it?", ()),
        ("shirts of size h or m", ()),
    ],
)
def test_a_maker_is_read_where_its_name_is_meant(message: str, makers: tuple[str, ...]) -> None:
    assert read(message, LEXICON).makers == makers


def test_a_makers_name_is_no_typing_error_and_no_word_of_the_wish() -> None:
    found = read("do you have zara dresses?", shop_of("Puma"))
    assert found.categories == ("dress",)
    assert found.attributes == found.content == ()
    assert "zar" not in found.query


@pytest.mark.parametrize(
    ("message", "brand"),
    [
        ("zara dresses", "Zara"),
        ("zara dresses", "ZARA Man"),
        ("levis jeans", "Levi's"),
        ("levis jeans", "LEVI’S Kids"),
        ("north face jacket", "The North Face"),
        ("armani watch", "Emporio Armani"),
        ("caratlane rings", "Carat Lane"),
    ],
)
def test_a_brand_of_the_shop_is_no_maker_that_it_lacks(message: str, brand: str) -> None:
    assert read(message, LEXICON).makers
    assert read(message, shop_of(brand)).makers == ()


def test_a_brand_of_the_shop_is_still_read_as_such() -> None:
    assert read("zara dresses", shop_of("ZARA Man")).brands == ("ZARA Man",)


def test_the_maker_is_meant_rather_than_the_beginning_of_a_brands_name() -> None:
    found = read("vans sneakers", shop_of("Van Heusen Woman"))
    assert (found.makers, found.brands) == (("Vans",), ())
    assert read("van heusen sneakers", shop_of("Van Heusen Woman")).brands == ("Van Heusen Woman",)


def test_who_asks_for_a_maker_alone_is_told_that_there_is_nothing() -> None:
    assert plan_answer(read("do you sell Zara?", LEXICON), Situation()) == Say("not_carried", "Zara")


def test_what_is_shown_instead_is_not_passed_off_as_the_makers() -> None:
    plan = plan_answer(read("bata shoes for men", LEXICON), Situation())
    assert isinstance(plan, Recommend)
    assert opening(plan, Result(())).startswith("There is nothing by Bata in this shop. ")


def test_it_is_said_once() -> None:
    first = plan_answer(read("bata shoes for men", LEXICON), Situation())
    assert isinstance(first, Recommend)
    second = first.wish.refined(read("under 2000", LEXICON))
    assert second.makers == ()
    assert second.categories == first.wish.categories


@pytest.mark.parametrize("message", ["is the first one from zara?", "is number 1 by coach?"])
def test_of_a_shown_product_the_brand_is_said(message: str) -> None:
    plan = plan_answer(read(message, LEXICON), Situation(shown=SHOWN))
    assert plan == Describe((Numbered(1, SHOWN[0]),), ("brand",))
