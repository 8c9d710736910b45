"""Where an XMP packet stands in each file format, and how one is put there and taken out."""
