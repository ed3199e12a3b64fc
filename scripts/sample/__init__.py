"""The sample catalogue and its generator."""
