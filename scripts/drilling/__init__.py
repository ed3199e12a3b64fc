"""Drills: a language model that lies in every second sentence, and one that obeys whoever speaks to it, each
behind the SageMaker protocol and the whole system. What counts is what reaches the shopper."""
