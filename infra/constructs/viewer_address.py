"""The address of a viewer, as CloudFront sees it and nobody else can write it (viewer_address.js)."""

from pathlib import Path

from aws_cdk import aws_cloudfront as cloudfront
from constructs import Construct

HEADER = "x-viewer-address"
SCRIPT = Path(__file__).with_suffix(".js")


class ViewerAddress(cloudfront.Function):
    def __init__(self, scope: Construct, name: str) -> None:
        super().__init__(
            scope,
            name,
            comment=f"Sets {HEADER}",
            code=cloudfront.FunctionCode.from_file(file_path=str(SCRIPT)),
            runtime=cloudfront.FunctionRuntime.JS_2_0,
        )
