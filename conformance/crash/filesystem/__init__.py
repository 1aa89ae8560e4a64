"""What recorded calls do to files and directories, and the units that a loss of power may lose."""
