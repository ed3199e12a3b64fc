"""The chat page (web/): a private bucket that only CloudFront reads, and the files in it."""

from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_deployment as s3_deployment
from constructs import Construct

from infra.constructs.findings import accept
from infra.constructs.keeping import log_group
from infra.settings import ROOT, Settings

FOLDER = ROOT / "web"
# What the page itself does not ask for: response_headers.py reads it.
NOT_SERVED = ["headers.json"]


class PageBucket(s3.Bucket):
    """Empty until PageFiles. Every deploy can fill it anew, so that nothing in it is worth keeping."""

    def __init__(self, scope: Construct, name: str) -> None:
        super().__init__(
            scope,
            name,
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        accept(self, "S1", "Public files that CloudFront alone can read")


class PageFiles(Construct):
    """The files of web/ and a `config.json`, in which the page finds the API and where to sign in.

    Made last: it names the sign-in client, which knows the distribution's address, and the distribution
    needs no more than the bucket.
    """

    def __init__(
        self, scope: Construct, name: str, *, settings: Settings, bucket: s3.IBucket, config: object
    ) -> None:
        super().__init__(scope, name)
        deployment = s3_deployment.BucketDeployment(
            self,
            "Files",
            destination_bucket=bucket,
            sources=[
                s3_deployment.Source.asset(str(FOLDER), exclude=NOT_SERVED),
                s3_deployment.Source.json_data("config.json", config),
            ],
            # CloudFront asks the bucket whether a file has changed, which saves both the invalidation, whose
            # permission can't be narrowed down, and a page that is half of the old version.
            cache_control=[s3_deployment.CacheControl.no_cache()],
            memory_limit=256,
            log_group=log_group(self, "Log", settings),
            # With the stack the files go too, and then the bucket can.
            retain_on_delete=False,
        )
        _accept_findings(deployment, bucket)


def _accept_findings(deployment: s3_deployment.BucketDeployment, bucket: s3.IBucket) -> None:
    stack = cdk.Stack.of(deployment)
    function = next(child for child in stack.node.children if child.node.id.startswith("Custom::CDKBucket"))
    theirs = "The CDK's own function, which runs during a deploy only; it brings its role"
    accept(
        function,
        "IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]",
        theirs,
    )
    accept(function, "L1", theirs)
    page = stack.get_logical_id(cast(cdk.CfnElement, bucket.node.default_child))
    assets = "arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>"
    for finding in (
        "Action::s3:Abort*",
        "Action::s3:DeleteObject*",
        "Action::s3:GetBucket*",
        "Action::s3:GetObject*",
        "Action::s3:List*",
        f"Resource::<{page}.Arn>/*",
        f"Resource::{assets}/*",
    ):
        accept(function, f"IAM5[{finding}]", f"{theirs}: from the deploy's assets to the page's bucket")
