"""In which order: Prefect flows and the `hibiki` command."""
