"""A CloudFormation on loopback that the real `cdk` deploys to: moto's server, with what moto lacks.

Nothing here is a service. Of the types that moto lacks only what CloudFormation itself does is there: the
properties with every reference resolved, a physical id, and attributes. Each creation, update and deletion
becomes a line of a journal, which the tests look into.
"""
