"""What each package consists of."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).parents[2]

Package = Literal["search", "orchestrator", "deploy"]
Architecture = Literal["x86_64", "arm64"]

PYTHON = "3.13"


@dataclass(frozen=True)
class Libraries:
    """Distributions from PyPI, without what runtime does not use of them."""

    requirements: tuple[str, ...] = ()
    """As in pyproject.toml; an entry `extra:NAME` stands for the requirements of that extra."""
    unused: tuple[str, ...] = ()
    """Distributions that others ask for, and that are left out together with what only they need."""
    aws_clients: tuple[str, ...] | None = ()
    """The services that are called; the descriptions of all others (25 MB) are left out. None: all."""
    metadata: tuple[str, ...] = ()
    """Distributions that are asked for their version or entry points while they are imported; the metadata
    of all others is left out."""


@dataclass(frozen=True)
class Recipe:
    sources: tuple[Path, ...]
    """Packages of ours, each copied under its own name."""
    libraries: Libraries = Libraries()
    start_script: Path | None = None
    database_certificates: bool = False
    """Whether Amazon's certificate authorities for RDS lie beside the code (rds-ca.pem)."""


# AWS's libraries come along where a shopper waits for them, because an update of Lambda's own could change
# what was tested; during a deploy Lambda's own will do, and the package stays a few kilobytes.
RECIPES: Mapping[Package, Recipe] = {
    "search": Recipe(
        sources=(ROOT / "lambdas/embed_search", ROOT / "layers/apparel"),
        libraries=Libraries(
            requirements=("extra:embed-search",),
            unused=("huggingface-hub", "flatbuffers", "protobuf", "packaging"),
            aws_clients=("s3",),
        ),
        database_certificates=True,
    ),
    "orchestrator": Recipe(
        sources=(ROOT / "lambdas/orchestrator", ROOT / "layers/apparel"),
        libraries=Libraries(
            requirements=("extra:orchestrator",),
            unused=("pycparser",),
            aws_clients=("dynamodb", "lambda", "sagemaker-runtime", "secretsmanager"),
            metadata=("httpcore2", "httpx2", "opentelemetry-api"),
        ),
        start_script=ROOT / "layers/runtime/run.sh",
    ),
    "deploy": Recipe(sources=(ROOT / "lambdas/embed_search", ROOT / "layers/apparel")),
}

# Names of files and folders that no handler needs, as glob patterns within a package.
UNUSED_SOURCES = ("__pycache__", "torch_embedder.py")
UNUSED_FILES = (
    "bin",
    "**/__pycache__",
    "**/tests",
    "**/*.pyi",
    "**/*.pyx",
    "**/*.pxd",
    "**/*.a",
    "**/*.h",
    # ONNX Runtime: the tools around it, and a second copy of itself for programs in C.
    "onnxruntime/backend",
    "onnxruntime/capi/libonnxruntime.so.*",
    "onnxruntime/datasets",
    "onnxruntime/quantization",
    "onnxruntime/tools",
    "onnxruntime/transformers",
    "numpy/f2py",
    "pydantic/v1",
    # Only English is spelt here.
    "spellchecker/resources/[!e]*",
    "spellchecker/resources/e[!n]*",
)
