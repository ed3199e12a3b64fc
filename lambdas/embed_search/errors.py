"""Everything that embed_search answers with instead of a result.

The caller gets the code and the sentence in an `ErrorReply`; nothing here is ever a Lambda failure.

| error                | code in the reply       | when                                                   |
|----------------------|-------------------------|--------------------------------------------------------|
| BadRequest           | `bad_request`           | the message does not fit the contract                  |
| UnknownProduct       | `unknown_product`       | `similar` was asked for ids of which none is sold      |
| CatalogueUnavailable | `catalogue_unavailable` | the database can't be reached, or did not answer in time |
| CatalogueEmpty       | `catalogue_empty`       | no catalogue has been loaded yet                       |
| EmbedSearchError     | `internal`              | whatever else went wrong                               |

Loading has one error of its own, which a person sees: `CatalogueFileError`, the file can't be used.
"""

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:  # what runs during a deploy has no pydantic
    from apparel.contracts import ErrorCode


class EmbedSearchError(Exception):
    """Base of all errors of this deployable; its text is fit for the caller."""

    code: "ClassVar[ErrorCode]" = "internal"


class BadRequest(EmbedSearchError):
    code: "ClassVar[ErrorCode]" = "bad_request"


class UnknownProduct(EmbedSearchError):
    code: "ClassVar[ErrorCode]" = "unknown_product"


class CatalogueUnavailable(EmbedSearchError):
    code: "ClassVar[ErrorCode]" = "catalogue_unavailable"


class CatalogueEmpty(EmbedSearchError):
    code: "ClassVar[ErrorCode]" = "catalogue_empty"


class CatalogueFileError(EmbedSearchError):
    """The file as a whole can't be loaded; single bad rows are refused instead."""
