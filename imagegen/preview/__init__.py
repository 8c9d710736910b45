"""A local page that shows every image of a project, live."""
