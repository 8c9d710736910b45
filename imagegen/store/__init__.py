"""Where paid pictures live: originals named by their bytes, answers by request and take."""
