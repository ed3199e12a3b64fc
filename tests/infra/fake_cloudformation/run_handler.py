"""Run one Lambda handler for one request of CloudFormation, and print what it put to the ResponseURL.

python -m tests.infra.fake_cloudformation.run_handler MODULE.FUNCTION < event.json
"""

import importlib
import json
import sys

from tests.cloudformation import FunctionContext, cloudformation


def main() -> None:
    module, _, function = sys.argv[1].rpartition(".")
    handler = getattr(importlib.import_module(module), function)
    with cloudformation() as end:
        handler({**json.load(sys.stdin), "ResponseURL": end.url}, FunctionContext())
        json.dump(end.answer, sys.stdout)


if __name__ == "__main__":
    main()
