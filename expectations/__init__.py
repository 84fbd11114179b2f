"""What must hold before anything reaches core."""
