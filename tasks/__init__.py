"""What touches the world: network, disk, warehouse, mail, clock."""
