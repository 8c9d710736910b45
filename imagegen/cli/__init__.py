"""The front door: one file per verb; the only place that prints and sets exit codes."""
