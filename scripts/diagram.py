"""`make diagram`: the architecture, drawn from the synthesised templates into docs/ARCHITECTURE.md."""

import sys

from infra.settings import SettingsError
from scripts import generated, results
from scripts.drawing.graph import Graph
from scripts.drawing.mermaid import flowchart
from scripts.synth import VARIANTS
from scripts.templates import synthesise

PAGE = results.ROOT / "docs" / "ARCHITECTURE.md"
PART = "diagram"


def main() -> int:
    try:
        templates = synthesise(VARIANTS["full"])
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    generated.write(PAGE, PART, flowchart(Graph(templates)))
    print(f"Written: {PAGE.relative_to(results.ROOT)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
