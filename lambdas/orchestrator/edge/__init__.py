"""HTTP in, answers out: the API, its errors, streaming."""
