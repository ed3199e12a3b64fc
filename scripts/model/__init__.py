"""From published weights to the model bundle."""
