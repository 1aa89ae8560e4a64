"""What a backend is asked to do while crashes are tried on it."""
