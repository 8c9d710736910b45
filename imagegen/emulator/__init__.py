"""Holds the emulator: a local server that speaks the Apiframe v2 image API."""
