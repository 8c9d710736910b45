"""The provider `apiframe`: pictures bought from the Apiframe API, version 2."""
