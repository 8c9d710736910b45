"""Carries out a plan: money first written down, then spent; pictures stored, then shown."""
