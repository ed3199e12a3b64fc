"""What the orchestrator may ask of embed_search, and what it gets back (Lambda invoke, JSON).

Both sides validate with these models, so a message that does not fit is an error at the boundary
and never a surprise further in. A change that old readers can't take raises `version`.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from apparel.product import Gender, Price, Product, ProductId

MAX_LIMIT = 20
MAX_EXCLUDED = 500
MAX_TEXT = 2_000
MAX_PRICE = 1_000_000_000
"""INR; a bound on what can be asked for, far above anything sold."""

EITHER = "|"
"""Between alternatives: the attribute `striped|checked` is had by whatever is striped or checked."""

Phrase = Annotated[str, Field(min_length=1, max_length=80)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Filters(_Strict):
    """What a product must be. Every field that is given has to hold; a list means any of its values,
    except `attributes`, of which all have to hold, and `colors` with `every_color`."""

    genders: list[Gender] = Field(default=[], max_length=6)
    categories: list[Phrase] = Field(default=[], max_length=60)
    brands: list[Phrase] = Field(default=[], max_length=50)
    colors: list[Phrase] = Field(default=[], max_length=20)
    every_color: bool = False
    """All the colours have to be there, each itself or in a shade: a black and white T-shirt."""
    attributes: list[Phrase] = Field(default=[], max_length=20)
    min_price: Price | None = Field(default=None, ge=0, le=MAX_PRICE)
    max_price: Price | None = Field(default=None, ge=0, le=MAX_PRICE)
    not_categories: list[Phrase] = Field(default=[], max_length=60)
    not_brands: list[Phrase] = Field(default=[], max_length=50)
    not_colors: list[Phrase] = Field(default=[], max_length=20)
    not_attributes: list[Phrase] = Field(default=[], max_length=60)
    """Longer than `attributes`: "no prints" alone denies every kind of print."""
    apparel_only: bool = False
    """Leave out what nobody wears or carries: curtains, mugs, shampoo."""


Droppable = Literal["colors", "attributes", "brands", "price", "genders", "categories"]
Order = Literal["relevance", "price_asc", "price_desc"]


class _Request(_Strict):
    version: Literal[1] = 1


class _Retrieval(_Request):
    filters: Filters = Filters()
    exclude_ids: list[ProductId] = Field(default=[], max_length=MAX_EXCLUDED)
    limit: int = Field(default=5, ge=1, le=MAX_LIMIT)
    relax: list[Droppable] = Field(default=[], max_length=6)
    """Filters to give up, one after the other in this order, while nothing at all is found."""
    count: bool = False
    """Whoever will say `total` asks for it: a large catalogue counts only then."""


class SearchRequest(_Retrieval):
    """Products nearest to a text."""

    op: Literal["search"] = "search"
    text: str = Field(min_length=1, max_length=MAX_TEXT)
    order: Order = "relevance"
    liked_ids: list[ProductId] = Field(default=[], max_length=10)
    """Products that the shopper showed an interest in, newest last: what is like them comes earlier."""
    preferred_words: list[Phrase] = Field(default=[], max_length=10)
    """Words of the text that say what shall be found: products that mention more of them come first."""
    spread: bool = False
    """Take turns between the categories, in the order of `filters.categories`: an outfit, not five shirts."""


class SimilarRequest(_Retrieval):
    """Products nearest to the given ones, which are themselves left out.

    With several ids the newest (last) weighs most. A blank `filters.categories` means the categories
    of the given products, a blank `filters.genders` their genders.
    """

    op: Literal["similar"] = "similar"
    product_ids: list[ProductId] = Field(min_length=1, max_length=50)


class ProductsRequest(_Request):
    """The products with these ids, in this order; unknown ids are left out."""

    op: Literal["products"] = "products"
    product_ids: list[ProductId] = Field(min_length=1, max_length=100)


class SummaryRequest(_Request):
    """Figures over all products that pass the filters: "how many", "which brands", "from what price"."""

    op: Literal["summary"] = "summary"
    filters: Filters = Filters()


class FacetsRequest(_Request):
    """What the catalogue holds."""

    op: Literal["facets"] = "facets"


Request = Annotated[
    SearchRequest | SimilarRequest | ProductsRequest | SummaryRequest | FacetsRequest,
    Field(discriminator="op"),
]


class Hit(_Strict):
    product: Product
    score: float
    """Cosine similarity to the query's embedding, -1 to 1."""


class RetrievalReply(_Strict):
    """Answer to `search` and `similar`."""

    op: Literal["retrieval"] = "retrieval"
    hits: list[Hit]
    total: int
    """How many products pass the filters that were kept (`exclude_ids` left out). In a large catalogue it
    may be fewer, but for none where there are some, unless `count` asked for it."""
    dropped: list[Droppable] = []
    """The filters that had to be given up, because with them nothing was left."""
    unknown_words: list[str] = []
    """Words of the text that no product mentions, not even nearly."""
    timings_ms: dict[str, float] = {}


class ProductsReply(_Strict):
    op: Literal["products"] = "products"
    products: list[Product]


class Facet(_Strict):
    value: str
    count: int


class SummaryReply(_Strict):
    """`facets` most frequent first; prices are None where no product passes the filters."""

    op: Literal["summary"] = "summary"
    total: int
    min_price: Price | None
    max_price: Price | None
    brands: list[Facet]
    categories: list[Facet]
    colors: list[Facet]


class FacetsReply(_Strict):
    op: Literal["facets"] = "facets"
    catalogue_version: str
    """Changes with every load that changes a product."""
    products: int
    brands: list[Facet]
    categories: list[Facet]
    colors: list[Facet]
    words: list[str]
    """Words that at least two products mention, most frequent first: what is no typing error here."""


ErrorCode = Literal["bad_request", "unknown_product", "catalogue_unavailable", "catalogue_empty", "internal"]


class ErrorReply(_Strict):
    """What went wrong, where the caller can do something with it."""

    op: Literal["error"] = "error"
    code: ErrorCode
    message: str


Reply = Annotated[
    RetrievalReply | ProductsReply | SummaryReply | FacetsReply | ErrorReply, Field(discriminator="op")
]

REQUEST: TypeAdapter[Request] = TypeAdapter(Request)
REPLY: TypeAdapter[Reply] = TypeAdapter(Reply)
