"""The catalogue, as the conversation sees it: embed_search behind a Protocol."""

from typing import Protocol

from apparel.contracts import FacetsReply, RetrievalReply, SearchRequest, SimilarRequest
from apparel.product import Product


class Catalogue(Protocol):
    """Every call may raise `errors.CatalogueUnavailable` (or one of its kinds) or
    `errors.CatalogueContractBroken`; `similar` also `errors.UnknownProduct`."""

    def search(self, request: SearchRequest) -> RetrievalReply:
        """Products nearest to a text."""

    def similar(self, request: SimilarRequest) -> RetrievalReply:
        """Products nearest to given ones."""

    def products(self, product_ids: list[str]) -> list[Product]:
        """The products with these ids, in this order; unknown ids are left out."""

    def facets(self) -> FacetsReply:
        """What the catalogue holds; may be some minutes old."""
