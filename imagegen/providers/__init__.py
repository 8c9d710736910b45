"""Who makes pictures: one socket and its fulfilments."""
