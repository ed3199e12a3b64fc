"""Which models SageMaker can serve here, on which instances: looked at before a deploy, which would find out
half an hour later."""

from collections.abc import Iterator
from dataclasses import dataclass

# Weights in 16 bits, in GB. JumpStart has them in its own bucket in every region that it serves, under the
# same key; versions 4.2.0 to 4.27.0 of these models all point to v1.1.0
# (generative-ai-cdk-constructs, jumpstart-models.json of July 2026).
JUMPSTART_GB = {
    "meta-textgeneration-llama-2-7b-f": 13.5,
    "meta-textgeneration-llama-2-13b-f": 26.0,
    "meta-textgeneration-llama-2-70b-f": 138.0,
}
_ROOM = 1.2
"""On top of its weights a model needs memory for what it works on."""


@dataclass(frozen=True)
class Gpus:
    count: int
    gb_each: int


_ONE_FOUR_EIGHT = {
    **dict.fromkeys(("xlarge", "2xlarge", "4xlarge", "8xlarge", "16xlarge"), 1),
    **dict.fromkeys(("12xlarge", "24xlarge"), 4),
    "48xlarge": 8,
}
# https://aws.amazon.com/ec2/instance-types/: memory of each GPU in GB, and how many a size has. All of these
# have local disks.
_FAMILIES: dict[str, tuple[int, dict[str, int]]] = {
    "g4dn": (
        16,
        {**dict.fromkeys(("xlarge", "2xlarge", "4xlarge", "8xlarge", "16xlarge"), 1), "12xlarge": 4},
    ),
    "g5": (24, _ONE_FOUR_EIGHT),
    "g6": (24, _ONE_FOUR_EIGHT),
    "g6e": (48, _ONE_FOUR_EIGHT),
    "p4d": (40, {"24xlarge": 8}),
    "p4de": (80, {"24xlarge": 8}),
    "p5": (80, {"4xlarge": 1, "48xlarge": 8}),
    "p5e": (141, {"48xlarge": 8}),
    "p5en": (141, {"48xlarge": 8}),
}


def gpus_of(instance_type: str) -> Gpus | None:
    """None: not known here."""
    _, family, size = instance_type.split(".")
    gb_each, counts = _FAMILIES.get(family, (0, {}))
    return Gpus(counts[size], gb_each) if size in counts else None


def sizing_problems(
    *, model_id: str, has_own_weights: bool, instance_type: str, gpus_given: int | None
) -> Iterator[str]:
    """What is wrong with the settings of the LLM, one sentence for each."""
    gpus = gpus_of(instance_type)
    if gpus is None and gpus_given is None:
        yield (
            f"llm_instance_type: how many GPUs {instance_type} has is not known here, set llm_gpus; known "
            f"are the families {', '.join(_FAMILIES)}"
        )
    if gpus and gpus_given not in (None, gpus.count):
        yield f"llm_gpus: {instance_type} has {gpus.count}; leave it empty"
    if has_own_weights:
        return
    if "/" not in model_id and model_id not in JUMPSTART_GB:
        yield (
            f"llm_model_id: {model_id} is neither the name of a model of Hugging Face (owner/name) nor one "
            f"of {', '.join(JUMPSTART_GB)}; with llm_model_data it can be any name"
        )
    if model_id.startswith("meta-llama/"):
        yield (
            f"llm_model_id: Hugging Face gives out {model_id} only against a token, which would be readable "
            "in SageMaker's console; copy the weights to S3 and set llm_model_data, or take JumpStart's "
            "meta-textgeneration-llama-2-7b-f"
        )
    needed = JUMPSTART_GB.get(model_id, 0) * _ROOM
    if gpus and gpus.count * gpus.gb_each < needed:
        yield (
            f"llm_instance_type: {model_id} needs {needed:.0f} GB of GPU memory, and {instance_type} has "
            f"{gpus.count} × {gpus.gb_each} GB"
        )
