"""The orchestrator's outermost edge: an ASGI application for any server (`uvicorn orchestrator.handler:app`;
on Lambda behind the Web Adapter)."""

# ruff: noqa: E402
import gc
import os

# Of what is imported nothing is garbage, and looking for it takes time. Pydantic would look through all
# packages for plugins, of which there are none.
gc.disable()
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

from aws_lambda_powertools import Logger

from orchestrator.conversation import answer
from orchestrator.edge.api import Inside, create_app
from orchestrator.recommend import recommend_query, recommend_similar
from orchestrator.settings import read_settings
from orchestrator.wiring import connect

Logger(service="orchestrator")  # JSON lines; the loggers of this package's modules are its children

app = create_app(
    connect(read_settings()),
    Inside(answer=answer, by_query=recommend_query, by_products=recommend_similar),
)
gc.freeze()
gc.enable()
