"""The report: what became of the pictures between two states of the lock, and their disclosure."""
