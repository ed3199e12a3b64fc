"""The architecture as a picture, drawn from the templates of a deploy."""
