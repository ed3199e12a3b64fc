"""Every statement of every function's role, with why it is there. A new one fails these tests until it is
added here."""

import pytest

from tests.infra.deployment import Deployment
from tests.infra.permissions import permissions

# Of nearly every function: its own log, and traces, which know no single resource.
LOG = "logs:CreateLogStream, logs:PutLogEvents on its log"
TRACE = "xray:PutTelemetryRecords, xray:PutTraceSegments on *"
# Of those in the VPC: Lambda puts them there by their own role; the code may not (python_function.py).
_INTERFACES = (
    "ec2:AssignPrivateIpAddresses, ec2:CreateNetworkInterface, ec2:DeleteNetworkInterface, "
    "ec2:DescribeNetworkInterfaces, ec2:DescribeSubnets, ec2:UnassignPrivateIpAddresses"
)
IN_VPC = {
    LOG,
    f"{_INTERFACES}, {TRACE}",
    f"not {_INTERFACES} on * if Null lambda:SourceFunctionArn false",
}
OUTSIDE = {LOG, TRACE}
BY_CDK = "the policy AWSLambdaBasicExecutionRole"

_ACCESS_POINT = (
    "StringEquals elasticfilesystem:AccessPointArn arn:aws:elasticfilesystem:region:account:access-point"
)
_ASSETS = "arn:aws:s3:::cdk-hnb659fds-assets-AccountId-Region"
_DATABASE_USER = "rds-db:connect on arn:aws:rds-db:region:account:dbuser:Database"

WHY: dict[str, dict[str, str]] = {
    "api/EmbeddingSearch": {
        f"elasticfilesystem:ClientMount on Models if {_ACCESS_POINT}/Reader": "reads the model, never writes",
        f"{_DATABASE_USER}/embed_search": "as the database user that can only read",
    },
    "api/EmbeddingLoad": {
        f"elasticfilesystem:ClientMount on Models if {_ACCESS_POINT}/Reader": "reads the model, never writes",
        f"{_DATABASE_USER}/load_catalogue": "as the database user that writes the catalogue",
        f"s3:GetObject on {_ASSETS}/ASSET.csv": "the catalogue of the deploy",
        "s3:GetObject, s3:GetObjectVersion on Catalogue/*": "all batches read one version of a file",
        "s3:ListBucket on Catalogue": "is told when a file has no column mapping beside it",
        "s3:PutObject on Catalogue/*.report.json and Catalogue/loads/*": "says beside a file what became of "
        "it, and keeps the plan of its load",
        "sqs:SendMessage on DeadLetters": "Lambda puts calls there that failed for good",
    },
    "api/Orchestrator": {
        "lambda:InvokeFunction on EmbeddingSearch": "asks for products, and can't start a load",
        "dynamodb:BatchGetItem, dynamodb:PutItem, dynamodb:UpdateItem on Limits": "counts messages",
        "dynamodb:PutItem on Feedback": "keeps what shoppers think, and can't read it back",
        "secretsmanager:GetSecretValue on ApiKeys": "knows chat-ui's server and the load testers by them",
    },
    "data/Migrate": {
        "rds-data:BeginTransaction, rds-data:CommitTransaction, rds-data:ExecuteStatement, "
        "rds-data:RollbackTransaction on arn:aws:rds:region:account:cluster:Database": "changes the schema",
        "secretsmanager:GetSecretValue on Database": "the Data API wants the master's secret of its caller",
    },
    "model-store/PlaceModel": {
        "elasticfilesystem:ClientMount, elasticfilesystem:ClientWrite on Models "
        f"if {_ACCESS_POINT}/Writer": "puts the model there",
        f"s3:GetObject on {_ASSETS}/ASSET.zip": "the model's bundle",
    },
}
COMMON = {
    "api/EmbeddingSearch": IN_VPC,
    "api/EmbeddingLoad": IN_VPC,
    "api/Orchestrator": OUTSIDE,
    "data/Migrate": OUTSIDE,
    "model-store/PlaceModel": IN_VPC,
}
# CDK's own, which run during a deploy only.
CDK_FUNCTIONS: dict[str, dict[str, str]] = {
    "api/CustomCDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C256MiB": {
        BY_CDK: "its log",
        f"s3:GetBucket*, s3:GetObject*, s3:List* on {_ASSETS} and {_ASSETS}/*": "takes the page's files",
        "s3:Abort*, s3:DeleteObject*, s3:GetBucket*, s3:GetObject*, s3:List*, s3:PutObject, "
        "s3:PutObjectLegalHold, s3:PutObjectRetention, s3:PutObjectTagging, s3:PutObjectVersionTagging "
        "on Page and Page/*": "and puts them into the page's bucket",
    },
    "data/CustomS3AutoDeleteObjectsCustomResourceProviderHandler": {
        BY_CDK: "its log; the bucket's own policy lets it empty the bucket",
    },
}


def expected() -> dict[str, set[str]]:
    ours = {function: COMMON[function] | set(why) for function, why in WHY.items()}
    return {**ours, **{function: set(why) for function, why in CDK_FUNCTIONS.items()}}


def test_each_function_may_do_what_is_listed_here_and_nothing_else(bare: Deployment) -> None:
    assert permissions(bare) == expected()


def test_an_llm_of_somebody_else_adds_its_key_and_nothing_else(openai: Deployment) -> None:
    key = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:llm-key-AbCdEf"
    listed = expected()
    listed["api/Orchestrator"] -= {"secretsmanager:GetSecretValue on ApiKeys"}
    listed["api/Orchestrator"] |= {f"secretsmanager:GetSecretValue on ApiKeys and {key}"}

    assert permissions(openai) == listed


def test_an_llm_on_sagemaker_adds_its_endpoint_and_nothing_else(full: Deployment) -> None:
    given = full.one("api", "AWS::Lambda::Function", Handler="run.sh")["Environment"]["Variables"]
    sagemaker = "arn:aws:sagemaker:region:account"
    listed = expected()
    listed["api/Orchestrator"] |= {
        "sagemaker:InvokeEndpoint, sagemaker:InvokeEndpointWithResponseStream "
        f"on {sagemaker}:endpoint/{given['SAGEMAKER_ENDPOINT']} "
        f"and {sagemaker}:inference-component/{given['SAGEMAKER_INFERENCE_COMPONENT']}"
    }

    assert permissions(full) == listed


def test_a_new_statement_would_be_noticed(bare: Deployment) -> None:
    found = permissions(bare)
    found["api/Orchestrator"].add("s3:GetObject on Catalogue/*")

    with pytest.raises(AssertionError):
        assert found == expected()
