"""What survives a crash: trace -> persistence model -> crash states -> judge."""
