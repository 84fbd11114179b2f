"""What figures say beyond their values: size classes now, statistics as they come."""
