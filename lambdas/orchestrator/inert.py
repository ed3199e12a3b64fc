"""The catalogue's texts as they may stand in an answer: whoever fills a catalogue in, or breaks into it,
can't put an image, a link or HTML before the shopper. A shop's plain texts pass unchanged."""

import re
from typing import TypeVar

from apparel.contracts import FacetsReply, ProductsReply, RetrievalReply, SummaryReply
from apparel.product import Product

ReplyT = TypeVar("ReplyT", RetrievalReply, ProductsReply, SummaryReply, FacetsReply)

_SUSPICIOUS = re.compile(r"[\[\]<>`|]|https?:|www\.|(?:javascript|data):|&(?:#|lt|gt)", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z!|][^<>]*>|<</?[^<>]*>>", re.IGNORECASE)
_LINK = re.compile(r"!?\[([^\[\]]*)\]\s*[(\[][^()\[\]]*[)\]]")
_ADDRESS = re.compile(r"(?:https?:|www\.|(?:javascript|data):)\S*|&#?\w+;", re.IGNORECASE)
_REPLACED = str.maketrans({"[": "(", "]": ")", "<": "‹", ">": "›", "`": "'", "|": "/"})


def inert(text: str) -> str:
    """Without tags and addresses, links as their text, and no character left that markdown would read so."""
    if not _SUSPICIOUS.search(text):
        return text
    for pattern, replacement in ((_TAG, " "), (_LINK, r"\1"), (_ADDRESS, " ")):
        while pattern.search(text):  # taking one out may put another together
            text = pattern.sub(replacement, text)
    return " ".join(text.translate(_REPLACED).split())


def inert_product(product: Product) -> Product:
    texts = {name: inert(getattr(product, name)) for name in ("name", "brand", "description")}
    return product.model_copy(update=texts)


def inert_reply(reply: ReplyT) -> ReplyT:
    """The same reply, its products inert."""
    if isinstance(reply, RetrievalReply):
        hits = [hit.model_copy(update={"product": inert_product(hit.product)}) for hit in reply.hits]
        return reply.model_copy(update={"hits": hits})
    if isinstance(reply, ProductsReply):
        return reply.model_copy(update={"products": [inert_product(item) for item in reply.products]})
    return reply
