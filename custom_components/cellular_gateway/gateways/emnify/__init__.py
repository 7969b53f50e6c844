"""EMnify: an account on an IoT connectivity platform, by its REST API version 1."""
