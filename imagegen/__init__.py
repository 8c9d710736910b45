"""imagegen keeps AI-generated pictures in a repository the way one keeps code."""

__version__ = "0.1.0"
