"""A small shop for the tests of understanding: its brands, the words of its products, and five products."""

from decimal import Decimal

from apparel.contracts import Facet, FacetsReply
from apparel.product import Gender, Product
from orchestrator.understanding.lexicon import build_lexicon

BRANDS = (
    "Nike",
    "Puma",
    "W",
    "ONLY",
    "Red Tape",
    "Tommy Hilfiger",
    "U.S. Polo Assn.",
    "Campus",
    "Yellow Jeans",
    "Often",
    "Titan",
    "Difference of Opinion",
)
WORDS = "women men blue green striped kurta shirt saree kanjeevaram pocket curtain sea hooded hoodie".split()

LEXICON = build_lexicon(
    FacetsReply(
        catalogue_version="1",
        products=5,
        brands=[Facet(value=brand, count=1) for brand in BRANDS],
        categories=[],
        colors=[],
        words=WORDS,
    )
)


def product(number: int, name: str, price: int, brand: str = "Puma", gender: Gender = "Men") -> Product:
    return Product(
        product_id=str(number),
        name=f"{brand} {name}",
        brand=brand,
        gender=gender,
        price=Decimal(price),
        color="Blue",
        category="shirt",
        description="Cotton shirt, has a spread collarMachine wash",
    )


SHOWN = (
    product(11, "Men Blue Casual Shirt", 900),
    product(12, "Men Green Casual Shirt", 1200, brand="Nike"),
    product(13, "Men Red Casual Shirt", 700),
    product(14, "Men White Casual Shirt", 700, brand="W"),
    product(15, "Men Black Casual Shirt", 2000, brand="Nike"),
)
