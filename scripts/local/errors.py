"""Why the local stack can't start or go on. Each message says what to do about it.

| error | when |
|---|---|
| StackError | the base of all; also: no catalogue file, no model, a stack that runs already, a failed load |
| PortError | the port is taken |
| UnfitDatabaseError | DATABASE_URL leads nowhere, or to a database without what we need |
| ChildFailedError | a process ended or was not ready in time; the message holds the end of its log |
"""


class StackError(RuntimeError):
    pass


class PortError(StackError):
    pass


class UnfitDatabaseError(StackError):
    pass


class ChildFailedError(StackError):
    pass
