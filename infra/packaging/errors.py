"""The error of building a package."""


class PackagingError(RuntimeError):
    """A package can't be built; the text says what to do."""
