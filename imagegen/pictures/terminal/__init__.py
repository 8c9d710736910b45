"""Pictures as the bytes that make a terminal show them; one module for each way of drawing."""
