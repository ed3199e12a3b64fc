"""Is everything that an answer says about products in the catalogue's file?"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from scripts.evaluation.catalogue import Product

_PRODUCT_LINE = re.compile(r"^\d+\.\s+\*\*.*$", re.MULTILINE)
_PARTS = re.compile(r"^\d+\.\s+\*\*\[(?P<name>.+)\]\(\S+\)\*\* by (?P<brand>.+), ₹(?P<price>[\d,]+)")
_LINK = re.compile(r"\[(?P<name>[^\]]+)\]\(\S*/(?P<product_id>[^/\s)]+)\)")
_PRICE = re.compile(r"(?:₹|\bRs\.?|\bINR)\s*(\d[\d,]*)")
_NUMBER = re.compile(r"\d[\d,]*")


def numbers(text: str) -> set[int]:
    """All whole numbers of a text, thousands separators dropped."""
    return {int(number.replace(",", "")) for number in _NUMBER.findall(text)}


def ungrounded(
    text: str, recommendations: Iterable[Mapping[str, Any]], catalogue: Mapping[str, Product], said: str = ""
) -> list[str]:
    """What the answer says that the catalogue's file does not; `said` is all that the shopper wrote."""
    return [
        *_untrue_recommendations(recommendations, catalogue),
        *_untrue_lines(text, catalogue),
        *_untrue_links(text, catalogue),
        *_untrue_prices(text, catalogue, said),
    ]


def _untrue_recommendations(
    recommendations: Iterable[Mapping[str, Any]], catalogue: Mapping[str, Product]
) -> Iterator[str]:
    for item in recommendations:
        product = catalogue.get(str(item["product_id"]))
        if product is None:
            yield f"product {item['product_id']} is not in the catalogue"
            continue
        for field in ("name", "brand", "gender", "price", "description"):
            if _plain(item[field]) != _plain(getattr(product, field)):
                yield f"{field} of {product.product_id} is given as {item[field]!r}"


def _plain(value: object) -> str:
    """Its words: a loader may mend blanks, line breaks and control characters of a shop's file."""
    return " ".join(re.findall(r"\w+", str(value)))


def _untrue_lines(text: str, catalogue: Mapping[str, Product]) -> Iterator[str]:
    known = {(product.name, product.brand, product.price) for product in catalogue.values()}
    for line in _PRODUCT_LINE.findall(text):
        parts = _PARTS.match(re.sub(r"\\(\W)", r"\1", line))
        if parts is None:
            yield f"a product line that can't be read: {line}"
        elif (parts["name"], parts["brand"], int(parts["price"].replace(",", ""))) not in known:
            yield f"a product line that is not the catalogue's: {line}"


def _untrue_links(text: str, catalogue: Mapping[str, Product]) -> Iterator[str]:
    """A product's link carries its name; where a line has one link and one price, it is that product's."""
    for line in re.sub(r"\\(\W)", r"\1", text).splitlines():
        links, prices = list(_LINK.finditer(line)), _PRICE.findall(line)
        for link in links:
            product = catalogue.get(link["product_id"])
            if product is None or product.name != link["name"]:
                yield f"a link that is not the catalogue's: {link[0]}"
            elif len(links) == len(prices) == 1 and product.price not in numbers(prices[0]):
                yield f"{product.name} is said to cost ₹{prices[0]}"


def _untrue_prices(text: str, catalogue: Mapping[str, Product], said: str) -> Iterator[str]:
    known = {product.price for product in catalogue.values()} | numbers(said)
    for price in _PRICE.findall(text):
        if int(price.replace(",", "")) not in known:
            yield f"no product costs ₹{price}"
