"""The fault drill: each dependency of the running stack broken for real, under load."""
