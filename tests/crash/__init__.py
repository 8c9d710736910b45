"""The crash harness: tries to make imagegen pay twice, or lose what was paid for."""
