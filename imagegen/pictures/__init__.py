"""Pixels: what bytes are, what they can become, and the drafts painted in their place."""
