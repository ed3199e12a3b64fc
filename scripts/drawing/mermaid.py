"""Boxes and arrows in Mermaid's language, which GitHub draws."""

from collections.abc import Iterator

from scripts.drawing.graph import Box, Graph, Key, without_hash
from scripts.drawing.kinds import SHOWN

STACKS = {
    "chat-ui": "chat-ui: a server for chats",
    "api": "api: the address, the conversation, the search",
    "llm": "llm: the language model",
    "data": "data: what is remembered",
    "model-store": "model-store: the embedding model",
    "monitoring": "monitoring",
}
"""In the order in which a request meets them. Stacks without a box are left out."""

_SHAPES = {
    "AWS::DynamoDB::Table": ("[(", ")]"),
    "AWS::EFS::FileSystem": ("[(", ")]"),
    "AWS::Lambda::Function": ("(", ")"),
    "AWS::RDS::DBCluster": ("[(", ")]"),
    "AWS::S3::Bucket": ("[(", ")]"),
}


def flowchart(graph: Graph) -> str:
    return "\n".join(["```mermaid", "flowchart LR", *_lines(graph), "```"])


def _lines(graph: Graph) -> Iterator[str]:
    yield '  shopper(["shopper"])'
    yield '  ops(["ops"])'
    for part in [*STACKS, *sorted({key[0] for key in graph.boxes} - STACKS.keys())]:
        boxes = [box for key, box in graph.boxes.items() if key[0] == part]
        if boxes:
            yield f'  subgraph {_name((part, "stack"))}["{STACKS.get(part, part)}"]'
            yield from (f"    {_drawn(box)}" for box in boxes)
            yield "  end"
    for box in graph.boxes.values():
        if box.kind == "AWS::CloudFront::Distribution":
            yield f"  shopper --> {_name(box.key)}"
        if box.kind == "AWS::S3::Bucket" and box.key[0] == "data":
            yield f"  ops -- a catalogue --> {_name(box.key)}"
        if box.kind == "AWS::SNS::Topic":
            yield f"  {_name(box.key)} -- alarms --> ops"
    for arrow in graph.arrows:
        yield f"  {_name(arrow.source)} {'-.->' if arrow.during_deploy else '-->'} {_name(arrow.target)}"


def _drawn(box: Box) -> str:
    opening, closing = _SHAPES.get(box.kind, ("[", "]"))
    return f'{_name(box.key)}{opening}"{SHOWN[box.kind]}<br/>{box.label}"{closing}'


def _name(key: Key) -> str:
    part, name = key
    return f"{part.replace('-', '_')}_{without_hash(name)}"
