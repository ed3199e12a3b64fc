"""The product as every part of the system knows it."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, StringConstraints

Gender = Literal["Men", "Women", "Boys", "Girls", "Unisex", "Unisex Kids"]

# A shop's ids may be numbers or codes; inside the system they are always text.
ProductId = Annotated[
    str,
    BeforeValidator(lambda value: str(value) if isinstance(value, int) else value),
    StringConstraints(strip_whitespace=True, min_length=1, max_length=64),
]

# Exact inside, a plain JSON number outside (4599, not "4599.00").
Price = Annotated[
    Decimal,
    PlainSerializer(
        lambda price: int(price) if price == price.to_integral_value() else float(price),
        return_type=int | float,
        when_used="json",
    ),
]


class Product(BaseModel):
    """One row of the catalogue, prices in INR."""

    model_config = ConfigDict(frozen=True)

    product_id: ProductId
    name: str
    brand: str
    gender: Gender
    price: Price
    currency: str = "INR"
    color: str
    """The colour column of the source file; empty where the shop left it blank."""
    category: str
    """A category id of the taxonomy, or `other`."""
    description: str
