"""What is wanted: the project file, its images, and the models that can make them."""
