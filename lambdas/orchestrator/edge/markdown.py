"""The one place that escapes `$` for chat-ui, which takes two of them on a line for mathematics."""


class DollarEscaper:
    """Escapes each `$` that is not escaped yet, over pieces that may be cut anywhere."""

    def __init__(self) -> None:
        self._after_backslash = False

    def escape(self, piece: str) -> str:
        out = []
        for char in piece:
            if char == "$" and not self._after_backslash:
                out.append("\\")
            out.append(char)
            self._after_backslash = char == "\\" and not self._after_backslash
        return "".join(out)
