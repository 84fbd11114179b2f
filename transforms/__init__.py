"""What is true: pure functions over frames, without clock, disk, network or Prefect."""
