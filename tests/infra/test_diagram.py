"""The picture of the architecture: current, readable, and true to the templates."""

import re

import pytest

from scripts import diagram, generated
from scripts.drawing.graph import Graph
from scripts.drawing.kinds import SHOWN
from scripts.drawing.mermaid import flowchart
from tests.infra.deployment import Deployment


@pytest.fixture(scope="module")
def graph(full: Deployment) -> Graph:
    return Graph(full.templates)


def arrows(graph: Graph) -> set[tuple[str, str]]:
    return {(graph.boxes[arrow.source].label, graph.boxes[arrow.target].label) for arrow in graph.arrows}


def test_the_page_is_current(graph: Graph) -> None:
    page = diagram.PAGE.read_text(encoding="utf-8")
    drawn = generated.replaced(page, diagram.PART, flowchart(graph))
    assert drawn == page, "docs/ARCHITECTURE.md is not up to date: make diagram"


def test_shows_how_a_chat_goes(graph: Graph) -> None:
    assert arrows(graph) >= {
        ("public address", "HTTP, streamed"),
        ("firewall", "HTTP, streamed"),
        ("HTTP, streamed", "orchestrator"),
        ("orchestrator", "search"),
        ("orchestrator", "language model"),
        ("search", "catalogue"),
        ("search", "models"),
        ("chat-ui", "public address"),
        ("inside the network", "chat-ui"),
    }


def test_shows_how_a_catalogue_gets_in(graph: Graph) -> None:
    assert arrows(graph) >= {
        ("catalogue", "new catalogue file"),
        ("new catalogue file", "load a catalogue"),
        ("load a catalogue", "load a batch"),
        ("load a batch", "catalogue"),
    }


def test_what_runs_during_a_deploy_only_is_dotted(graph: Graph) -> None:
    dotted = {graph.boxes[arrow.source].label for arrow in graph.arrows if arrow.during_deploy}
    assert dotted == {"migrate", "place model"}


def test_no_box_hangs_in_the_air(graph: Graph) -> None:
    met = {key for arrow in graph.arrows for key in (arrow.source, arrow.target)}
    alone = {box.label for key, box in graph.boxes.items() if key not in met}
    assert alone == {"alarms"}  # which are sent to people


def test_without_chat_ui_and_llm_their_boxes_are_not_there(bare: Deployment) -> None:
    labels = {box.label for box in Graph(bare.templates).boxes.values()}
    assert not labels & {"chat-ui", "language model"}


def test_every_end_of_an_arrow_is_a_box_with_one_name(graph: Graph) -> None:
    text = flowchart(graph)
    names = re.findall(r'^ +(\w+)[\[(]+"', text, re.M)
    assert len(names) == len(set(names))
    ends = {end for line in re.findall(r"^ +(\w+) (?:--|-\.).*> (\w+)$", text, re.M) for end in line}
    assert ends <= set(names)


def test_every_kind_that_is_shown_has_a_name_of_its_own() -> None:
    assert len(set(SHOWN.values())) == len(SHOWN)
