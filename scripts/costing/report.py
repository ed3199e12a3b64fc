"""The tables of docs/COST.md."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from scripts.costing.idle import Costs
from scripts.costing.prices import Prices

ARTICLE = "the article's design"
AIMS = {"neither": 10, "SageMaker": 10, "chat-ui": 55, "SageMaker and chat-ui": 55}
"""USD a month, idle: 10 without chat-ui, 55 with it."""
A_BUSY_MONTH = 10_000


@dataclass(frozen=True)
class Column:
    name: str
    idle: Costs
    of_1000_chats: Costs

    @property
    def idle_usd(self) -> float:
        return sum(self.idle.values())

    @property
    def chats_usd(self) -> float:
        return sum(self.of_1000_chats.values())


def tables(columns: Sequence[Column], prices: Prices) -> str:
    names = [column.name for column in columns]
    busy = [column.idle_usd + column.chats_usd * A_BUSY_MONTH / 1000 for column in columns]
    return "\n\n".join(
        [
            f"USD, list prices in {prices.region} of {prices.date:%d %B %Y}, before tax.",
            "**An idle month**",
            _costs(names, [column.idle for column in columns]),
            _aims(columns),
            "**1,000 chats more**",
            _costs(names, [column.of_1000_chats for column in columns]),
            f"**A month with {A_BUSY_MONTH:,} chats**",
            _markdown([["", *names], ["the idle month and its chats", *(f"{usd:,.0f}" for usd in busy)]]),
        ]
    )


def price_table(prices: Prices) -> str:
    rows = [["what", "USD", "for one", "certainty", "source"]]
    for price in prices.table.values():
        rows.append([price.what, _plain(price.usd), price.unit, price.certainty, price.source])
    assumed = {**prices.assumptions, **prices.usage}
    facts = [["assumed", ""], *([f"`{name}`", _plain(value)] for name, value in assumed.items())]
    return f"{_markdown(rows)}\n\n{_markdown(facts)}"


def _aims(columns: Iterable[Column]) -> str:
    lines = []
    for column in columns:
        if aim := AIMS.get(column.name):
            met = "met" if column.idle_usd <= aim else f"missed by {column.idle_usd - aim:.2f}"
            lines.append(f"{column.name}: {aim} USD, {met}")
    return "The aims: " + "; ".join(lines) + "."


def _costs(names: Sequence[str], costs: Sequence[Costs]) -> str:
    items = dict.fromkeys(item for one in costs for item in one)
    rows = [["", *names]]
    rows += [[item, *(f"{one[item]:,.2f}" if item in one else "–" for one in costs)] for item in items]
    rows.append(["**together**", *(f"**{sum(one.values()):,.2f}**" for one in costs)])
    return _markdown(rows)


def _markdown(rows: Sequence[Sequence[str]]) -> str:
    head, *body = rows
    lines = [head, ["---", *("--:" if _is_number(cell) else "---" for cell in body[0][1:])], *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _is_number(cell: str) -> bool:
    return cell.strip("*").replace(",", "").replace(".", "").isdigit() or cell == "–"


def _plain(usd: float) -> str:
    """Without an exponent: 0.0000166667."""
    text = f"{usd:.10f}".rstrip("0")
    return text + "0" * max(0, 2 - len(text.partition(".")[2])) if "." in text else text


def figures(columns: Iterable[Column]) -> Mapping[str, object]:
    return {
        column.name: {
            "idle_month_usd": round(column.idle_usd, 2),
            "per_1000_chats_usd": round(column.chats_usd, 2),
            "idle": {item: round(usd, 2) for item, usd in column.idle.items()},
            "of_1000_chats": {item: round(usd, 2) for item, usd in column.of_1000_chats.items()},
        }
        for column in columns
    }
