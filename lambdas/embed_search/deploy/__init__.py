"""What runs during a deploy only. Its package holds no libraries: boto3 is Lambda's own."""
