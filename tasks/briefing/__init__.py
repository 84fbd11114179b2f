"""The files of a brief, as marketing people write them."""
