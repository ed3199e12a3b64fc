"""Who asks, and how much they may (DESIGN §8): counted before any model is called."""
