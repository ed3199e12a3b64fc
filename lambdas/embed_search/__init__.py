"""The catalogue: embedding, retrieval, indexing, schema."""

import os

# ONNX Runtime's official builds send usage data to Microsoft unless this is set before it is imported. The
# isolated subnets would not let it out; a person's own machine would.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
