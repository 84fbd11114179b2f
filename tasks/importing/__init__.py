"""Files that people hand over are read as they were meant: encodings, numbers, dates, rows."""
