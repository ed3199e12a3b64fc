"""Everything that embed_search answers with instead of a result.

The caller gets the code and the sentence in an `ErrorReply`; nothing here is ever a Lambda failure.

| error                | code in the reply       | when                                                   |
|----------------------|-------------------------|--------------------------------------------------------|
| BadRequest           | `bad_request`           | the message does not fit the contract                  |
| UnknownProduct       | `unknown_product`       | `similar` was asked for ids of which none is sold      |
| CatalogueUnavailable | `catalogue_unavailable` | the database can't be reached, or did not answer in time |
| CatalogueEmpty       | `catalogue_empty`       | no catalogue has been loaded yet                       |
| EmbedSearchError     | `internal`              | whatever else went wrong                               |

Loading has errors of its own, which a person sees:

| error              | when                                                                              |
|--------------------|-----------------------------------------------------------------------------------|
| CatalogueFileError | the file can't be used                                                            |
| LoadRefused        | it can, but would cost too much of the catalogue: too many rows deleted or refused |
| LoadInterrupted    | another load has begun, or the database was restarted: load again                 |
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
    """The file as a whole can't be loaded; single bad rows are refused instead.

    `load_id` is that of the load whose refused rows tell more, if there is one.
    """

    def __init__(self, text: str, load_id: int | None = None) -> None:
        super().__init__(text)
        self.load_id = load_id


class LoadRefused(CatalogueFileError):
    """The policy forbids to publish this; the text has the numbers, and what to do."""


class LoadInterrupted(EmbedSearchError):
    """The load can't go on; nothing that searches see has changed, and what it embedded stays embedded."""
