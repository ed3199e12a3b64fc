"""What larger loads than this machine can make would need: a discrete-event simulation of the deploy."""
