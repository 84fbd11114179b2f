"""A simulated world with a seed, and local stand-ins of the platforms' APIs that tell of it as the real ones would."""
