"""Which resources a picture of the architecture shows, and which of them are parts of others."""

# What each is called.
SHOWN = {
    "AWS::ApiGateway::RestApi": "API Gateway",
    "AWS::CloudFront::Distribution": "CloudFront",
    "AWS::Cognito::UserPool": "Cognito",
    "AWS::DynamoDB::Table": "DynamoDB",
    "AWS::ECS::Service": "Fargate",
    "AWS::EFS::FileSystem": "EFS",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "Load balancer",
    "AWS::Events::Rule": "EventBridge",
    "AWS::Lambda::Function": "Lambda",
    "AWS::RDS::DBCluster": "Aurora PostgreSQL",
    "AWS::S3::Bucket": "S3",
    "AWS::SNS::Topic": "SNS",
    "AWS::SQS::Queue": "SQS",
    "AWS::SageMaker::Endpoint": "SageMaker",
    "AWS::SecretsManager::Secret": "Secret",
    "AWS::StepFunctions::StateMachine": "Step Functions",
    "AWS::WAFv2::WebACL": "WAF",
}

# A part stands for its whole, which the named property refers to.
PART_OF = {
    "AWS::ApiGateway::Method": "RestApiId",
    "AWS::ApiGateway::Stage": "RestApiId",
    "AWS::CloudFront::VpcOrigin": "VpcOriginEndpointConfig",
    "AWS::EFS::AccessPoint": "FileSystemId",
    "AWS::ElasticLoadBalancingV2::Listener": "LoadBalancerArn",
    "AWS::WAFv2::WebACLAssociation": "WebACLArn",
    "Custom::": "ServiceToken",
}

# Here it is the whole, or a part of it, that refers to the part.
NAMED_BY = {
    "AWS::ECS::TaskDefinition": "AWS::ECS::Service",
    "AWS::ElasticLoadBalancingV2::TargetGroup": "AWS::ElasticLoadBalancingV2::Listener",
}

# Where the reference points the other way than what flows: the first refers to the second.
BACKWARDS = {
    ("AWS::ECS::Service", "AWS::ElasticLoadBalancingV2::LoadBalancer"),
    ("AWS::Events::Rule", "AWS::S3::Bucket"),
}

# A server is told its own address: that is no way that anything goes.
NO_FLOW = {("chat-ui", "AWS::ECS::Service", "AWS::CloudFront::Distribution")}

# Where the logical id does not say it well.
CALLED = {
    "AWS::RDS::DBCluster": "catalogue",
    "AWS::ECS::Service": "chat-ui",
    "AWS::SageMaker::Endpoint": "language model",
    "AWS::Cognito::UserPool": "accounts",
    "AWS::WAFv2::WebACL": "firewall",
    "AWS::SNS::Topic": "alarms",
    "AWS::CloudFront::Distribution": "public address",
    "AWS::ApiGateway::RestApi": "HTTP, streamed",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "inside the network",
    "AWS::Events::Rule": "new catalogue file",
    "server database conversations": "chats",
    "embedding search": "search",
    "embedding load": "load a batch",
    "AWS::StepFunctions::StateMachine": "load a catalogue",
    "origin secret generation": "between CloudFront and WAF",
    "client secret": "chat-ui's sign-in",
}

# The CDK's own helpers, which work during a deploy only.
NOT_OURS = ("Custom",)

# Runs during a deploy and never else.
DEPLOY_HANDLERS = "embed_search.deploy."
